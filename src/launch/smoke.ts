// The first steps of a deployed rollup: a bond, a deposit, a batch of it, and a second opinion from L1's data alone.

import type { Signer } from "ethers";
import type { Receipt } from "../chain/client.ts";
import type { Hex } from "../chain/types.ts";
import { fail } from "../errors.ts";
import { bondOf, depositBond } from "../node/bond.ts";
import { depositEth } from "../node/bridge.ts";
import type { Mempool } from "../node/mempool.ts";
import type { Node } from "../node/node.ts";
import { type SequenceOptions, sequence } from "../node/sequencer.ts";
import { watchOnce } from "../node/watchtower.ts";

export interface SmokeOptions {
  readonly node: Node;
  readonly pool: Mempool;
  /** The sequencer's. */
  readonly signer: Signer;
  /** What its bond shall be at least. */
  readonly bond: bigint;
  /** Deposited for the sequencer itself. */
  readonly amount: bigint;
  readonly checks: NonNullable<SequenceOptions["checks"]>;
  readonly onStep?: (step: string) => void;
}

export interface SmokeReport {
  /** Paid in now; 0 if there was enough. */
  readonly bonded: bigint;
  readonly number: bigint;
  readonly id: Hex;
  readonly queueItems: number;
  readonly receipts: Readonly<{ bond?: Receipt; commit: Receipt }>;
}

/** May be run again: then another batch is committed. Throws BATCH_INVALID if L1's data say something else than the sequencer. */
export async function smoke(options: SmokeOptions): Promise<SmokeReport> {
  const { node, pool, signer, bond, amount, checks, onStep = () => undefined } = options;
  const account = (await signer.getAddress()).toLowerCase();
  await node.derivation.sync();
  const { available, locked } = await bondOf(node, account);
  const missing = bond - available - locked;
  let paid: Receipt | undefined;
  if (missing > 0n) {
    onStep("bonding the sequencer");
    paid = await depositBond(node, signer, missing);
  }
  onStep("depositing");
  await depositEth(node, signer, amount, account);
  await node.derivation.sync();
  onStep("committing a batch");
  const { id, number, queueItems, receipt } = await sequence(node, pool, signer, { checks });
  onStep("judging it from L1's data");
  const { reports, trouble } = await watchOnce(node);
  const verdict = reports.find((its) => its.id === id)?.verdict ?? trouble;
  if (verdict?.kind === "invalid") fail("BATCH_INVALID", { id, segment: verdict.segment });
  if (verdict?.kind !== "valid") fail("L1_DATA_MISSING", { what: `batch ${id}, to judge it` });
  return {
    bonded: missing > 0n ? missing : 0n,
    number,
    id,
    queueItems,
    receipts: { ...(paid && { bond: paid }), commit: receipt },
  };
}

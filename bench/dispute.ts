// Time from a wrong batch on L1 to its rollback on L1: a watchtower with a prover polls a local chain.

import { setTimeout as sleep } from "node:timers/promises";
import type { InstanceName } from "../src/model/index.ts";
import { depositEth, depositToken } from "../src/node/bridge.ts";
import { watchOnce } from "../src/watchtower/watch.ts";
import { ETHER } from "../test/support/node-harness.ts";
import { ALICE, closeWindow, commit, many, openBench, SUPPLY, tokenTransfer } from "./support.ts";

export interface DisputeTime {
  readonly records: number;
  /** From the receipt of the wrong commit to the receipt of the fraud proof. */
  readonly seconds: number;
}

const POLL_MS = 200;

/** The wrong batch is one full segment of token transfers to accounts never seen before. */
export async function measureDispute(instance: InstanceName): Promise<DisputeTime> {
  const bench = await openBench(instance);
  const { world, node, prover, token, n } = bench;
  await depositEth(node, world.user, ETHER, ALICE.address);
  await depositToken(node, world.user, token, SUPPLY, ALICE.address);
  await commit(bench, []);
  await closeWindow(bench);
  const watchtower = await world.open();

  const transfers = await many(n, () => tokenTransfer(bench));
  const { number } = await commit(bench, transfers, true);
  const started = performance.now();
  for (;;) {
    const { reports } = await watchOnce(watchtower, { prover, signer: world.challenger });
    for (const { error, insteadOf } of reports) {
      const failure = insteadOf?.error ?? error;
      if (failure !== undefined) throw failure;
    }
    if (reports.some(({ action, receipt }) => action === "refute" && receipt !== undefined)) break;
    await sleep(POLL_MS);
  }
  const seconds = Math.round((performance.now() - started) / 10) / 100;
  const { head } = await node.derivation.sync();
  if (head >= number) throw new Error(`batch ${number} is still live`);
  return { records: n, seconds };
}

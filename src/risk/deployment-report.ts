// What proving came to on a deployment, from L1 alone, and what the ways of proving would come to there.

import { id } from "ethers";
import { smaller } from "../chain/economics.ts";
import { ask, fetchRecords } from "../chain/l1.ts";
import { timeAt } from "../chain/protocol-time.ts";
import type { DerivedBatch, Hex } from "../chain/types.ts";
import { disputeOf } from "../chain/view.ts";
import type { Node } from "../node/node.ts";
import { type Case, compare, type Outcome } from "./compare.ts";
import { delayCost, doubtCost, waitingValue } from "./decide.ts";
import type { RiskMeter } from "./meter.ts";
import type { Scored } from "./scores.ts";

/** Of the batches that are final. Segments that were challenged are among the proven ones. */
export type Happened = Omit<Outcome, "strategy">;

export interface DeploymentReport {
  readonly happened: Happened;
  /** Of all right batches. */
  readonly compared: readonly Outcome[];
}

const FINALIZED = id("BatchFinalized(uint64,bytes32)");
const PROVEN = id("SegmentProven(bytes32,uint8,address)");
const CHUNK = 5_000;

interface Scene {
  readonly batch: DerivedBatch;
  readonly scored: Scored;
}

/** After `meter.follow`. Throws L1_UNAVAILABLE. */
export async function deploymentReport(
  node: Node,
  meter: RiskMeter,
  workers: number,
): Promise<DeploymentReport> {
  const { view, chain } = node.derivation;
  const right = view.live.slice(1).flatMap((batch): Scene[] => {
    const scored = meter.scored(batch.id);
    return scored === undefined || node.execute(batch.id).wrong !== undefined ? [] : [{ batch, scored }];
  });
  const cases = right.map(({ batch, scored }): Case => {
    const { probability, flow, l1BaseFee = 0n } = scored;
    const { committedAt, checkpoints } = batch;
    const segments = BigInt(checkpoints.length);
    return { committedAt, segments, flow, probability, doubted: probability, l1BaseFee };
  });
  const setting = { terms: chain.book.parameters, policy: meter.policy, workers };
  return { happened: await happened(node, meter, right), compared: compare(cases, setting) };
}

async function happened(node: Node, meter: RiskMeter, right: readonly Scene[]): Promise<Happened> {
  const { view, chain } = node.derivation;
  const { parameters } = chain.book;
  const { finalizedAt, proofGas } = await readL1(node);
  const final = right.filter(({ batch }) => batch.status === "final");
  let [seconds, proofs, proofCost, delay, doubt] = [0n, 0, 0n, 0n, 0n];
  let provenBatches = 0;
  for (const { batch, scored } of final) {
    const { proven } = disputeOf(view, batch.id);
    const waited = (finalizedAt.get(batch.id) ?? batch.committedAt) - batch.committedAt;
    const exposed = smaller(waited, parameters.challengeWindow);
    const value = waitingValue(scored.flow, meter.policy);
    seconds += waited;
    proofs += proven.size;
    if (proven.size === batch.checkpoints.length) provenBatches++;
    proofCost += (proofGas.get(batch.id) ?? 0n) + BigInt(proven.size) * parameters.provingCost;
    delay += delayCost(value, waited, meter.policy);
    doubt += doubtCost(scored.probability, value, exposed, parameters, meter.policy);
  }
  const total = proofCost + delay + doubt;
  const sums = { seconds, proofCost, delayCost: delay, doubtCost: doubt, total };
  return { batches: final.length, provenBatches, proofs, ...sums };
}

/** When batches became final, in protocol time, and the wei that was paid on L1 for their proofs. */
async function readL1({ chain, derivation }: Node) {
  const { book, provider } = chain;
  const { view } = derivation;
  const records = await fetchRecords(provider, {
    addresses: [book.addresses.rollup, book.addresses.challenges],
    from: book.fromBlock,
    to: view.l1.number,
    chunk: CHUNK,
  });
  const finalizedAt = new Map<Hex, bigint>();
  const proofGas = new Map<Hex, bigint>();
  for (const { timestamp, logs } of records) {
    for (const { topics, transaction } of logs) {
      if (topics[0] === FINALIZED) finalizedAt.set(topics[2] ?? "", timeAt(view.pauses, timestamp));
      if (topics[0] !== PROVEN) continue;
      const batch = topics[1] ?? "";
      const receipt = await ask(`the receipt of ${transaction}`, () =>
        provider.getTransactionReceipt(transaction),
      );
      proofGas.set(batch, (proofGas.get(batch) ?? 0n) + (receipt?.fee ?? 0n));
    }
  }
  return { finalizedAt, proofGas };
}

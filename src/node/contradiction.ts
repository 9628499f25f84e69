// The last resort against a broken verifier: two accepted proofs of one segment with different results.

import type { Signer, TransactionDescription } from "ethers";
import { type Receipt, send, withSigner } from "../chain/client.ts";
import { ask } from "../chain/l1.ts";
import { batchOf, openingOf } from "../chain/opening.ts";
import type { Hex } from "../chain/types.ts";
import { disputeOf } from "../chain/view.ts";
import { fail } from "../errors.ts";
import { type Batch, batchId } from "../model/index.ts";
import type { Node } from "./node.ts";
import { type ProveOptions, type ProvenSegment, proveSegment, sendRecord } from "./prover.ts";
import type { Prover } from "./segment-run.ts";

/** For the segments before the contradiction. */
export interface PredecessorProofs extends ProveOptions {
  readonly prover: Prover;
}

/**
 * Freezes the rollup for good at its last final batch. L1 asks that the batch's parent be final and all segments before
 * this one be proven: with `predecessors`, those that are not are proven and recorded first, which works for dead and final
 * batches and during a pause, too. Throws NO_CONTRADICTION instead of sending what is none.
 */
export async function contradict(
  node: Node,
  signer: Signer,
  first: ProvenSegment,
  second: ProvenSegment,
  predecessors?: PredecessorProofs,
): Promise<Receipt> {
  const { id, batch, opening } = first;
  const { segment } = opening;
  if (second.id !== id || second.opening.segment !== segment || first.computed === second.computed) {
    fail("NO_CONTRADICTION", { first: nameOf(first), second: nameOf(second) });
  }
  if (predecessors !== undefined) await recordBefore(node, signer, id, segment, predecessors);
  const { challenges } = withSigner(node.chain, signer);
  const proofOf = ({ beneficiary, proof }: ProvenSegment) => ({ beneficiary, proof });
  return await send(node.chain, `the contradiction in segment ${segment} of batch ${id}`, () =>
    challenges.contradict(
      batch,
      opening,
      [first.computed, second.computed],
      [proofOf(first), proofOf(second)],
    ),
  );
}

/**
 * The proof that a transaction brought and L1 accepted, if it is forged: re-execution leads elsewhere. Throws
 * NOT_AN_ACCEPTED_PROOF, NO_CONTRADICTION if it is true, PARENT_NOT_FINAL while L1 would refuse the contradiction.
 */
export async function forgedProof(node: Node, transaction: Hex): Promise<ProvenSegment> {
  await node.derivation.sync();
  const forged = await acceptedProof(node, transaction);
  const { id, batch, opening, computed } = forged;
  if (node.execute(id).computed[opening.segment] === computed) {
    fail("NO_CONTRADICTION", { first: nameOf(forged), second: "re-execution agrees" });
  }
  const { parent } = batch.header;
  const { status } = node.derivation.batch(parent);
  if (status !== "final") fail("PARENT_NOT_FINAL", { id, parent, status });
  return forged;
}

async function acceptedProof(node: Node, transaction: Hex): Promise<ProvenSegment> {
  const { derivation } = node;
  const { args } = await acceptedCall(node, transaction);
  const [its, { segment }] = args as unknown as [Batch, { segment: bigint }];
  const derived = derivation.batch(batchId(its));
  const { lastCheckpoint } = derivation.batch(derived.header.parent).header;
  const opening = openingOf(derived, lastCheckpoint, Number(segment));
  const { beneficiary, proof } = args.proof as { beneficiary: Hex; proof: Hex };
  // A valid proof names no result: it is the claim.
  const computed: Hex = args.length === 4 ? args.computed : opening.claimed;
  return { id: derived.id, batch: batchOf(derived), opening, computed, beneficiary, proof, provingMs: 0 };
}

const PROOF_CALLS = ["proveFraud", "proveValid", "recordValid"];

async function acceptedCall({ chain }: Node, transaction: Hex): Promise<TransactionDescription> {
  const { provider, contracts, book } = chain;
  const [sent, mined] = await ask(`transaction ${transaction}`, () =>
    Promise.all([provider.getTransaction(transaction), provider.getTransactionReceipt(transaction)]),
  );
  if (sent === null || mined === null)
    return fail("L1_DATA_MISSING", { what: `transaction ${transaction} in a block` });
  const refuse = (reason: string) => fail("NOT_AN_ACCEPTED_PROOF", { transaction, reason });
  if (mined.status !== 1) refuse("L1 refused it");
  if (sent.to?.toLowerCase() !== book.addresses.challenges.toLowerCase())
    refuse(`it calls ${sent.to ?? "nobody"}, not Challenges itself`);
  const call = contracts.challenges.interface.parseTransaction(sent) as TransactionDescription | null;
  if (call === null || !PROOF_CALLS.includes(call.name)) return refuse(`it calls ${call?.name ?? "nothing"}`);
  return call;
}

async function recordBefore(
  node: Node,
  signer: Signer,
  id: Hex,
  segment: number,
  { prover, ...options }: PredecessorProofs,
): Promise<void> {
  const { proven, recorded } = disputeOf(await node.derivation.sync(), id);
  for (let before = 0; before < segment; before++) {
    if (proven.has(before) || recorded.has(before)) continue;
    const proof = await proveSegment(node, prover, id, before, await signer.getAddress(), options);
    await sendRecord(node, signer, proof);
  }
}

function nameOf({ id, opening, computed }: ProvenSegment): string {
  return `segment ${opening.segment} of batch ${id} leads to ${computed}`;
}

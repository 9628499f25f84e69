// Proofs on demand: a segment's run, the check against what the contract will say, the proof, the transaction.

import { hexlify, type Signer } from "ethers";
import { type Receipt, read, send, withSigner } from "../chain/client.ts";
import { batchOf, openingOf } from "../chain/opening.ts";
import type { Hex, SegmentOpening } from "../chain/types.ts";
import { disputeOf } from "../chain/view.ts";
import { fail } from "../errors.ts";
import { type Batch, claimOf, toBytes32 } from "../model/index.ts";
import type { SegmentRun } from "../prover/proof-system.ts";
import { finalize, isFinalizable, knownBatch } from "./dispute.ts";
import type { Node } from "./node.ts";
import { openProverPool, type ProverPool } from "./prover-pool.ts";
import { type Prover, runSegment } from "./segment-run.ts";

export { openProverPool, type ProverPool } from "./prover-pool.ts";

/** A proof and all that a dispute call needs besides. */
export interface ProvenSegment {
  readonly id: Hex;
  readonly batch: Batch;
  readonly opening: SegmentOpening;
  /** Where the segment leads; equal to `opening.claimed` if the claim is right. */
  readonly computed: Hex;
  readonly beneficiary: Hex;
  /** As the deployment's verifier contract takes it. */
  readonly proof: Hex;
  readonly provingMs: number;
}

export interface ProveOptions {
  readonly signal?: AbortSignal;
  /** Shares the machine with other proofs; one proof at a time if left out. */
  readonly pool?: ProverPool;
}

/** A segment ready to be proven; L1 has confirmed what a proof of it has to prove. */
export interface PreparedSegment {
  readonly id: Hex;
  readonly batch: Batch;
  readonly opening: SegmentOpening;
  readonly run: SegmentRun;
}

/** Throws STATEMENT_DIFFERS if L1 would ask for a proof of anything else, SEGMENT_UNPROVABLE after the first wrong segment. */
export async function prepareSegment(
  node: Node,
  id: Hex,
  segment: number,
  beneficiary: Hex,
): Promise<PreparedSegment> {
  const { chain, derivation } = node;
  const { book, contracts } = chain;
  const { batch: derived, state, words, n } = node.segmentStart(id, segment);
  const parent = derivation.batch(derived.header.parent);
  const batch = batchOf(derived);
  const opening = openingOf(derived, parent.header.lastCheckpoint, segment);
  const context = { chainId: book.chainId, rollup: book.addresses.rollup, batchId: id, segment, beneficiary };
  const run = runSegment(state, words, n, context);

  const claim = claimOf({ a: run.trace.a, b: run.trace.b, words, context });
  const its = await read(chain, `Challenges.claim for segment ${segment} of batch ${id}`, () =>
    contracts.challenges.claim(batch, opening, toBytes32(claim.b), beneficiary),
  );
  same(segment, "words", claim.words, its.words);
  const bound = [claim.a, claim.b, claim.context].map(toBytes32);
  same(segment, "a, b and context", bound, [its.a, its.b, its.context]);
  return { id, batch, opening, run };
}

/** Proves one segment, after `prepareSegment`. Throws PROVER_CANCELLED if the signal aborts. */
export async function proveSegment(
  node: Node,
  prover: Prover,
  id: Hex,
  segment: number,
  beneficiary: Hex,
  { signal, pool = openProverPool(1) }: ProveOptions = {},
): Promise<ProvenSegment> {
  const { batch, opening, run } = await prepareSegment(node, id, segment, beneficiary);
  const started = performance.now();
  const proof = await pool.run((its) => prover.prove(run, its), signal);
  return {
    id,
    batch,
    opening,
    computed: toBytes32(run.trace.b),
    beneficiary,
    proof: hexlify(proof),
    provingMs: Math.round(performance.now() - started),
  };
}

/** Proves the segment valid on L1; answers an open challenge. Throws SEGMENT_INVALID instead of sending if it is wrong. */
export async function sendValid(node: Node, signer: Signer, proven: ProvenSegment): Promise<Receipt> {
  const { id, batch, opening, computed, beneficiary, proof } = proven;
  const { segment, claimed } = opening;
  if (computed !== claimed) fail("SEGMENT_INVALID", { id, segment, claimed, computed });
  await knownBatch(node, id);
  const { challenges } = withSigner(node.chain, signer);
  return await send(node.chain, `the validity proof of segment ${segment} of batch ${id}`, () =>
    challenges.proveValid(batch, opening, { beneficiary, proof }),
  );
}

/**
 * Records a valid proof for a contradiction alone: it ends no challenge and pays nobody, but works for batches that are dead
 * or final, and during a pause. Throws SEGMENT_INVALID instead of sending if the segment is wrong.
 */
export async function sendRecord(node: Node, signer: Signer, proven: ProvenSegment): Promise<Receipt> {
  const { id, batch, opening, computed, beneficiary, proof } = proven;
  const { segment, claimed } = opening;
  if (computed !== claimed) fail("SEGMENT_INVALID", { id, segment, claimed, computed });
  await knownBatch(node, id);
  const { challenges } = withSigner(node.chain, signer);
  return await send(node.chain, `the record of segment ${segment} of batch ${id}`, () =>
    challenges.recordValid(batch, opening, { beneficiary, proof }),
  );
}

/** Refutes the batch. Throws SEGMENT_VALID instead of sending if the claim is right. */
export async function sendFraud(node: Node, signer: Signer, proven: ProvenSegment): Promise<Receipt> {
  const { id, batch, opening, computed, beneficiary, proof } = proven;
  const { segment, claimed } = opening;
  if (computed === claimed) fail("SEGMENT_VALID", { id, segment });
  await knownBatch(node, id);
  const { challenges } = withSigner(node.chain, signer);
  return await send(node.chain, `the fraud proof of segment ${segment} of batch ${id}`, () =>
    challenges.proveFraud(batch, opening, computed, { beneficiary, proof }),
  );
}

export interface EarlyFinality {
  /** Segments that were proven now. */
  readonly proven: readonly number[];
  readonly receipts: readonly Receipt[];
  /** Absent if the parent is not final, or the earliest finality has not come: then `rollup finalize` does it. */
  readonly finalized?: Receipt;
}

/**
 * Proves every segment that is not yet proven and finalizes the batch: early finality. Proofs run in the pool,
 * transactions go out in the order of segments. Throws BATCH_INVALID before proving anything of a wrong batch.
 */
export async function proveBatch(
  node: Node,
  prover: Prover,
  signer: Signer,
  id: Hex,
  options: ProveOptions = {},
): Promise<EarlyFinality> {
  node.preimage(id);
  const { derivation } = node;
  const { checkpoints } = derivation.batch(id);
  const done = disputeOf(derivation.view, id).proven;
  const segments = [...checkpoints.keys()].filter((segment) => !done.has(segment));
  const beneficiary = await signer.getAddress();
  const pool = options.pool ?? openProverPool(1);

  const proofs = segments.map((segment) =>
    proveSegment(node, prover, id, segment, beneficiary, { ...options, pool }),
  );
  // One failure fails the whole; the others must not end as unhandled rejections.
  for (const proof of proofs) proof.catch(() => undefined);
  const receipts: Receipt[] = [];
  for (const proof of proofs) receipts.push(await sendValid(node, signer, await proof));

  await derivation.sync();
  if (!isFinalizable(node, derivation.batch(id))) return { proven: segments, receipts };
  return { proven: segments, receipts, finalized: await finalize(node, signer, id) };
}

function same(segment: number, what: string, ours: readonly unknown[], theirs: readonly unknown[]): void {
  const [expected, actual] = [ours.join(), theirs.join()];
  if (expected !== actual) fail("STATEMENT_DIFFERS", { segment, what, expected, actual });
}

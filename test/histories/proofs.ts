// Who makes a history's proofs: the stand-in binds bytes to any statement at once, a proof system proves true ones.

import { getBytes, hexlify } from "ethers";
import {
  type Hash,
  type ProofContext,
  publicInputs,
  type SegmentWords,
  type State,
} from "../../src/model/index.ts";
import { runSegment } from "../../src/node/segment-run.ts";
import { segmentProver, type ProofSystem } from "../../src/prover/index.ts";
import { standInProof } from "../support/node-harness.ts";

export interface ProofRequest {
  readonly words: SegmentWords;
  readonly start: State | undefined;
  readonly a: bigint;
  readonly b: bigint;
  readonly context: ProofContext;
  readonly n: number;
  readonly hash: Hash;
}

export type ProofMaker = (request: ProofRequest) => Promise<Uint8Array>;

/** Asked for true statements alone, but for contradictions: those need a verifier that is broken. */
export const standIn: ProofMaker = async (request) => standInProof(publicInputs(request));

/** Real proofs; the same statement is proven once. */
export function realProofs(system: ProofSystem): ProofMaker {
  const prover = segmentProver(system);
  const made = new Map<string, string>();
  return async ({ start, words, n, context, b }) => {
    if (start === undefined) throw new RangeError("nobody can prove a segment of an unknown state");
    const { batchId, segment, beneficiary } = context;
    const name = `${batchId}/${segment}/${beneficiary}`;
    const known = made.get(name);
    if (known !== undefined) return getBytes(known);
    const run = runSegment(start.clone(), words, n, context);
    if (run.trace.b !== b) throw new RangeError("a real proof system proves what is true alone");
    const proof = await prover.prove(run);
    made.set(name, hexlify(proof));
    return proof;
  };
}

// What the tests of both systems share: a segment of the mini instance, and errors by code.

import { isLuntraError } from "../../../src/errors.ts";
import { INSTANCES, type SegmentTrace, traceSegment } from "../../../src/model/index.ts";
import { loadFastHash, type SegmentRun } from "../../../src/prover/index.ts";
import { CONTEXT } from "../../circuits/harness.ts";
import { generateSegments } from "../../support/vectors.ts";

/** A random segment's run. The third segment is the first of signed records. */
export async function miniRun(): Promise<SegmentRun & { readonly trace: SegmentTrace }> {
  const instance = INSTANCES.mini;
  const [vector] = generateSegments({
    ...instance,
    hash: await loadFastHash(),
    seed: "snarkjs",
    count: 3,
  }).slice(-1);
  if (vector === undefined) throw new Error("no segment");
  const { before, words } = vector;
  return { trace: traceSegment(before.clone(), words, instance.n), words, context: CONTEXT };
}

export async function codeOf(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => "none",
    (error) => (isLuntraError(error) ? error.code : String(error)),
  );
}

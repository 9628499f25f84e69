// What a proof job holds: a segment's run, as text that loses nothing, and the deployment that it is for.

import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import circuits from "../../circuits/circuits.json" with { type: "json" };
import { fail, LuntraError } from "../errors.ts";
import { INSTANCES, type InstanceName } from "../model/index.ts";
import { PROOF_SYSTEMS, type ProofSystemName, type SegmentRun } from "../prover/proof-system.ts";

/** Jobs of other deployments, or for other circuits, are not for this one's provers. */
export interface JobDeployment {
  readonly l2ChainId: bigint;
  readonly instance: InstanceName;
  readonly systems: readonly ProofSystemName[];
}

const VERSION = 1;
/** Many times what the largest instance takes. */
const MOST_BYTES = 64 * 1024 * 1024;

const word = z.codec(z.string().regex(/^0x(0|[1-9a-f][0-9a-f]{0,63})$/), z.bigint(), {
  decode: BigInt,
  encode: (value) => `0x${value.toString(16)}`,
});
const decimal = z.codec(z.string().regex(/^(0|[1-9][0-9]*)$/), z.bigint(), {
  decode: BigInt,
  encode: String,
});
const count = z.number().int().nonnegative();
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);

const nodePair = z.tuple([word, word]);
/** Most paths are of slots that are not in use, all zeros: then their length says it all. */
const path = z.codec(
  z.union([count.max(256), z.array(nodePair)]),
  z.array(z.tuple([z.bigint(), z.bigint()])),
  {
    decode: (value) =>
      typeof value === "number" ? Array.from({ length: value }, (): [bigint, bigint] => [0n, 0n]) : value,
    encode: (value) => (value.every(([left, right]) => left === 0n && right === 0n) ? value.length : value),
  },
);

const words = z.strictObject({
  kind: word,
  sender: word,
  recipient: word,
  token: word,
  amount: word,
  nonce: word,
  fee: word,
});
const checkpoint = z.strictObject({
  stateRoot: word,
  leafCount: word,
  exitRoot: word,
  exitCount: word,
  fees: word,
});
const slot = z.strictObject({
  used: z.boolean(),
  key: word,
  present: z.boolean(),
  index: count,
  leaf: z.strictObject({ key: word, lo: word, hi: word, next: word }),
  path,
});
const receipt = z.strictObject({
  status: z.enum(["executed", "failed", "skipped"]),
  reason: z.string().optional(),
  fee: word,
  exit: z.strictObject({ token: word, recipient: word, amount: word, index: count }).optional(),
});
const record = z.strictObject({
  words,
  receipt,
  A: slot,
  B: slot,
  C: slot,
  D: z.strictObject({ tree: z.enum(["none", "state", "exits"]), index: count, path }),
  after: checkpoint,
});
const run = z.strictObject({
  trace: z.strictObject({
    first: z.boolean(),
    a: word,
    before: checkpoint,
    /** The only one that the instance's circuits ask for. */
    crown: z.strictObject({ levels: count, nodes: z.array(word) }),
    records: z.array(record),
    b: word,
    after: checkpoint,
  }),
  words: z.strictObject({ first: z.boolean(), records: z.array(words) }),
  context: z.strictObject({
    chainId: decimal,
    rollup: address,
    batchId: z.string().regex(/^0x[0-9a-fA-F]{64}$/),
    segment: count,
    beneficiary: address,
  }),
});

const job = z.strictObject({
  version: z.literal(VERSION),
  deployment: z.strictObject({
    l2ChainId: decimal,
    instance: z.enum(Object.keys(INSTANCES) as [InstanceName, ...InstanceName[]]),
    systems: z.array(z.enum(PROOF_SYSTEMS)).min(1),
  }),
  /** What it is about, for those who only look: the run says it, too. */
  about: z.strictObject({ batchId: z.string(), segment: count }).optional(),
  /** JSON, compressed: node hashes repeat all over a trace. */
  run: z.base64(),
});

/** As it is stored. */
export type JobPayload = z.input<typeof job>;

export interface DecodedJob {
  readonly deployment: JobDeployment;
  readonly run: SegmentRun;
}

export function encodeJob(deployment: JobDeployment, { trace, words, context }: SegmentRun): JobPayload {
  const levels = circuits[deployment.instance].cap;
  const plain = { trace: { ...trace, crown: { levels, nodes: trace.crown(levels) } }, words, context };
  // Copies, as the model's types are read-only and the schema's are not.
  const text = JSON.stringify(z.encode(run, plain as unknown as z.output<typeof run>));
  return z.encode(job, {
    version: VERSION,
    deployment: { ...deployment, systems: [...deployment.systems] },
    about: { batchId: context.batchId, segment: context.segment },
    run: gzipSync(text).toString("base64"),
  });
}

/** Throws JOB_MALFORMED. Whether the run is true is for the circuit to say. */
export function decodeJob(payload: unknown): DecodedJob {
  try {
    const { deployment, run: packed } = z.decode(job, payload as JobPayload);
    const text = gunzipSync(Buffer.from(packed, "base64"), { maxOutputLength: MOST_BYTES }).toString("utf8");
    const { trace, words, context } = z.decode(run, JSON.parse(text));
    const crown = (levels: number) => {
      if (levels !== trace.crown.levels)
        fail("JOB_MALFORMED", { reason: `it has no crown of ${levels} levels` });
      return trace.crown.nodes;
    };
    return { deployment, run: { trace: { ...trace, crown }, words, context } as SegmentRun };
  } catch (error) {
    if (error instanceof LuntraError) throw error;
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    return fail("JOB_MALFORMED", { reason: reason.slice(0, 500) }, error);
  }
}

/** Throws JOB_MISMATCH if the job is for provers with other keys. */
export function requireDeployment(expected: JobDeployment, actual: JobDeployment): void {
  const parts = (deployment: JobDeployment) => ({
    "L2 chain id": String(deployment.l2ChainId),
    instance: deployment.instance,
    "proof systems": deployment.systems.join(", "),
  });
  const [ours, theirs] = [Object.entries(parts(expected)), Object.values(parts(actual))];
  for (const [i, [what, value]] of ours.entries()) {
    if (value !== theirs[i]) fail("JOB_MISMATCH", { what, expected: value, actual: theirs[i] ?? "" });
  }
}

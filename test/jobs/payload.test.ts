import { gzipSync } from "node:zlib";
import { expect } from "chai";
import circuits from "../../circuits/circuits.json" with { type: "json" };
import { isLuntraError } from "../../src/errors.ts";
import { decodeJob, encodeJob, type JobPayload, requireDeployment } from "../../src/jobs/payload.ts";
import { INSTANCES, publicInputs, traceSegment } from "../../src/model/index.ts";
import { circomInputs } from "../../src/prover/circom/index.ts";
import { buildInputs, loadFastHash, type SegmentRun } from "../../src/prover/index.ts";
import { generateSegments } from "../support/vectors.ts";
import { DEPLOYMENT, segmentOf } from "./support.ts";

const hash = await loadFastHash();

function codeOf(action: () => unknown): string {
  try {
    action();
    return "none";
  } catch (error) {
    return isLuntraError(error) ? error.code : `not ours: ${error}`;
  }
}

/** Of every kind of record, and of queue items, as the generator mixes them. */
async function runs(): Promise<SegmentRun[]> {
  const instance = INSTANCES.mini;
  const vectors = generateSegments({ ...instance, hash, seed: "payload", count: 12 });
  const { context } = await segmentOf(3);
  return vectors.map(({ before, words }) => ({
    trace: traceSegment(before.clone(), words, instance.n),
    words,
    context,
  }));
}

describe("A proof job's payload", () => {
  it("loses nothing: circuits get the same inputs, and the run is the same", async () => {
    for (const run of await runs()) {
      const payload = JSON.parse(JSON.stringify(encodeJob(DEPLOYMENT, run))) as unknown;
      const { run: decoded, deployment } = decodeJob(payload);
      expect(deployment).to.deep.equal(DEPLOYMENT);
      const data = ({ trace: { crown, ...trace }, words, context }: SegmentRun) => ({
        trace,
        crown: crown(circuits.mini.cap),
        words,
        context,
      });
      expect(data(decoded)).to.deep.equal(data(run));
      const { trace, words, context } = run;
      const claim = publicInputs({ a: trace.a, b: trace.b, words, n: 1, context, hash });
      expect(buildInputs(decoded.trace, claim, INSTANCES.mini, hash)).to.deep.equal(
        buildInputs(trace, claim, INSTANCES.mini, hash),
      );
      expect(circomInputs(decoded.trace, claim, circuits.mini)).to.deep.equal(
        circomInputs(trace, claim, circuits.mini),
      );
    }
  });

  it("is refused if it is damaged, of another version, or has other fields", async () => {
    const payload = encodeJob(DEPLOYMENT, await segmentOf(0));
    const packed = (value: unknown) => gzipSync(JSON.stringify(value)).toString("base64");
    const damaged = Buffer.from(payload.run, "base64");
    damaged[100] = (damaged[100] ?? 0) ^ 1;
    const cases: unknown[] = [
      undefined,
      null,
      {},
      { ...payload, version: 2 },
      { ...payload, more: true },
      { ...payload, deployment: { ...payload.deployment, instance: "huge" } },
      { ...payload, deployment: { ...payload.deployment, l2ChainId: "-1" } },
      { ...payload, run: "no base64" },
      { ...payload, run: payload.run.slice(0, 200) },
      { ...payload, run: damaged.toString("base64") },
      { ...payload, run: packed({}) },
      { ...payload, run: packed("0x0") },
    ];
    expect(cases.map((one) => codeOf(() => decodeJob(one)))).to.deep.equal(cases.map(() => "JOB_MALFORMED"));
  });

  it("does not take up memory without end", () => {
    const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024)).toString("base64");
    const payload: JobPayload = {
      version: 1,
      deployment: { l2ChainId: "1", instance: "mini", systems: ["plonk"] },
      run: bomb,
    };
    expect(codeOf(() => decodeJob(payload))).to.equal("JOB_MALFORMED");
  });

  it("is for provers of its own deployment alone", () => {
    for (const other of [
      { l2ChainId: 1n },
      { instance: "dev" as const },
      { systems: ["groth16" as const] },
    ]) {
      expect(codeOf(() => requireDeployment(DEPLOYMENT, { ...DEPLOYMENT, ...other }))).to.equal(
        "JOB_MISMATCH",
      );
    }
    requireDeployment(DEPLOYMENT, { ...DEPLOYMENT });
  });
});

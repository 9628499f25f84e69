// Gates, proof time and memory by records in a segment.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { INSTANCES, publicInputs, traceSegment } from "../src/model/index.ts";
import { runBb } from "../src/prover/bb.ts";
import { compileSegment } from "../src/prover/circuit.ts";
import { loadFastHash } from "../src/prover/fast-hash.ts";
import { buildInputs } from "../src/prover/inputs.ts";
import { FLAVOUR, makeKeys, pointsFor, sizeOf } from "../src/prover/keys.ts";
import { developmentSrs } from "../src/prover/srs.ts";
import { solve } from "../src/prover/witness.ts";
import { generateSegments } from "../test/support/vectors.ts";

export interface ProvingCost {
  readonly records: number;
  readonly gates: number;
  readonly gatesPerRecord: number;
  readonly witnessSeconds: number;
  /** `bb prove`, with the verification key at hand. */
  readonly provingSeconds: number;
  readonly peakMegabytes: number;
  readonly proofBytes: number;
}

const CONTEXT = {
  chainId: 31337n,
  rollup: `0x${"11".repeat(20)}`,
  batchId: `0x${"22".repeat(32)}`,
  segment: 0,
  beneficiary: `0x${"33".repeat(20)}`,
};

/** Proves one random segment that holds as many records as fit. */
export async function measureProving(records: number): Promise<ProvingCost> {
  const instance = { ...INSTANCES.standard, n: records };
  const name = `bench-${records}`;
  const circuit = await compileSegment(name, instance);
  const size = await sizeOf(circuit);
  const keys = await makeKeys(
    circuit,
    await developmentSrs(pointsFor(size)),
    `HonkVerifierBench${records}`,
    true,
  );

  const hash = await loadFastHash();
  const vectors = generateSegments({ seed: "bench", count: 8, ...instance, hash });
  const vector = vectors.find(({ words }) => words.records.length === records && !words.first) ?? vectors[0];
  if (vector === undefined) throw new Error("no segment generated");
  const { before, words, a, b } = vector;
  const started = performance.now();
  const trace = traceSegment(before.clone(), words, records);
  const binding = publicInputs({ a, b, words, n: records, context: CONTEXT, hash });
  const witness = await solve(circuit, buildInputs(trace, binding, instance, hash));
  const witnessMs = performance.now() - started;

  const folder = await mkdtemp(join(tmpdir(), "luntra-bench-"));
  try {
    const path = join(folder, "witness.gz");
    await writeFile(path, witness.bytes);
    const args = ["prove", "-b", circuit.path, "-w", path, "-k", keys.vkPath, ...FLAVOUR, "-o", folder];
    const { ms, peakBytes } = await runBb(args, { srs: keys.srs.folder });
    return {
      records,
      gates: size.gates,
      gatesPerRecord: Math.round(size.gates / records),
      witnessSeconds: round(witnessMs / 1000),
      provingSeconds: round(ms / 1000),
      peakMegabytes: Math.round((peakBytes ?? 0) / 2 ** 20),
      proofBytes: (await readFile(join(folder, "proof"))).length,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function round(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}

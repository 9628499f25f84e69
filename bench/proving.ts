// Gates, proof time and memory by records in a segment.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { INSTANCES, publicInputs } from "../src/model/index.ts";
import { runBb } from "../src/prover/bb.ts";
import { compileSegment } from "../src/prover/circuit.ts";
import { loadFastHash } from "../src/prover/fast-hash.ts";
import { buildInputs } from "../src/prover/inputs.ts";
import { FLAVOUR, makeKeys, pointsFor, sizeOf } from "../src/prover/keys.ts";
import { developmentSrs } from "../src/prover/srs.ts";
import { inTemporaryFolder } from "../src/prover/temporary-folder.ts";
import { solve } from "../src/prover/witness.ts";
import { fullSegment, seconds, timed } from "./measuring.ts";

export interface ProvingCost {
  readonly records: number;
  readonly gates: number;
  readonly gatesPerRecord: number;
  /** Compilation, and reference string and keys: next to nothing if they are cached. */
  readonly compileSeconds: number;
  readonly setupSeconds: number;
  readonly witnessSeconds: number;
  /** `bb prove`, with the verification key at hand. */
  readonly provingSeconds: number;
  readonly peakMegabytes: number;
  readonly proofBytes: number;
}

/** Proves one random segment that holds as many records as fit. */
export async function measureProving(records: number): Promise<ProvingCost> {
  const instance = { ...INSTANCES.standard, n: records };
  const name = `bench-${records}`;
  const [circuit, compileMs] = await timed(() => compileSegment(name, instance));
  const size = await sizeOf(circuit);
  const [keys, setupMs] = await timed(async () =>
    makeKeys(circuit, await developmentSrs(pointsFor(size)), `HonkVerifierBench${records}`, true),
  );

  const hash = await loadFastHash();
  const { trace, words, context } = await fullSegment(instance);
  const { a, b } = trace;
  const [witness, witnessMs] = await timed(() => {
    const binding = publicInputs({ a, b, words, n: records, context, hash });
    return solve(circuit, buildInputs(trace, binding, instance, hash));
  });

  return await inTemporaryFolder(async (folder) => {
    const path = join(folder, "witness.gz");
    await writeFile(path, witness.bytes);
    const args = ["prove", "-b", circuit.path, "-w", path, "-k", keys.vkPath, ...FLAVOUR, "-o", folder];
    const { ms, peakBytes } = await runBb(args, { srs: keys.srs.folder });
    return {
      records,
      gates: size.gates,
      gatesPerRecord: Math.round(size.gates / records),
      compileSeconds: seconds(compileMs),
      setupSeconds: seconds(setupMs),
      witnessSeconds: seconds(witnessMs),
      provingSeconds: seconds(ms),
      peakMegabytes: Math.round((peakBytes ?? 0) / 2 ** 20),
      proofBytes: (await readFile(join(folder, "proof"))).length,
    };
  });
}

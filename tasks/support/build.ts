// What a task needs before it starts: contracts, and the circuit's keys with the verifier made from them. A fresh clone
// has neither; afterwards both come from caches.

import { writeGenerated } from "../../scripts/support/generated.ts";
import type { InstanceName } from "../../src/model/index.ts";
import { UltraHonk } from "../../src/prover/index.ts";
import type { Context } from "./action.ts";

type Builder = Pick<Context, "hre" | "progress">;

/** Compiles the contracts, quietly. */
export async function buildContracts({ hre, progress }: Builder): Promise<void> {
  const notice = setTimeout(() => progress("compiling the contracts (once, about a minute)"), 3000);
  const build = () => hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  await quietly(build).finally(() => clearTimeout(notice));
}

/** Compilers print warnings about dependencies; what they say matters only if they fail. */
async function quietly<T>(build: () => Promise<T>): Promise<T> {
  const streams = [process.stdout, process.stderr];
  const said: string[] = [];
  const writes = streams.map((stream) => stream.write);
  for (const stream of streams) {
    stream.write = ((chunk: unknown) => said.push(String(chunk)) > 0) as typeof stream.write;
  }
  let failed = true;
  try {
    const result = await build();
    failed = false;
    return result;
  } finally {
    for (const [i, stream] of streams.entries()) stream.write = writes[i] as typeof stream.write;
    if (failed) process.stderr.write(said.join(""));
  }
}

export interface SystemOptions {
  readonly instance: InstanceName;
  /** Folder of the public ceremony's files; development keys if left out. */
  readonly ceremony?: string | undefined;
}

/** Proof system with its keys made and its verifier written where Hardhat builds it, then the contracts. */
export async function buildProofSystem(
  builder: Builder,
  { instance, ceremony }: SystemOptions,
): Promise<UltraHonk> {
  const system = new UltraHonk(
    instance,
    ceremony === undefined ? { type: "development" } : { type: "ceremony", folder: ceremony },
  );
  // Past a few seconds somebody wants to know what is going on.
  const notice = setTimeout(
    () => builder.progress("making the circuit's keys (once, about half a minute)"),
    3000,
  );
  const { contractName, source } = await system.exportVerifier().finally(() => clearTimeout(notice));
  await writeGenerated(ceremony === undefined ? instance : "ceremony", contractName, source);
  await buildContracts(builder);
  return system;
}

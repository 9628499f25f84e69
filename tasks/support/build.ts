// What a task needs before it starts: contracts, and the circuits' keys with the verifiers made from them. A fresh clone
// has neither; afterwards both come from caches.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeGenerated } from "../../scripts/support/generated.ts";
import type { InstanceName } from "../../src/model/index.ts";
import { withFileLock } from "../../src/node/file-lock.ts";
import {
  type ProofSystem,
  type ProofSystemName,
  proofSystem,
  verifierFolder,
} from "../../src/prover/index.ts";
import type { Context } from "./action.ts";

type Builder = Pick<Context, "hre" | "progress">;

const NOTICE_MS = 3000;
const BUILD_TIMEOUT_MS = 600_000;

/** One build a process is enough, unless sources were written since. */
const built = new WeakMap<object, Promise<void>>();

/** Compiles the contracts, quietly. */
export async function buildContracts(builder: Builder, { again = false } = {}): Promise<void> {
  const known = built.get(builder.hre);
  if (known !== undefined && !again) return await known;
  const build = compile(builder);
  built.set(builder.hre, build);
  await build;
}

async function compile({ hre, progress }: Builder): Promise<void> {
  // Past a few seconds somebody wants to know what is going on.
  const notice = setTimeout(() => progress("compiling the contracts (once, about a minute)"), NOTICE_MS);
  const unmute = mute();
  let said = "";
  try {
    await alone(hre, () => hre.tasks.getTask("build").run({ quiet: true, noTests: true }));
  } catch (error) {
    said = unmute();
    throw error;
  } finally {
    clearTimeout(notice);
    unmute();
    if (said !== "") progress(said);
  }
}

/** Hardhat's build cache bears one process at a time, and people have several terminals. */
async function alone<T>({ config }: Builder["hre"], build: () => Promise<T>): Promise<T> {
  const folder = join(config.paths.root, ".cache", "luntra");
  await mkdir(folder, { recursive: true });
  return await withFileLock(join(folder, "build.lock"), build, BUILD_TIMEOUT_MS);
}

/** Compilers print warnings about dependencies; what they say matters only if they fail. */
function mute(): () => string {
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write);
  let said = "";
  for (const stream of streams) {
    stream.write = ((chunk: unknown) => {
      said += String(chunk);
      return true;
    }) as typeof stream.write;
  }
  return () => {
    for (const [i, stream] of streams.entries()) stream.write = writes[i] as typeof stream.write;
    return said;
  };
}

export interface SystemOptions {
  /** In the order in which a deployment asks them. */
  readonly systems: readonly ProofSystemName[];
  readonly instance: InstanceName;
  /** Folder of the public ceremony's files; development keys if left out. */
  readonly ceremony?: string | undefined;
}

/** Folder of the public ceremony's files, if production keys are wanted; else development keys are. */
export function ceremonyFolder(argument?: string): string | undefined {
  return argument ?? (process.env.LUNTRA_CEREMONY || undefined);
}

/** Proof systems with their keys made and their verifiers written where Hardhat builds them, then the contracts. */
export async function buildProofSystems(
  builder: Builder,
  { systems, instance, ceremony }: SystemOptions,
): Promise<readonly ProofSystem[]> {
  const development = ceremony === undefined;
  const made = systems.map((name) =>
    proofSystem(
      name,
      instance,
      development ? { type: "development" } : { type: "ceremony", folder: ceremony },
    ),
  );
  let again = false;
  for (const system of made) {
    const notice = setTimeout(
      () => builder.progress(`making the keys of ${system.name} (once, up to a minute)`),
      NOTICE_MS,
    );
    const { contractName, source } = await system.exportVerifier().finally(() => clearTimeout(notice));
    again = (await writeGenerated(verifierFolder(instance, development), contractName, source)) || again;
  }
  await buildContracts(builder, { again });
  return made;
}

// What a launch set out to deploy, written down before its first transaction. A launch that goes on after an interruption must be the
// same one: every address follows from the nonce it began at.

import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { keccak256 } from "ethers";
import { z } from "zod";
import { readIfThere } from "../chain/address-book.ts";
import type { ArtifactReader } from "../chain/artifacts.ts";
import type { VerifierSource } from "../chain/deploy.ts";
import type { PlannedContract } from "../chain/deployment-plan.ts";
import type { Parameters } from "../chain/presets.ts";
import type { Hex } from "../chain/types.ts";
import { fail } from "../errors.ts";

const schema = z.object({
  version: z.literal(1),
  /** What is compared when a launch goes on: names and values as text. */
  subject: z.record(z.string(), z.string()),
  /** Drawn once; no other deployment ever uses it. */
  l2ChainId: z.string().regex(/^\d+$/).transform(BigInt),
  /** The deployer's, of the first contract. */
  nonce: z.number().int().nonnegative(),
  /** L1's block when the launch began. */
  block: z.number().int().nonnegative(),
});

export type Intent = Readonly<z.output<typeof schema>>;

export interface Subject {
  readonly chainId: bigint;
  readonly deployer: Hex;
  readonly instance: string;
  readonly parameters: Parameters;
  readonly verifiers: readonly VerifierSource[];
}

/** `deployments/<network>/<deployment>.launch/`: goes under version control with the address book. */
export function launchFolder(directory: string, name: string): string {
  return join(directory, `${name}.launch`);
}

function intentPath(folder: string): string {
  return join(folder, "intent.json");
}

/** Undefined before a launch. Throws DEPLOYMENT_MALFORMED. */
export async function readIntent(folder: string): Promise<Intent | undefined> {
  const path = intentPath(folder);
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    return fail("DEPLOYMENT_MALFORMED", { path, reason: String(error) }, error);
  }
}

export async function writeIntent(folder: string, intent: Intent): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = intentPath(folder);
  const text = JSON.stringify(intent, (_, value) => (typeof value === "bigint" ? String(value) : value), 2);
  await writeFile(`${path}.tmp`, `${text}\n`);
  await rename(`${path}.tmp`, path);
}

/** Throws LAUNCH_CHANGED with the first value that is another one now. */
export function requireSame(folder: string, { subject }: Intent, now: Intent["subject"]): void {
  for (const what of new Set([...Object.keys(subject), ...Object.keys(now)])) {
    const [expected, actual] = [subject[what] ?? "nothing", now[what] ?? "nothing"];
    if (expected !== actual) fail("LAUNCH_CHANGED", { what, path: intentPath(folder), expected, actual });
  }
}

/** Everything that makes it this launch, and the code of each contract. */
export async function subjectOf(
  { chainId, deployer, instance, parameters, verifiers }: Subject,
  steps: readonly Pick<PlannedContract, "artifact">[],
  artifacts: ArtifactReader,
): Promise<Intent["subject"]> {
  const codes: [string, string][] = [];
  for (const { artifact } of steps) {
    codes.push([`code of ${artifact}`, keccak256((await artifacts.readArtifact(artifact)).bytecode)]);
  }
  return Object.fromEntries([
    ["chainId", String(chainId)],
    ["deployer", deployer.toLowerCase()],
    ["instance", instance],
    ...Object.entries(parameters).map(([name, value]) => [name, String(value).toLowerCase()]),
    ...verifiers.map(({ system, vkHash }) => [`verification key of ${system}`, vkHash]),
    ...codes,
  ]);
}

// What is refused before the first transaction of a deployment.

import { type Places, requireTranscript } from "../ceremony/index.ts";
import { fail } from "../errors.ts";
import { INSTANCES, type InstanceName, MAX_SEGMENTS } from "../model/params.ts";
import { verifierName } from "../prover/verifier-names.ts";
import type { DeployOptions, VerifierSource } from "./deploy.ts";
import { requireEconomics } from "./economics.ts";
import { LOCAL_CHAIN } from "./local-chain.ts";
import { checkParameters, type Parameters, presetFor, requireProofTimes } from "./presets.ts";
import type { Hex } from "./types.ts";

export type Checked = Pick<DeployOptions, "preset" | "instance" | "verifiers" | "overrides" | "ceremonies">;

/** What the contracts will be built with. Throws what is wrong with it, or with the verifiers and their keys. */
export async function checkedParameters(
  options: Checked,
  chainId: bigint,
  deployer: Hex,
): Promise<Parameters> {
  const { preset, instance, verifiers, overrides } = options;
  const systems = verifiers.map(({ system }) => system);
  const parameters = presetFor(preset, instance, systems, { ...overrides, deployer });
  checkParameters(parameters, chainId);
  requireEconomics(parameters, { capacity: BigInt(MAX_SEGMENTS * INSTANCES[instance].n) });
  checkVerifiers(verifiers, instance, chainId);
  if (chainId !== LOCAL_CHAIN) await checkOffLocal(options, chainId);
  return parameters;
}

function checkVerifiers(verifiers: readonly VerifierSource[], instance: InstanceName, chainId: bigint): void {
  if (verifiers.length === 0) fail("PROOF_SYSTEM_NONE", {});
  const systems = verifiers.map(({ system }) => system);
  for (const [i, source] of verifiers.entries()) {
    const { system, instance: its, development, contract } = source;
    if (its !== instance) {
      fail("VERIFIERS_MIXED", { system, what: "the instance", expected: instance, actual: its });
    }
    if (systems.indexOf(system) !== i) {
      // Two keys of one proof system are no second opinion.
      fail("VERIFIERS_MIXED", { system, what: "one verifier", expected: "each", actual: "two" });
    }
    // The name says what keys the code was made from: of this system and circuit, public ones or not.
    const name = verifierName(system, its, development);
    if ("artifact" in contract && contract.artifact !== name) {
      fail("VERIFIER_REFUSED", { chainId, system, expected: name, actual: contract.artifact });
    }
  }
}

/** Where money is at stake, every key comes from a known ceremony, and every verifier from its key. Before anything is sent. */
async function checkOffLocal(options: Checked, chainId: bigint): Promise<void> {
  const { instance, verifiers, ceremonies } = options;
  if (verifiers.some(({ development }) => development)) fail("DEV_VERIFIER_OFF_LOCAL", { chainId });
  const systems = verifiers.map(({ system }) => system);
  if (systems.length > 1 && !systems.includes("ultrahonk")) {
    fail("VERIFIERS_RELATED", { chainId, systems: systems.join(", ") });
  }
  requireProofTimes(instance, systems);
  for (const source of verifiers) {
    await checkOrigin(source, chainId, ceremonies);
    const { system, contract } = source;
    if ("address" in contract) {
      const expected = `${verifierName(system, instance, false)}, deployed here`;
      fail("VERIFIER_REFUSED", { chainId, system, expected, actual: `the contract at ${contract.address}` });
    }
  }
}

/** UltraHonk takes no other files than its public ceremony's; the others have to say where their keys come from. */
async function checkOrigin(
  { system, circuitHash, vkHash, ceremony, ptau }: VerifierSource,
  chainId: bigint,
  places: Places | undefined,
): Promise<void> {
  if (system === "groth16") {
    const keys = { system, circuitHash, vkHash, ceremony: ceremony ?? undefined } as const;
    await requireTranscript(chainId, keys, places === undefined ? {} : { places });
  } else if (system === "plonk") {
    await requireTranscript(chainId, { system, ptau: ptau ?? undefined });
  }
}

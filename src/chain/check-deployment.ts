// Reads a deployment back from L1 and compares it with its address book and with the model.

import { Contract, type Provider } from "ethers";
import { fail } from "../errors.ts";
import { INSTANCES, MAX_SEGMENTS } from "../model/params.ts";
import { ALL_OF } from "../prover/proof-system.ts";
import type { AddressBook } from "./address-book.ts";
import { type ArtifactReader, isCodeOf } from "./artifacts.ts";
import { type Chain, openChain, read } from "./client.ts";
import { ADAPTERS, ALL_OF_CONTRACT } from "./deployment-plan.ts";
import { challengeBond, leastWindow } from "./economics.ts";
import { modelGenesisCheckpoint } from "./genesis.ts";
import type { Hex } from "./types.ts";

/** What, what it should be, and how to ask L1. */
type Check = readonly [string, unknown, () => Promise<unknown>];

/** Throws DEPLOYMENT_MISMATCH with the first difference. */
export async function checkDeployment(
  book: AddressBook,
  artifacts: ArtifactReader,
  provider: Provider,
): Promise<void> {
  const chain = await openChain(book, artifacts, provider);
  const { rollup, challenges, bridge, bonds, clock, lens } = chain.contracts;
  const { addresses, parameters } = book;
  const { n, D } = INSTANCES[book.instance];

  for (const [name, address] of Object.entries(addresses)) await codeAt(chain, name, address);

  const checks: readonly Check[] = [
    ["Rollup.clock", addresses.clock, () => rollup.clock()],
    ["Challenges.clock", addresses.clock, () => challenges.clock()],
    ["Bridge.clock", addresses.clock, () => bridge.clock()],
    ["BondManager.clock", addresses.clock, () => bonds.clock()],
    ["Lens.rollup", addresses.rollup, () => lens.rollup()],
    ["Rollup.challenges", addresses.challenges, () => rollup.challenges()],
    ["Rollup.bonds", addresses.bonds, () => rollup.bonds()],
    ["Rollup.bridge", addresses.bridge, () => rollup.bridge()],
    ["Rollup.availability", addresses.availability, () => rollup.availability()],
    ["Challenges.rollup", addresses.rollup, () => challenges.rollup()],
    ["Challenges.verifier", addresses.segmentVerifier, () => challenges.verifier()],
    ["Challenges.bonds", addresses.bonds, () => challenges.bonds()],
    ["Challenges.bridge", addresses.bridge, () => challenges.bridge()],
    ["Challenges.availability", addresses.availability, () => challenges.availability()],
    ["Bridge.rollup", addresses.rollup, () => bridge.rollup()],
    ["BondManager.rollup", addresses.rollup, () => bonds.rollup()],
    ["BondManager.challenges", addresses.challenges, () => bonds.challenges()],
    ["l2ChainId", book.l2ChainId, () => rollup.l2ChainId()],
    ["recordsPerSegment", BigInt(n), () => rollup.recordsPerSegment()],
    ["stateDepth", BigInt(D), () => rollup.stateDepth()],
    ["maxSegments", BigInt(MAX_SEGMENTS), () => rollup.maxSegments()],
    ["challengeWindow", parameters.challengeWindow, () => rollup.challengeWindow()],
    ["forceInclusionDelay", parameters.forceInclusionDelay, () => rollup.forceInclusionDelay()],
    ["maxForced", parameters.maxForced, () => rollup.maxForced()],
    ["provingWindow", parameters.provingWindow, () => challenges.provingWindow()],
    ["slot", parameters.slot, () => challenges.slot()],
    ["batchBond", parameters.batchBond, () => bonds.batchBond()],
    ["burnShareBps", parameters.burnShareBps, () => bonds.burnShareBps()],
    ["leastWindow", leastWindow(parameters), () => challenges.leastWindow()],
    ["the least challenge bond", challengeBond(parameters, 0n), () => challenges.challengeBondAt(0n)],
    [
      "the challenge bond at the high base fee",
      challengeBond(parameters, parameters.highBaseFee),
      () => challenges.challengeBondAt(parameters.highBaseFee),
    ],
    ["guardian", parameters.guardian, () => clock.guardian()],
    ["longestPause", parameters.longestPause, () => clock.longestPause()],
    ["pauseCooldown", parameters.pauseCooldown, () => clock.pauseCooldown()],
    ["primary", parameters.primary, () => rollup.primary()],
    ["primaryTimeout", parameters.primaryTimeout, () => rollup.primaryTimeout()],
    ["escapeDelay", parameters.escapeDelay, () => rollup.escapeDelay()],
    ["earliestFinality", parameters.earliestFinality, () => rollup.earliestFinality()],
    ["exitLimitBps", parameters.exitLimitBps, () => bridge.exitLimitBps()],
    ["exitDelay", parameters.exitDelay, () => bridge.exitDelay()],
    ["baseEnqueuePrice", parameters.baseEnqueuePrice, () => bridge.baseEnqueuePrice()],
    ["the genesis checkpoint", book.genesisCheckpoint, () => rollup.genesisCheckpoint()],
    [
      "the model's genesis checkpoint",
      modelGenesisCheckpoint(book.instance),
      () => rollup.genesisCheckpoint(),
    ],
  ];
  for (const [what, expected, ask] of [...checks, ...(await verifierChecks(chain))]) {
    const actual = await read(chain, what, ask);
    if (String(expected).toLowerCase() !== String(actual).toLowerCase()) {
      fail("DEPLOYMENT_MISMATCH", { what, expected: String(expected), actual: String(actual) });
    }
  }
  await checkVerifierCode(chain);
}

/** What decides about proofs: sizes, and that each contract asks the one that the book names. */
async function verifierChecks({ book, artifacts, provider }: Chain): Promise<readonly Check[]> {
  const { addresses, instance, verifiers, proofSystem } = book;
  const { n, D } = INSTANCES[instance];
  const checks: Check[] = [];
  const add = async (artifact: string, address: Hex, expected: Readonly<Record<string, unknown>>) => {
    const { abi } = await artifacts.readArtifact(artifact);
    const contract = new Contract(address, abi as never, provider);
    for (const [name, value] of Object.entries(expected)) {
      checks.push([`${artifact}.${name}`, value, () => contract.getFunction(name)()]);
    }
  };
  const sizes = { recordsPerSegment: n, stateDepth: D };
  for (const { system, generated, adapter } of verifiers) {
    await add(ADAPTERS[system], adapter, { generated, ...sizes });
  }
  if (proofSystem === ALL_OF) {
    const adapters = verifiers.map(({ adapter }) => adapter);
    await add(ALL_OF_CONTRACT, addresses.segmentVerifier, { verifiers: adapters, ...sizes });
  }
  return checks;
}

/** That they answer rightly about themselves says nothing about proofs: their code must be what was compiled here. */
async function checkVerifierCode(chain: Chain): Promise<void> {
  const { book, artifacts } = chain;
  const { verifiers, proofSystem, addresses } = book;
  const compiled: readonly (readonly [Hex, string | null])[] = [
    ...verifiers.map(({ generated, contract }) => [generated, contract] as const),
    ...verifiers.map(({ adapter, system }) => [adapter, ADAPTERS[system]] as const),
    ...(proofSystem === ALL_OF ? [[addresses.segmentVerifier, ALL_OF_CONTRACT] as const] : []),
  ];
  for (const [address, name] of compiled) {
    const code = await codeAt(chain, name ?? "the generated verifier", address);
    if (name !== null && !isCodeOf(await artifacts.readArtifact(name), code)) {
      const actual = `another contract's at ${address}`;
      fail("DEPLOYMENT_MISMATCH", { what: `the code of ${name}`, expected: "as compiled here", actual });
    }
  }
}

async function codeAt(chain: Chain, name: string, address: Hex): Promise<string> {
  const code = await read(chain, `the code of ${name}`, () => chain.provider.getCode(address));
  if (code !== "0x") return code;
  return fail("DEPLOYMENT_MISMATCH", { what: `code of ${name}`, expected: "some", actual: "none" });
}

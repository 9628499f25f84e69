// Reads a deployment back from L1 and compares it with its address book and with the model.

import { Contract, type Provider } from "ethers";
import { fail, isLuntraError } from "../errors.ts";
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
  const [first] = await differencesOf(book, artifacts, provider);
  if (first !== undefined) fail("DEPLOYMENT_MISMATCH", first);
}

/** What L1 has, and what it should have. */
export interface Difference {
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

/** Everything that is not as the book, this build and the model say. If an address has no code, that alone. */
export async function differencesOf(
  book: AddressBook,
  artifacts: ArtifactReader,
  provider: Provider,
): Promise<Difference[]> {
  const chain = await openChain(book, artifacts, provider);
  const { rollup, challenges, bridge, bonds, clock, lens } = chain.contracts;
  const { addresses, parameters } = book;
  const { n, D } = INSTANCES[book.instance];

  const empty: Difference[] = [];
  for (const [name, address] of contractsOf(book)) {
    if ((await codeAt(chain, name, address)) !== "0x") continue;
    empty.push({ what: `code of ${name}`, expected: "some", actual: `none at ${address}` });
  }
  if (empty.length > 0) return empty;

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
  const found: Difference[] = [];
  for (const [what, expected, ask] of [...checks, ...(await verifierChecks(chain))]) {
    const actual = await read(chain, what, ask).catch(asDifference);
    if (String(expected).toLowerCase() === String(actual).toLowerCase()) continue;
    found.push({ what, expected: String(expected), actual: String(actual) });
  }
  return [...found, ...(await codeDifferences(chain))];
}

/** A contract that is another one reverts, or answers what cannot be read: a difference, too. L1's silence is none. */
function asDifference(error: unknown): string {
  if (isLuntraError(error, "CALL_REVERTED")) return error.message;
  const { code } = ((error as Error).cause ?? {}) as { code?: unknown };
  if (code === "BAD_DATA") return "an answer of another kind";
  throw error;
}

/** Every contract of a deployment that this project deploys, by its artifact; null: the verifier stood there before. */
export function contractsOf({
  addresses,
  verifiers,
  proofSystem,
}: Pick<AddressBook, "addresses" | "verifiers" | "proofSystem">): readonly (readonly [
  string,
  Hex,
  string | null,
])[] {
  const { clock, rollup, challenges, bridge, bonds, lens, availability, segmentVerifier } = addresses;
  const core = Object.entries({
    Clock: clock,
    CalldataAvailability: availability,
    BondManager: bonds,
    Bridge: bridge,
    Challenges: challenges,
    Rollup: rollup,
    Lens: lens,
    ...(proofSystem === ALL_OF ? { [ALL_OF_CONTRACT]: segmentVerifier } : {}),
  });
  return [
    ...core.map(([name, address]) => [name, address, name] as const),
    ...verifiers.flatMap(({ system, generated, adapter, contract }) => [
      [contract ?? `the generated verifier of ${system}`, generated, contract] as const,
      [ADAPTERS[system], adapter, ADAPTERS[system]] as const,
    ]),
  ];
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

/** That they answer rightly about themselves says nothing about what they do: their code must be what was compiled here. */
async function codeDifferences(chain: Chain): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const [, address, name] of contractsOf(chain.book)) {
    if (name === null) continue;
    const code = await codeAt(chain, name, address);
    if (isCodeOf(await chain.artifacts.readArtifact(name), code)) continue;
    const actual = `another contract's at ${address}`;
    found.push({ what: `the code of ${name}`, expected: "as compiled here", actual });
  }
  return found;
}

async function codeAt(chain: Chain, name: string, address: Hex): Promise<string> {
  return await read(chain, `the code of ${name}`, () => chain.provider.getCode(address));
}

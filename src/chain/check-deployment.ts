// Reads a deployment back from L1 and compares it with its address book and with the model.

import { Contract, type Provider } from "ethers";
import { fail } from "../errors.ts";
import { INSTANCES, MAX_SEGMENTS } from "../model/params.ts";
import type { AddressBook } from "./address-book.ts";
import type { ArtifactReader } from "./artifacts.ts";
import { openChain, read } from "./client.ts";
import { modelGenesisCheckpoint } from "./genesis.ts";

/** What, what it should be, and how to ask L1. */
type Check = readonly [string, unknown, () => Promise<unknown>];

/** Throws DEPLOYMENT_MISMATCH with the first difference. */
export async function checkDeployment(
  book: AddressBook,
  artifacts: ArtifactReader,
  provider: Provider,
): Promise<void> {
  const chain = await openChain(book, artifacts, provider);
  const { rollup, challenges, bridge, bonds } = chain.contracts;
  const { addresses, parameters } = book;
  const { n } = INSTANCES[book.instance];

  for (const [name, address] of Object.entries(addresses)) {
    const code = await read(chain, `the code of ${name}`, () => provider.getCode(address));
    if (code === "0x")
      fail("DEPLOYMENT_MISMATCH", { what: `code of ${name}`, expected: "some", actual: "none" });
  }

  const checks: readonly Check[] = [
    ["Rollup.challenges", addresses.challenges, () => rollup.challenges()],
    ["Rollup.bonds", addresses.bonds, () => rollup.bonds()],
    ["Rollup.bridge", addresses.bridge, () => rollup.bridge()],
    ["Rollup.availability", addresses.availability, () => rollup.availability()],
    ["Challenges.rollup", addresses.rollup, () => challenges.rollup()],
    ["Challenges.verifier", addresses.segmentVerifier, () => challenges.verifier()],
    ["Challenges.availability", addresses.availability, () => challenges.availability()],
    ["Bridge.rollup", addresses.rollup, () => bridge.rollup()],
    ["BondManager.rollup", addresses.rollup, () => bonds.rollup()],
    ["BondManager.challenges", addresses.challenges, () => bonds.challenges()],
    ["l2ChainId", book.l2ChainId, () => rollup.l2ChainId()],
    ["recordsPerSegment", BigInt(n), () => rollup.recordsPerSegment()],
    ["maxSegments", BigInt(MAX_SEGMENTS), () => rollup.maxSegments()],
    ["challengeWindow", parameters.challengeWindow, () => rollup.challengeWindow()],
    ["forceInclusionDelay", parameters.forceInclusionDelay, () => rollup.forceInclusionDelay()],
    ["maxForced", parameters.maxForced, () => rollup.maxForced()],
    ["provingWindow", parameters.provingWindow, () => challenges.provingWindow()],
    ["slot", parameters.slot, () => challenges.slot()],
    ["batchBond", parameters.batchBond, () => bonds.batchBond()],
    ["burnShareBps", parameters.burnShareBps, () => bonds.burnShareBps()],
    ["baseEnqueuePrice", parameters.baseEnqueuePrice, () => bridge.baseEnqueuePrice()],
    ["the genesis checkpoint", book.genesisCheckpoint, () => rollup.genesisCheckpoint()],
    [
      "the model's genesis checkpoint",
      modelGenesisCheckpoint(book.instance),
      () => rollup.genesisCheckpoint(),
    ],
  ];
  for (const [what, expected, ask] of [...checks, ...(await verifierChecks(book, artifacts, provider))]) {
    const actual = await read(chain, what, ask);
    if (String(expected).toLowerCase() !== String(actual).toLowerCase()) {
      fail("DEPLOYMENT_MISMATCH", { what, expected: String(expected), actual: String(actual) });
    }
  }
}

async function verifierChecks(
  { addresses, instance }: AddressBook,
  artifacts: ArtifactReader,
  provider: Provider,
): Promise<readonly Check[]> {
  const { abi } = await artifacts.readArtifact("UltraHonkSegmentVerifier");
  const adapter = new Contract(addresses.segmentVerifier, abi as never, provider);
  const { n, D } = INSTANCES[instance];
  return [
    ["UltraHonkSegmentVerifier.generated", addresses.honkVerifier, () => adapter.getFunction("generated")()],
    ["UltraHonkSegmentVerifier.recordsPerSegment", n, () => adapter.getFunction("recordsPerSegment")()],
    ["UltraHonkSegmentVerifier.stateDepth", D, () => adapter.getFunction("stateDepth")()],
  ];
}

// Where compiled contracts come from.

import type { JsonFragment } from "ethers";

export type Abi = readonly JsonFragment[];

/** Hardhat's `hre.artifacts` fits. */
export interface ArtifactReader {
  readArtifact(name: string): Promise<{ readonly abi: Abi; readonly bytecode: string }>;
}

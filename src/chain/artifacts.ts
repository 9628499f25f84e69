// Where compiled contracts come from.

/** Hardhat's `hre.artifacts` fits. */
export interface ArtifactReader {
  readArtifact(name: string): Promise<{
    readonly abi: readonly unknown[];
    readonly bytecode: string;
    readonly linkReferences: Record<string, unknown>;
  }>;
}

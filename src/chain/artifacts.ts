// Where compiled contracts come from.

import type { JsonFragment } from "ethers";

export type Abi = readonly JsonFragment[];

export interface CompiledContract {
  readonly abi: Abi;
  readonly bytecode: string;
  /** Code as it stands on chain, with zeros where immutables go. */
  readonly deployedBytecode: string;
  /** Where they go, in bytes, by the compiler's number of the immutable. */
  readonly immutableReferences?: Readonly<
    Record<string, readonly { readonly start: number; readonly length: number }[]>
  >;
}

/** Hardhat's `hre.artifacts` fits. */
export interface ArtifactReader {
  readArtifact(name: string): Promise<CompiledContract>;
}

/** Whether this code on chain is the compiled contract's, immutables aside. */
export function isCodeOf(contract: CompiledContract, code: string): boolean {
  const { deployedBytecode, immutableReferences = {} } = contract;
  let blanked = code.toLowerCase();
  for (const { start, length } of Object.values(immutableReferences).flat()) {
    const [from, to] = [2 + 2 * start, 2 + 2 * (start + length)];
    blanked = blanked.slice(0, from) + "0".repeat(to - from) + blanked.slice(to);
  }
  return blanked === deployedBytecode.toLowerCase();
}

// What block explorers need to compare a contract with its sources: the compiler's whole input, and the constructor's arguments.

import type { AddressBook } from "../chain/address-book.ts";
import type { ArtifactReader } from "../chain/artifacts.ts";
import type { Hex } from "../chain/types.ts";
import { fail } from "../errors.ts";
import { type BuildReader, buildInfoOf } from "./ignition.ts";
import { encodedArguments, planOfBook } from "./plan-of-book.ts";

/** The compiler's standard JSON input. */
export interface StandardJson {
  readonly language: string;
  readonly sources: Readonly<Record<string, { readonly content: string }>>;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface VerificationInput {
  readonly contract: string;
  readonly address: Hex;
  /** `project/contracts/Rollup.sol:Rollup`: which contract of the input it is. */
  readonly qualifiedName: string;
  /** `v0.8.37+commit…`, as explorers list compilers. */
  readonly compiler: string;
  /** Hex without 0x, as explorers take it. */
  readonly constructorArguments: string;
  readonly input: StandardJson;
}

/** What comes out does not change the code; this is what comparing takes. */
const OUTPUT = { "*": { "*": ["abi", "metadata", "evm.bytecode.object", "evm.deployedBytecode"] } };

/**
 * One input a contract. Each holds all sources that were compiled with it: leaving some out may change the code that the IR
 * pipeline makes.
 */
export async function verificationInputs(
  book: AddressBook,
  artifacts: ArtifactReader & BuildReader,
): Promise<VerificationInput[]> {
  const inputs: VerificationInput[] = [];
  for (const step of planOfBook(book).steps) {
    const info = await buildInfoOf(artifacts, step.artifact);
    if (info === undefined) {
      return fail("DEPLOYMENT_MISMATCH", {
        what: `the build of ${step.artifact}`,
        expected: "kept among the artifacts",
        actual: "none",
      });
    }
    const { inputSourceName } = (await artifacts.readArtifact(step.artifact)) as { inputSourceName?: string };
    const { language, sources, settings } = info.input;
    const args = await encodedArguments(step, artifacts);
    inputs.push({
      contract: step.artifact,
      address: step.address,
      qualifiedName: `${inputSourceName}:${step.artifact}`,
      compiler: `v${info.solcLongVersion}`,
      constructorArguments: args.slice(2),
      input: { language, sources, settings: { ...settings, outputSelection: OUTPUT } },
    });
  }
  return inputs;
}

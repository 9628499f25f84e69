// The plan that a deployment was made by, found again from its address book: which contracts, where, and with which arguments.

import { getCreateAddress, Interface } from "ethers";
import type { AddressBook } from "../chain/address-book.ts";
import type { ArtifactReader } from "../chain/artifacts.ts";
import { addressesFrom } from "../chain/deploy.ts";
import { type Plan, type PlannedContract, planOf } from "../chain/deployment-plan.ts";
import { fail } from "../errors.ts";

/** An account that sent more before its first contract is none that was made for a deployment. */
const MOST_NONCES = 200_000;

export interface FoundPlan extends Plan {
  /** The deployer's, of the first contract. */
  readonly nonce: number;
}

/** Throws DEPLOYMENT_MISMATCH if the book's addresses are not those of one account's contracts in the plan's order. */
export function planOfBook(book: AddressBook): FoundPlan {
  const { parameters, l2ChainId, instance, deployer, addresses } = book;
  const verifiers = book.verifiers.map(({ contract, generated, adapter: _, ...source }) => ({
    ...source,
    instance,
    contract: contract === null ? { address: generated } : { artifact: contract },
  }));
  const nonce = nonceOf(deployer, addresses.clock);
  const plan = planOf({
    addressAt: addressesFrom(deployer, nonce),
    parameters,
    l2ChainId,
    instance,
    verifiers,
  });
  for (const [name, expected] of Object.entries(plan.addresses)) {
    const actual = addresses[name as keyof typeof addresses];
    if (actual.toLowerCase() === expected.toLowerCase()) continue;
    fail("DEPLOYMENT_MISMATCH", { what: `the book's address of ${name}`, expected, actual });
  }
  return { ...plan, nonce };
}

function nonceOf(from: string, first: string): number {
  for (let nonce = 0; nonce < MOST_NONCES; nonce++) {
    if (getCreateAddress({ from, nonce }).toLowerCase() === first.toLowerCase()) return nonce;
  }
  const expected = `a contract that ${from} made`;
  return fail("DEPLOYMENT_MISMATCH", { what: "the book's address of clock", expected, actual: first });
}

/** The arguments of a planned contract's constructor as bytes: what block explorers ask for. */
export async function encodedArguments(
  { artifact, args }: Pick<PlannedContract, "artifact" | "args">,
  artifacts: ArtifactReader,
): Promise<string> {
  const { abi } = await artifacts.readArtifact(artifact);
  return Interface.from(abi).encodeDeploy(args);
}

// Deploys a rollup in one go. The contracts know one another from birth, so their addresses are computed from the
// deployer's nonce beforehand; Rollup, the last one that matters, refuses a set that does not fit. There is no resuming here: that is
// what `launch` is for (src/launch). The journal beside the address book says that there is half a deployment.

import { randomInt } from "node:crypto";
import { Contract, ContractFactory, getCreateAddress, type Signer } from "ethers";
import type { Places } from "../ceremony/index.ts";
import { fail } from "../errors.ts";
import type { InstanceName } from "../model/params.ts";
import { ALL_OF, type ProofSystemName } from "../prover/proof-system.ts";
import {
  ADDRESS_BOOK_VERSION,
  type AddressBook,
  addressBookPath,
  interruptedAt,
  journalPath,
  readIfThere,
  writeAddressBook,
  writeJournal,
} from "./address-book.ts";
import type { Abi, ArtifactReader } from "./artifacts.ts";
import { checkDeployment } from "./check-deployment.ts";
import { send } from "./client.ts";
import { checkedParameters } from "./deployment-checks.ts";
import { type Plan, type PlanOptions, planOf } from "./deployment-plan.ts";
import type { Parameters, PresetName } from "./presets.ts";
import type { Hex } from "./types.ts";

/** A proof system's generated verifier, and what circuit it is for. */
export interface VerifierSource {
  readonly system: ProofSystemName;
  readonly instance: InstanceName;
  /** Its artifact, or, on the local chain, the address where it stands already. */
  readonly contract: { readonly artifact: string } | { readonly address: Hex };
  /** Made with keys that anybody can forge proofs against: only for the local chain. */
  readonly development: boolean;
  /** Name of the ceremony that made the keys; null where the proof system needs none, or has none. */
  readonly ceremony: string | null;
  /** BLAKE2b-512 of the public powers of tau that the keys derive from alone: PLONK's; null for other keys. */
  readonly ptau: string | null;
  readonly circuitHash: Hex;
  readonly vkHash: Hex;
}

export interface DeployOptions {
  readonly deployer: Signer;
  readonly artifacts: ArtifactReader;
  /** Name of the address book. */
  readonly network: string;
  readonly preset: PresetName;
  readonly instance: InstanceName;
  /** One: it decides about proofs. Several: all of them must accept, in this order of a proof's parts. */
  readonly verifiers: readonly VerifierSource[];
  /** Replace values of the preset; see `presetFor` for what follows from them. */
  readonly overrides?: Partial<Parameters>;
  /** Where ceremonies lie; the usual places unless given. */
  readonly ceremonies?: Places | undefined;
  /** Drawn from L2_CHAIN_IDS if left out. */
  readonly l2ChainId?: bigint;
  /** Where the book is written; nothing is written if left out. */
  readonly directory?: string;
  /** Replaces a finished or interrupted deployment of this network. */
  readonly force?: boolean;
  readonly onStep?: (step: string) => void;
}

/**
 * L2 chain ids are drawn from here: below what wallets take (2^52), far above what anybody registers, and so wide that no
 * two deployments meet. An id that serves twice would let old signatures count again.
 */
export const L2_CHAIN_IDS = { first: 4_000_000_000_000_000n, count: 2n ** 48n } as const;

export async function deploy(options: DeployOptions): Promise<AddressBook> {
  const { deployer, artifacts, network, instance, verifiers, directory } = options;
  const provider = deployer.provider ?? fail("L1_UNAVAILABLE", { what: "deploy", reason: "no provider" });
  const { chainId } = await provider.getNetwork();
  const from = (await deployer.getAddress()) as Hex;
  const parameters = await checkedParameters(options, chainId, from);
  if (directory !== undefined && !options.force) await refuseIfDeployed(directory, network);

  const l2ChainId = options.l2ChainId ?? randomL2ChainId();
  const step = async (name: string) => {
    options.onStep?.(name);
    if (directory !== undefined) await writeJournal(directory, network, name);
  };

  await step("computing addresses");
  const nonce = await provider.getTransactionCount(from);
  const plan = planOf({ addressAt: addressesFrom(from, nonce), parameters, l2ChainId, instance, verifiers });
  let fromBlock: number | undefined;
  for (const { artifact, args, address } of plan.steps) {
    await step(`deploying ${artifact}`);
    const block = await create(deployer, artifacts, artifact, args, address);
    fromBlock ??= block;
  }

  await step("reading back");
  const facts = { chainId, l2ChainId, parameters, deployer: from, fromBlock: fromBlock ?? 0 };
  const book = await bookOf(options, plan, facts);
  await checkDeployment(book, artifacts, provider);
  if (directory !== undefined) await writeAddressBook(directory, book);
  return book;
}

/** Addresses of the contracts that an account creates, from this nonce on. */
export function addressesFrom(from: Hex, nonce: number): PlanOptions["addressAt"] {
  return (place) => getCreateAddress({ from, nonce: nonce + place });
}

type Facts = Pick<AddressBook, "chainId" | "l2ChainId" | "parameters" | "deployer" | "fromBlock">;

/** The book of what was planned and stands there now. */
export async function bookOf(
  options: Pick<DeployOptions, "deployer" | "artifacts" | "network" | "instance" | "preset" | "verifiers">,
  { addresses, verifiers }: Plan,
  facts: Facts,
): Promise<AddressBook> {
  const { deployer, artifacts, network, instance, preset } = options;
  const [first] = verifiers;
  return {
    version: ADDRESS_BOOK_VERSION,
    network,
    instance,
    preset,
    ...facts,
    addresses,
    genesisCheckpoint: await genesisOf(artifacts, addresses.rollup, deployer),
    proofSystem: verifiers.length > 1 ? ALL_OF : (first?.system ?? fail("PROOF_SYSTEM_NONE", {})),
    verifiers,
  };
}

/** Deploys one contract at the address that the others expect; returns its block. */
async function create(
  deployer: Signer,
  artifacts: ArtifactReader,
  name: string,
  args: readonly unknown[],
  expected: Hex,
): Promise<number> {
  const { abi, bytecode } = await artifacts.readArtifact(name);
  const factory = new ContractFactory(abi as Abi as never, bytecode, deployer);
  let actual = "nowhere";
  const chain = { abis: [abi], provider: deployer.provider as never };
  const { block } = await send(chain, `the deployment of ${name}`, async () => {
    const contract = await factory.deploy(...args);
    actual = await contract.getAddress();
    return contract.deploymentTransaction() as NonNullable<ReturnType<typeof contract.deploymentTransaction>>;
  });
  if (actual !== expected) fail("DEPLOYMENT_MISMATCH", { what: `the address of ${name}`, expected, actual });
  return block;
}

async function genesisOf(artifacts: ArtifactReader, rollup: Hex, deployer: Signer): Promise<Hex> {
  const { abi } = await artifacts.readArtifact("Rollup");
  return String(await new Contract(rollup, abi as never, deployer).getFunction("genesisCheckpoint")());
}

export async function refuseIfDeployed(directory: string, network: string): Promise<void> {
  const path = addressBookPath(directory, network);
  if ((await readIfThere(path)) !== undefined) fail("DEPLOYMENT_EXISTS", { network, path });
  const step = await interruptedAt(directory, network);
  if (step !== undefined) {
    fail("DEPLOYMENT_INTERRUPTED", { network, path: journalPath(directory, network), step });
  }
}

export function randomL2ChainId(): bigint {
  return L2_CHAIN_IDS.first + BigInt(randomInt(Number(L2_CHAIN_IDS.count) - 1));
}

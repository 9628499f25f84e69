// A launch: the same contracts and checks as `deploy`, but every step is written down first, and a launch that was interrupted goes on.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { EIP1193Provider } from "@nomicfoundation/ignition-core";
import type { Provider, Signer } from "ethers";
import type { Places } from "../ceremony/index.ts";
import {
  type AddressBook,
  addressBookPath,
  readIfThere,
  writeAddressBook,
  writeJournal,
} from "../chain/address-book.ts";
import type { ArtifactReader } from "../chain/artifacts.ts";
import { checkDeployment } from "../chain/check-deployment.ts";
import { addressesFrom, bookOf, randomL2ChainId, type VerifierSource } from "../chain/deploy.ts";
import { checkedParameters } from "../chain/deployment-checks.ts";
import { type Plan, planOf } from "../chain/deployment-plan.ts";
import { ask } from "../chain/l1.ts";
import type { Hex } from "../chain/types.ts";
import { fail } from "../errors.ts";
import { withFileLock } from "../node/file-lock.ts";
import type { LaunchFile } from "./file.ts";
import { type BuildReader, creations, deployModule, journalFolder } from "./ignition.ts";
import { type Intent, launchFolder, readIntent, requireSame, subjectOf, writeIntent } from "./intent.ts";
import { confirmedIn } from "./lost.ts";
import { refusePublicAccount } from "./public-accounts.ts";

const LOCK_MS = 1_000;

export interface LaunchOptions {
  readonly file: LaunchFile;
  readonly verifiers: readonly VerifierSource[];
  /** The deployer's. */
  readonly signer: Signer;
  readonly provider: EIP1193Provider;
  readonly artifacts: ArtifactReader & BuildReader;
  /** Folder of the address books, and the book's name in it. Without a folder nothing is kept: a dry run. */
  readonly directory?: string;
  readonly network: string;
  readonly ceremonies?: Places | undefined;
  readonly onStep?: (step: string) => void;
}

/** Deploys what is not there yet, and writes the address book. Throws what is wrong before anything is sent, or IGNITION_FAILED. */
export async function launch(options: LaunchOptions): Promise<AddressBook> {
  const { directory, network } = options;
  if (directory === undefined) return await run(options);
  const folder = launchFolder(directory, network);
  await mkdir(folder, { recursive: true });
  // Two that send from one account shift each other's addresses.
  return await withFileLock(join(folder, "lock"), () => run(options), LOCK_MS);
}

async function run(options: LaunchOptions): Promise<AddressBook> {
  const { file, signer, provider, artifacts, directory, network, onStep } = options;
  const l1 = signer.provider ?? fail("L1_UNAVAILABLE", { what: "launch", reason: "no provider" });
  const deployer = await requireDeployer(file, signer, l1);
  const { chainId } = await ask("eth_chainId", () => l1.getNetwork());
  const parameters = await launchParameters(options, chainId);
  if (directory !== undefined) await refuseIfLaunched(directory, network);
  const folder = directory === undefined ? undefined : launchFolder(directory, network);

  const { plan, intent } = await planned(options, l1, folder);
  const { l2ChainId } = intent;
  if (directory !== undefined) await writeJournal(directory, network, "launching");
  if (folder !== undefined) await requireNonce(l1, deployer, intent, plan, folder);
  await deployModule({
    steps: plan.steps,
    artifacts,
    provider,
    deployer,
    confirmations: file.confirmations,
    maxFeePerGas: file.funds.maxFeePerGas,
    since: intent.block,
    ...(folder === undefined ? {} : { folder }),
    ...(onStep && { onStep }),
  });

  onStep?.("reading back");
  const fromBlock = folder === undefined ? intent.block : await firstBlock(l1, folder, artifacts, intent);
  const { instance, preset } = file;
  const subject = { deployer: signer, artifacts, network, instance, preset, verifiers: options.verifiers };
  const book = await bookOf(subject, plan, { chainId, l2ChainId, parameters, deployer, fromBlock });
  await checkDeployment(book, artifacts, l1);
  if (directory !== undefined) await writeAddressBook(directory, book);
  return book;
}

/** The file's parameters, after everything that the contracts, the chain or the keys refuse was refused. */
export async function launchParameters(
  { file, verifiers, ceremonies }: Pick<LaunchOptions, "file" | "verifiers" | "ceremonies">,
  chainId: bigint,
) {
  if (chainId !== file.chainId) fail("WRONG_CHAIN", { expected: file.chainId, actual: chainId });
  const { preset, instance, parameters, roles } = file;
  const options = { preset, instance, verifiers, overrides: parameters, ceremonies };
  return await checkedParameters(options, chainId, roles.deployer);
}

/** Throws ROLE_REFUSED if the key at hand is another account's, or everybody's. */
async function requireDeployer({ roles }: LaunchFile, signer: Signer, l1: Provider): Promise<Hex> {
  const account = (await signer.getAddress()).toLowerCase();
  if (account !== roles.deployer) {
    const reason = `is not the launch file's ${roles.deployer}`;
    fail("ROLE_REFUSED", { role: "deployer", account, reason });
  }
  const { chainId } = await ask("eth_chainId", () => l1.getNetwork());
  refusePublicAccount("deployer", account, chainId);
  return account;
}

async function refuseIfLaunched(directory: string, network: string): Promise<void> {
  const path = addressBookPath(directory, network);
  if ((await readIfThere(path)) !== undefined) fail("DEPLOYMENT_EXISTS", { network, path });
}

/** The plan of a launch that goes on is the one that it began with. */
async function planned(
  { file, verifiers, artifacts }: LaunchOptions,
  l1: Provider,
  folder: string | undefined,
): Promise<{ plan: Plan; intent: Intent }> {
  const { chainId, instance, parameters, roles } = file;
  const { deployer } = roles;
  const begun = folder === undefined ? undefined : await readIntent(folder);
  const start = begun ?? {
    l2ChainId: randomL2ChainId(),
    // After what the account has sent and L1 has not taken: that would shift every address.
    nonce: await ask("the deployer's nonce", () => l1.getTransactionCount(deployer, "pending")),
    block: await ask("eth_blockNumber", () => l1.getBlockNumber()),
  };
  const addressAt = addressesFrom(deployer, start.nonce);
  const plan = planOf({ addressAt, parameters, l2ChainId: start.l2ChainId, instance, verifiers });
  const subject = await subjectOf(
    { chainId, deployer, instance, parameters, verifiers },
    plan.steps,
    artifacts,
  );
  const intent = { version: 1, subject, ...start } as const;
  if (folder !== undefined && begun !== undefined) requireSame(folder, begun, subject);
  else if (folder !== undefined) await writeIntent(folder, intent);
  return { plan, intent };
}

/** Throws LAUNCH_NONCE if the account did something else meanwhile, or L1 does not have what the journal saw on it. */
async function requireNonce(
  l1: Provider,
  account: Hex,
  { nonce }: Intent,
  { steps }: Plan,
  folder: string,
): Promise<void> {
  let there = 0;
  for (const { address } of steps) {
    if ((await ask("a contract's code", () => l1.getCode(address))) === "0x") break;
    there++;
  }
  const seen = await confirmedIn(journalFolder(folder));
  const expected = nonce + Math.max(there, seen);
  const actual = await ask("the deployer's nonce", () => l1.getTransactionCount(account));
  const all = there === steps.length;
  if (seen > there || (all ? actual < expected : actual !== expected)) {
    fail("LAUNCH_NONCE", { account, expected, actual });
  }
}

/** Derivation starts where the first contract stands. */
async function firstBlock(
  l1: Provider,
  folder: string,
  artifacts: BuildReader,
  { block }: Intent,
): Promise<number> {
  const hashes = [...(await creations(folder, artifacts)).values()];
  const receipts = await Promise.all(
    hashes.map((hash) => ask("a receipt", () => l1.getTransactionReceipt(hash))),
  );
  const blocks = receipts.flatMap((receipt) => (receipt === null ? [] : [receipt.blockNumber]));
  return blocks.length === 0 ? block : Math.min(...blocks);
}

// An L1 behind JSON-RPC, served by this process, with a rollup on it, for nodes in other processes and behind faults.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JsonRpcProvider, type Signer, toQuantity } from "ethers";
import hre from "hardhat";
import type { AddressBook } from "../../../src/chain/address-book.ts";
import { deploy, type VerifierSource } from "../../../src/chain/deploy.ts";
import type { Parameters } from "../../../src/chain/presets.ts";
import { depositBond } from "../../../src/node/bond.ts";
import { developmentWallet } from "../../../src/node/l2-wallet.ts";
import { type Node, openNode } from "../../../src/node/node.ts";
import { artifacts, standInVerifier } from "../../support/node-harness.ts";
import { l1Provider } from "./provider.ts";

const LOCAL_CHAIN = 31337n;
const NAMES = ["Rollup", "Challenges", "Bridge", "BondManager", "Clock", "Lens"];

export const SEQUENCER = 1;
const [DEPLOYER, CHALLENGER, USER, OTHER] = [0, 2, 3, 4];

/** A transaction that L1 has not mined. */
export interface Waiting {
  readonly nonce: string;
  readonly hash: string;
  readonly to: string;
  readonly input: string;
  readonly maxFeePerGas: string;
  readonly maxPriorityFeePerGas: string;
}

export interface L1 {
  readonly url: string;
  readonly provider: JsonRpcProvider;
  readonly book: AddressBook;
  /** With the address book and the contracts' ABIs, for other processes; theirs to write in, too. */
  readonly folder: string;
  readonly sequencer: Signer;
  readonly challenger: Signer;
  readonly user: Signer;
  /** Commits as well. */
  readonly other: Signer;
  rpc(method: string, ...params: unknown[]): Promise<unknown>;
  mine(blocks: number): Promise<void>;
  /** A block, so much later. */
  pass(seconds: number): Promise<void>;
  waiting(): Promise<readonly Waiting[]>;
  /** What waits, and from now on each transaction at once. */
  mineAll(): Promise<void>;
  /** A node of its own, synced; asks `url`, this L1's own if left out. */
  open(url?: string): Promise<Node>;
  /** Signs as an account of this L1, and sends by way of `url`. */
  signer(index: number, url: string): Signer;
  close(): Promise<void>;
}

/**
 * Batches as good as never become final by time, and challenges have long to be answered, unless overridden. Any proof will do unless
 * `verifiers` are given.
 */
export async function startL1(
  overrides: Partial<Parameters> = {},
  verifiers?: readonly VerifierSource[],
): Promise<L1> {
  const server = await hre.network.createServer();
  const { address, port } = await server.listen();
  const url = `http://${address.includes(":") ? `[${address}]` : address}:${port}`;
  const provider = l1Provider(url);
  const providers = [provider];
  const folder = await mkdtemp(join(tmpdir(), "luntra-faults-"));
  const connected = (index: number, its: JsonRpcProvider) =>
    developmentWallet(index, LOCAL_CHAIN).connect(its);
  const at = (its: string) => {
    const made = l1Provider(its);
    providers.push(made);
    return made;
  };

  const deployer = connected(DEPLOYER, provider);
  const book = await deploy({
    deployer,
    artifacts,
    network: "faults",
    directory: folder,
    preset: "local",
    instance: "dev",
    verifiers: verifiers ?? [await standInVerifier(deployer)],
    overrides: { challengeWindow: 3_600n, provingWindow: 3_600n, ...overrides },
  });
  const abis = await Promise.all(
    NAMES.map(async (name) => [name, { abi: (await artifacts.readArtifact(name)).abi }]),
  );
  await writeFile(join(folder, "artifacts.json"), JSON.stringify(Object.fromEntries(abis)));
  const open = async (its = url) => {
    const node = await openNode(book, artifacts, its === url ? provider : at(its));
    await node.derivation.sync();
    return node;
  };
  const person = (index: number): Signer => connected(index, provider);
  const [sequencer, challenger] = [person(SEQUENCER), person(CHALLENGER)];
  const [user, other] = [person(USER), person(OTHER)];
  const node = await open();
  for (const one of [sequencer, challenger, other]) {
    await depositBond(node, one, 1_000n * book.parameters.batchBond);
  }
  const mine = async (blocks: number): Promise<void> => {
    await provider.send("hardhat_mine", [toQuantity(blocks)]);
  };
  return {
    ...{ url, provider, book, folder, sequencer, challenger, user, other, open },
    rpc: (method, ...params) => provider.send(method, params),
    mine,
    async pass(seconds) {
      await provider.send("evm_increaseTime", [seconds]);
      await mine(1);
    },
    waiting: async () => (await provider.send("eth_pendingTransactions", [])) as Waiting[],
    async mineAll() {
      await provider.send("evm_setAutomine", [true]);
      await mine(1);
    },
    signer: (index, its) => connected(index, at(its)),
    async close() {
      for (const one of providers) one.destroy();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

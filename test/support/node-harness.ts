// A fresh in-process L1 with a fresh rollup on it, and people who use it.

import { ContractFactory, keccak256, type Signer, Wallet } from "ethers";
import hre from "hardhat";
import type { AddressBook } from "../../src/chain/address-book.ts";
import type { ArtifactReader } from "../../src/chain/artifacts.ts";
import { type DeployOptions, deploy, type VerifierSource } from "../../src/chain/deploy.ts";
import type { DeriveOptions } from "../../src/chain/derive.ts";
import type { Hex } from "../../src/chain/types.ts";
import { type Hash, type InstanceName, toBytes32 } from "../../src/model/index.ts";
import { depositBond } from "../../src/node/bond.ts";
import { depositEth } from "../../src/node/bridge.ts";
import { type Node, openNode } from "../../src/node/node.ts";
import { loadFastHash } from "../../src/prover/fast-hash.ts";
import type { ProofSystemName } from "../../src/prover/proof-system.ts";
import { STAND_IN_VERIFIER } from "./stand-in.ts";

export { STAND_IN_CODE, STAND_IN_VERIFIER, standInProof, standInProver } from "./stand-in.ts";

export const artifacts = hre.artifacts as ArtifactReader;

export type Connection = Awaited<ReturnType<typeof hre.network.create>>;

const NO_HASH = `0x${"00".repeat(32)}`;

export async function standInVerifier(
  deployer: Signer,
  instance: InstanceName = "dev",
  system: ProofSystemName = "ultrahonk",
): Promise<VerifierSource> {
  const contract = await new ContractFactory([], STAND_IN_VERIFIER, deployer).deploy();
  return {
    system,
    instance,
    contract: { address: await contract.getAddress() },
    development: true,
    ceremony: null,
    ptau: null,
    circuitHash: NO_HASH,
    vkHash: NO_HASH,
  };
}

export interface World {
  readonly connection: Connection;
  readonly book: AddressBook;
  readonly sequencer: Signer;
  readonly challenger: Signer;
  readonly user: Signer;
  /** A node of its own, synced. */
  open(options?: DeriveOptions): Promise<Node>;
  increaseTime(seconds: bigint | number): Promise<void>;
}

let fastHash: Promise<Hash> | undefined;

export async function startWorld(options: Partial<DeployOptions> = {}): Promise<World> {
  // Hardhat's own default is when its configuration was read: minutes ago, late in a run of many files.
  const connection = await hre.network.create({ override: { initialDate: new Date() } });
  const { ethers, networkHelpers } = connection;
  const [deployer, sequencer, challenger, user] = (await ethers.getSigners()) as unknown as Signer[];
  if (!deployer || !sequencer || !challenger || !user) throw new RangeError("expected four signers");
  const { instance = "dev" } = options;
  const book = await deploy({
    deployer,
    artifacts,
    network: "test",
    preset: "local",
    instance,
    verifiers: options.verifiers ?? [await standInVerifier(deployer, instance)],
    ...options,
  });
  fastHash ??= loadFastHash();
  const hash = await fastHash;
  const provider = ethers.provider as unknown as NonNullable<Signer["provider"]>;
  const world: World = {
    connection,
    book,
    sequencer,
    challenger,
    user,
    async open(its = {}) {
      const node = await openNode(book, artifacts, provider, { hash, ...its });
      await node.derivation.sync();
      return node;
    },
    async increaseTime(seconds) {
      await networkHelpers.time.increase(Number(seconds));
    },
  };
  const node = await world.open();
  const bond = 20n * book.parameters.batchBond;
  await depositBond(node, sequencer, bond);
  await depositBond(node, challenger, bond);
  return world;
}

/** An L2 account with a key of its own. */
export function l2Wallet(name: string): Wallet {
  return new Wallet(keccak256(Buffer.from(`l2 wallet ${name}`)));
}

export interface L2Call {
  readonly to: Hex;
  readonly value?: bigint;
  readonly data?: Hex;
  readonly nonce: number;
  readonly gasLimit?: bigint;
  readonly maxFeePerGas?: bigint;
  readonly maxPriorityFeePerGas?: bigint;
  readonly chainId?: bigint;
}

/** As a wallet signs it: EIP-1559, 2 gwei at most. */
export async function signL2(world: Pick<World, "book">, wallet: Wallet, call: L2Call): Promise<Hex> {
  return await wallet.signTransaction({
    type: 2,
    chainId: world.book.l2ChainId,
    gasLimit: 100_000n,
    maxFeePerGas: 2_000_000_000n,
    maxPriorityFeePerGas: 0n,
    ...call,
  });
}

export const ETHER = 10n ** 18n;

/** Deposits for L2 accounts, one queue item each. */
export async function fund(
  world: World,
  node: Node,
  wallets: readonly Wallet[],
  amount = ETHER,
): Promise<void> {
  for (const { address } of wallets) await depositEth(node, world.user, amount, address);
}

/** 32 bytes that are a canonical field element. */
export function someCheckpoint(seed: number): Hex {
  return toBytes32(BigInt(seed) + 1n);
}

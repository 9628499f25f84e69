// The whole launch on a chain of its own inside this process: same contracts, same addresses, real gas.

import type { EIP1193Provider } from "@nomicfoundation/ignition-core";
import type { JsonRpcApiProvider, Signer } from "ethers";
import type { AddressBook } from "../chain/address-book.ts";
import { contractsOf } from "../chain/check-deployment.ts";
import { larger } from "../chain/economics.ts";
import { fail } from "../errors.ts";
import { type LaunchOptions, launch } from "./launch.ts";

export interface DryRunOptions extends Omit<LaunchOptions, "signer" | "provider" | "directory"> {
  readonly provider: EIP1193Provider;
  /** Of an empty in-process chain with the real one's id. */
  readonly ethers: { readonly provider: unknown; getImpersonatedSigner(account: string): Promise<unknown> };
  /** The deployer's on the real chain, so that addresses are the same. */
  readonly nonce: number;
}

export interface DryContract {
  readonly artifact: string;
  readonly address: string;
  readonly gas: bigint;
  /** Of code on L1; the limit is 24,576. */
  readonly bytes: number;
}

export interface DryRun {
  readonly book: AddressBook;
  readonly contracts: readonly DryContract[];
  readonly gas: bigint;
  /** Gas of the dearest transaction; L1 takes 2^24. */
  readonly dearest: bigint;
}

const PLENTY = `0x${(10n ** 24n).toString(16)}`;

export async function dryRun(options: DryRunOptions): Promise<DryRun> {
  const { provider, ethers, nonce, ...rest } = options;
  const { deployer } = rest.file.roles;
  const l1 = ethers.provider as JsonRpcApiProvider;
  await provider.request({ method: "hardhat_setBalance", params: [deployer, PLENTY] });
  await provider.request({ method: "hardhat_setNonce", params: [deployer, `0x${nonce.toString(16)}`] });
  await provider.request({ method: "hardhat_impersonateAccount", params: [deployer] });
  const signer = (await ethers.getImpersonatedSigner(deployer)) as Signer;
  const book = await launch({ ...rest, provider, signer });
  const contracts = await contractsIn(l1, book);
  const gas = contracts.reduce((sum, its) => sum + its.gas, 0n);
  const dearest = contracts.map((its) => its.gas).reduce(larger, 0n);
  return { book, contracts, gas, dearest };
}

/** In the order of their transactions. */
async function contractsIn(l1: JsonRpcApiProvider, book: AddressBook): Promise<DryContract[]> {
  const names = new Map(contractsOf(book).map(([name, address]) => [address.toLowerCase(), name]));
  const found: DryContract[] = [];
  const latest = await l1.getBlockNumber();
  for (let number = book.fromBlock; number <= latest; number++) {
    const block = await l1.getBlock(number);
    for (const hash of block?.transactions ?? []) {
      const receipt = await l1.getTransactionReceipt(hash);
      const address = receipt?.contractAddress ?? null;
      if (receipt === null || address === null) continue;
      const artifact = names.get(address.toLowerCase());
      if (artifact === undefined) fail("L1_DATA_MISSING", { what: `the contract at ${address} in the book` });
      const bytes = ((await l1.getCode(address)).length - 2) / 2;
      found.push({ artifact, address, gas: receipt.gasUsed, bytes });
    }
  }
  return found;
}

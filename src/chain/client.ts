// Typed clients of the deployed contracts, and the one way to send: simulate, send, wait, decode.

import { setTimeout as sleep } from "node:timers/promises";
import {
  Contract,
  type ContractTransactionResponse,
  isError,
  makeError,
  type Provider,
  type Signer,
  type TransactionReceipt,
} from "ethers";
import type { BondManager } from "../../types/ethers-contracts/BondManager.ts";
import type { Bridge } from "../../types/ethers-contracts/Bridge.ts";
import type { Challenges } from "../../types/ethers-contracts/Challenges.ts";
import type { Clock } from "../../types/ethers-contracts/Clock.ts";
import type { Lens } from "../../types/ethers-contracts/Lens.ts";
import type { Rollup } from "../../types/ethers-contracts/Rollup.ts";
import { fail } from "../errors.ts";
import type { AddressBook } from "./address-book.ts";
import type { Abi, ArtifactReader } from "./artifacts.ts";
import { explainFailure } from "./reverts.ts";
import type { Hex } from "./types.ts";

export interface Contracts {
  readonly rollup: Rollup;
  readonly challenges: Challenges;
  readonly bridge: Bridge;
  readonly bonds: BondManager;
  readonly clock: Clock;
  readonly lens: Lens;
}

/** A deployment that can be read; `contracts` are connected to `provider`. */
export interface Chain {
  readonly book: AddressBook;
  readonly provider: Provider;
  readonly contracts: Contracts;
  readonly artifacts: ArtifactReader;
  /** For decoding errors: the contracts' and those of what they call. */
  readonly abis: readonly Abi[];
  /** Aborted: nothing more is sent, and nobody waits for what was. */
  readonly ending?: AbortSignal;
}

/** Nodes behind one address do not all know it at once. */
const FORGOTTEN_MS = 3_000;
const FIRST_LOOK_MS = 20;
const LONGEST_LOOK_MS = 1_000;

const NAMES = ["Rollup", "Challenges", "Bridge", "BondManager", "Clock", "Lens"] as const;

/** Throws WRONG_CHAIN if the provider's chain id is not the book's. */
export async function openChain(
  book: AddressBook,
  artifacts: ArtifactReader,
  provider: Provider,
): Promise<Chain> {
  const { chainId } = await provider.getNetwork().catch((error: unknown) => {
    throw explainFailure([], "eth_chainId", error);
  });
  if (chainId !== book.chainId) fail("WRONG_CHAIN", { expected: book.chainId, actual: chainId });

  const abis = await Promise.all(NAMES.map((name) => abiOf(artifacts, name)));
  const [rollup, challenges, bridge, bonds, clock, lens] = abis;
  const at = (address: Hex, abi: Abi = []) => new Contract(address, abi as never, provider) as unknown;
  return {
    book,
    provider,
    artifacts,
    abis,
    contracts: {
      rollup: at(book.addresses.rollup, rollup) as Rollup,
      challenges: at(book.addresses.challenges, challenges) as Challenges,
      bridge: at(book.addresses.bridge, bridge) as Bridge,
      bonds: at(book.addresses.bonds, bonds) as BondManager,
      clock: at(book.addresses.clock, clock) as Clock,
      lens: at(book.addresses.lens, lens) as Lens,
    },
  };
}

/** The same contracts, sending as `signer`. */
export function withSigner({ contracts }: Chain, signer: Signer): Contracts {
  const { rollup, challenges, bridge, bonds, clock, lens } = contracts;
  return {
    rollup: rollup.connect(signer) as Rollup,
    challenges: challenges.connect(signer) as Challenges,
    bridge: bridge.connect(signer) as Bridge,
    bonds: bonds.connect(signer) as BondManager,
    clock: clock.connect(signer) as Clock,
    lens,
  };
}

/** What a sent transaction cost. */
export interface Receipt {
  readonly transaction: Hex;
  readonly block: number;
  readonly gasUsed: bigint;
  /** Wei paid for gas. */
  readonly fee: bigint;
  readonly logs: readonly {
    readonly address: string;
    readonly topics: readonly string[];
    readonly data: string;
  }[];
}

/**
 * Sends and waits for the receipt. `about` names the call and what it is about (a batch id …), for errors.
 * A revert throws CALL_REVERTED with the contract's custom error decoded.
 */
export async function send(
  chain: Pick<Chain, "abis" | "provider" | "ending">,
  about: string,
  call: () => Promise<Pick<ContractTransactionResponse, "hash">>,
): Promise<Receipt> {
  try {
    refuseAtTheEnd(chain, about);
    const sent = await call();
    const mined = await minedOrForgotten(chain, about, sent);
    const { hash: transaction, blockNumber: block, gasUsed, fee, logs } = mined;
    return { transaction, block, gasUsed, fee, logs };
  } catch (error) {
    throw explainFailure(chain.abis, about, error);
  }
}

/**
 * Asks for the receipt until it is there. A library's own waiting would end the process: what it asks in the background, and L1
 * does not answer, is nobody's to catch. A reorg, or a node that is started again, may lose a transaction that waits: nobody would
 * ever hear of it.
 */
async function minedOrForgotten(
  chain: Pick<Chain, "provider" | "ending">,
  about: string,
  { hash }: Pick<ContractTransactionResponse, "hash">,
): Promise<TransactionReceipt> {
  const { provider, ending } = chain;
  let pause = FIRST_LOOK_MS;
  let missedSince: number | undefined;
  for (;;) {
    const receipt = await provider.getTransactionReceipt(hash).catch(silence);
    if (receipt) return accepted(receipt);
    const known = await provider.getTransaction(hash).catch(silence);
    if (known !== null) missedSince = undefined;
    else missedSince ??= performance.now();
    if (missedSince !== undefined && performance.now() - missedSince > FORGOTTEN_MS) {
      return fail("L1_UNAVAILABLE", { what: about, reason: `it has forgotten transaction ${hash}` });
    }
    refuseAtTheEnd(chain, about);
    await sleep(pause, undefined, ending && { signal: ending }).catch(() => undefined);
    pause = Math.min(2 * pause, LONGEST_LOOK_MS);
  }
}

/** A wait for what L1 does not take would keep a process from its end. */
function refuseAtTheEnd({ ending }: Pick<Chain, "ending">, about: string): void {
  if (ending?.aborted) fail("L1_UNAVAILABLE", { what: about, reason: "it is not asked any more" });
}

/** L1 will answer again one day; a client that is closed will not. */
function silence(error: unknown): undefined {
  if (isError(error, "UNSUPPORTED_OPERATION")) throw error;
}

function accepted(receipt: TransactionReceipt): TransactionReceipt {
  if (receipt.status !== 0) return receipt;
  const { to, from, hash } = receipt;
  throw makeError(`transaction ${hash} reverted`, "CALL_EXCEPTION", {
    action: "sendTransaction",
    data: null,
    reason: null,
    invocation: null,
    revert: null,
    transaction: { to, from, data: "" },
    receipt,
  });
}

/** Reads; a revert throws as in `send`. */
export async function read<T>(chain: Pick<Chain, "abis">, about: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw explainFailure(chain.abis, about, error);
  }
}

async function abiOf(artifacts: ArtifactReader, name: string): Promise<Abi> {
  return (await artifacts.readArtifact(name)).abi;
}

// Typed clients of the deployed contracts, and the one way to send: simulate, send, wait, decode.

import type { ContractTransactionResponse, Provider, Signer } from "ethers";
import type { IBondManager } from "../../types/ethers-contracts/IBondManager.ts";
import type { IBridge } from "../../types/ethers-contracts/IBridge.ts";
import type { IChallenges } from "../../types/ethers-contracts/IChallenges.ts";
import type { IRollup } from "../../types/ethers-contracts/IRollup.ts";
import type { AddressBook } from "./address-book.ts";
import type { ArtifactReader } from "./artifacts.ts";
import type { Hex } from "./types.ts";

export interface Contracts {
  readonly rollup: IRollup;
  readonly challenges: IChallenges;
  readonly bridge: IBridge;
  readonly bonds: IBondManager;
}

/** A deployment that can be read; `contracts` are connected to `provider`. */
export interface Chain {
  readonly book: AddressBook;
  readonly provider: Provider;
  readonly contracts: Contracts;
  readonly artifacts: ArtifactReader;
}

/** Throws WRONG_CHAIN if the provider's chain id is not the book's. */
export declare function openChain(
  book: AddressBook,
  artifacts: ArtifactReader,
  provider: Provider,
): Promise<Chain>;

/** The same contracts, sending as `signer`. */
export declare function withSigner(chain: Chain, signer: Signer): Contracts;

/** What a sent transaction cost. */
export interface Receipt {
  readonly transaction: Hex;
  readonly block: number;
  readonly gasUsed: bigint;
  /** Wei paid for gas. */
  readonly fee: bigint;
}

/**
 * Sends and waits for the receipt. `about` names the call and what it is about (a batch id …), for errors.
 * A revert throws CALL_REVERTED with the contract's custom error decoded.
 */
export declare function send(
  chain: Chain,
  about: string,
  call: () => Promise<ContractTransactionResponse>,
): Promise<Receipt>;

/** Reads; a revert throws as in `send`. */
export declare function read<T>(chain: Chain, about: string, call: () => Promise<T>): Promise<T>;

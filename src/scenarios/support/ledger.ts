// Books of everybody's money, from L1's own balances and receipts alone.

import { Contract, type Provider } from "ethers";
import type { Chain } from "../../chain/client.ts";
import type { Hex } from "../../chain/types.ts";
import { type Actor, CAST, type Cast, type Name } from "./actors.ts";
import type { Change, Purse, Transaction } from "./timeline.ts";

const PURSES = ["wallet", "bond", "locked bond", "tokens"] as const satisfies readonly Purse[];

type Purses = Readonly<Record<(typeof PURSES)[number], bigint>>;

export interface Balances {
  readonly of: Readonly<Record<Name, Purses>>;
  /** Shares of bonds and prices of queue places, which stay in the contracts for ever. */
  readonly burned: bigint;
}

const ERC20 = ["function balanceOf(address) view returns (uint256)"];

export class Ledger {
  readonly #chain: Chain;
  readonly #cast: Cast;
  readonly #token: Contract;
  #scanned: number;
  /** Wei that each address has paid for gas. */
  readonly #gas = new Map<Hex, bigint>();

  constructor(chain: Chain, cast: Cast, token: Hex, block: number) {
    this.#chain = chain;
    this.#cast = cast;
    this.#token = new Contract(token, ERC20, chain.provider);
    this.#scanned = block;
  }

  /** Books the transactions of all blocks since the last scan. */
  async scan(): Promise<readonly Transaction[]> {
    const { provider } = this.#chain;
    const found: Transaction[] = [];
    for (const head = await provider.getBlockNumber(); this.#scanned < head; ) {
      const block = await provider.getBlock(++this.#scanned);
      for (const hash of block?.transactions ?? []) found.push(await transactionOf(provider, hash));
    }
    for (const { from, fee } of found) this.#gas.set(from, (this.#gas.get(from) ?? 0n) + fee);
    return found;
  }

  /** The books as they are now; the returned function goes back to them. What a reorg drops was never paid for. */
  mark(): () => void {
    const [scanned, gas] = [this.#scanned, [...this.#gas]];
    return () => {
      this.#scanned = scanned;
      this.#gas.clear();
      for (const [who, fee] of gas) this.#gas.set(who, fee);
    };
  }

  /** After a `scan`: what everybody has, gas left aside. */
  async balances(): Promise<Balances> {
    const rows = await Promise.all(
      CAST.map(async (name): Promise<[Name, Purses]> => [name, await this.#pursesOf(this.#cast[name])]),
    );
    const { bonds, bridge } = this.#chain.contracts;
    const burned = (await bonds.burned()) + (await bridge.burned());
    return { of: Object.fromEntries(rows) as Balances["of"], burned };
  }

  async #pursesOf({ address }: Actor): Promise<Purses> {
    const { provider, contracts } = this.#chain;
    const [ether, bond, locked, tokens] = await Promise.all([
      provider.getBalance(address),
      contracts.bonds.available(address),
      contracts.bonds.locked(address),
      this.#token.getFunction("balanceOf")(address) as Promise<bigint>,
    ]);
    return { wallet: ether + (this.#gas.get(address) ?? 0n), bond, "locked bond": locked, tokens };
  }
}

export function changesBetween(before: Balances, after: Balances): Change[] {
  const changes = CAST.flatMap((who) =>
    PURSES.map((purse): Change => ({ who, purse, amount: after.of[who][purse] - before.of[who][purse] })),
  );
  const burned: Change = { who: "nobody", purse: "burned", amount: after.burned - before.burned };
  return [...changes, burned].filter(({ amount }) => amount !== 0n);
}

async function transactionOf(provider: Provider, hash: Hex): Promise<Transaction> {
  const [sent, receipt] = await Promise.all([
    provider.getTransaction(hash),
    provider.getTransactionReceipt(hash),
  ]);
  if (sent === null || receipt === null) throw new RangeError(`expected transaction ${hash} on L1`);
  const { gasUsed, gasPrice, to } = receipt;
  const from = sent.from.toLowerCase();
  return { hash, from, to: to?.toLowerCase() ?? null, value: sent.value, gasUsed, fee: gasUsed * gasPrice };
}

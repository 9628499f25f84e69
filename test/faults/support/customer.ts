// A wallet that sends one transaction after the other through JSON-RPC, to any of several nodes, and does not go on before
// it knows that each was taken.

import { setTimeout as sleep } from "node:timers/promises";
import { keccak256, type Wallet } from "ethers";
import type { Hex } from "../../../src/chain/types.ts";
import { Kind } from "../../../src/model/index.ts";
import { signL2 } from "../../../src/node/l2-wallet.ts";

export interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly message: string; readonly data?: { readonly code?: string } };
}

/** Undefined if nobody answered. */
export async function ask(url: string, method: string, ...params: unknown[]): Promise<Answer | undefined> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      signal: AbortSignal.timeout(1_500),
    });
    return (await response.json()) as Answer;
  } catch {
    return undefined;
  }
}

/** What a wallet may be told that means: not now, but perhaps soon, or from another node. */
const PASSING = new Set([
  "NOT_LEADING",
  "RPC_LEADER_UNREACHABLE",
  "STORE_UNAVAILABLE",
  "LEASE_LOST",
  "TX_KNOWN",
  "TX_NONCE_TOO_LOW",
  "TX_NONCE_GAP",
  "TX_UNKNOWN_SENDER",
  "TX_BALANCE",
  // Batches are rolled back faster than others are made: what waits has to become less.
  "POOL_SENDER_FULL",
]);

const PATIENCE_MS = 90_000;

export class Customer {
  /** In order of their nonces: a node answered with the hash, or showed the transaction in a block. */
  readonly acknowledged: Hex[] = [];
  /** The longest that one took, with all tries, in milliseconds. */
  slowestMs = 0;
  readonly #l2ChainId: bigint;
  readonly #wallet: Wallet;
  readonly #urls: readonly string[];
  #next: number;
  #stopping = false;
  #givingUp = false;

  readonly #patienceMs: number;

  constructor(
    l2ChainId: bigint,
    wallet: Wallet,
    urls: readonly string[],
    first = 0,
    patienceMs = PATIENCE_MS,
  ) {
    this.#patienceMs = patienceMs;
    this.#l2ChainId = l2ChainId;
    this.#wallet = wallet;
    this.#urls = urls;
    this.#next = first;
  }

  /** Sends until `stop`. Every tenth is a withdrawal. Throws when one was not taken in time, or was refused for good. */
  async run(to: Hex, pauseMs = 10): Promise<void> {
    while (!this.#stopping) {
      await this.pay(to, 1_000n);
      await sleep(pauseMs);
    }
  }

  /** After the one that is on its way. */
  stop(): void {
    this.#stopping = true;
  }

  /** At once. */
  giveUp(): void {
    this.#stopping = true;
    this.#givingUp = true;
  }

  /** Sends one and waits until it was taken. */
  async pay(to: Hex, amount: bigint): Promise<Hex> {
    const nonce = this.acknowledged.length;
    const kind = nonce % 10 === 9 ? Kind.withdrawEth : Kind.transferEth;
    const call = { kind, recipient: to, amount, nonce: BigInt(nonce) };
    const raw = await signL2(this.#wallet, this.#l2ChainId, call);
    const since = performance.now();
    const hash = await this.#insist(raw);
    this.slowestMs = Math.max(this.slowestMs, performance.now() - since);
    this.acknowledged.push(hash);
    return hash;
  }

  async #insist(raw: Hex): Promise<Hex> {
    const hash = keccak256(raw);
    let last = "nothing";
    for (const deadline = Date.now() + this.#patienceMs; Date.now() < deadline; await sleep(30)) {
      if (this.#givingUp) break;
      const url = this.#urls[this.#next++ % this.#urls.length] as string;
      const answer = await ask(url, "eth_sendRawTransaction", raw);
      if (answer?.result === hash) return hash;
      if (answer === undefined) continue;
      last = JSON.stringify(answer);
      const code = answer.error?.data?.code ?? "none";
      if (!PASSING.has(code)) throw new Error(`expected ${hash} to be taken, got ${last}`);
      // An earlier try may have been taken, and its answer lost.
      if ((await ask(url, "eth_getTransactionReceipt", hash))?.result) return hash;
    }
    throw new Error(`expected ${hash} to be taken within ${this.#patienceMs} ms, last answer: ${last}`);
  }
}

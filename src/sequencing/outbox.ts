// The one account whose transactions a sequencer sends: which nonce the next one takes, and for what fees. What L1 does not take for
// its fee holds up all that was sent after it, so that is replaced, by whatever is to be sent next.

import type { Provider, Signer, TransactionRequest, TransactionResponse } from "ethers";
import { larger, smaller } from "../chain/economics.ts";
import { ask } from "../chain/l1.ts";
import { DEFAULT_STUCK_MS, type Fees, type Nonces, noncesOf } from "../chain/replacing.ts";
import { SendingSigner } from "../chain/sending-signer.ts";

/** A transaction that L1 has not mined, or not that this process knows of. */
interface Open {
  /** When it was sent, or first seen if another process sent it; by `performance.now()`. */
  readonly at: number;
  /** Undefined: another process's. */
  readonly fees: Fees | undefined;
}

/** What else its block does changes what a transaction costs: a queue item before a commit took some hundred gas that no estimate knew. */
const GAS_MARGIN_PERCENT = 120n;
const GWEI = 1_000_000_000n;
/** Of what L1 asks now. While L1 makes no blocks, fees that rise all the time would be paid when it makes one again. */
const MOST_TIMES = 10n;
const TRANSFER_GAS = 21_000n;

/** For one sender at a time: nonces are counted by what was sent. */
export class Outbox {
  readonly stuckMs: number;
  readonly #provider: Provider;
  readonly #signer: Signer;
  readonly #open = new Map<number, Open>();

  constructor(provider: Provider, signer: Signer, stuckMs = DEFAULT_STUCK_MS) {
    this.#provider = provider;
    this.#signer = signer;
    this.stuckMs = stuckMs;
  }

  /** Throws L1_UNAVAILABLE. */
  async nonces(): Promise<Nonces> {
    const from = await this.#signer.getAddress();
    const { used, next } = await noncesOf(this.#provider, from, "the account that commits");
    for (const nonce of this.#open.keys()) if (nonce < used) this.#open.delete(nonce);
    for (let nonce = used; nonce < next; nonce++) {
      if (!this.#open.has(nonce)) this.#open.set(nonce, { at: performance.now(), fees: undefined });
    }
    return { used, next };
  }

  /** The first nonce that something stuck holds, except `reserved`; else the next one. */
  free({ used, next }: Nonces, reserved: number | undefined): number {
    // Some nodes do not count what waits and pays too little: the next one may be reserved, too.
    return this.#stuck(used, next, reserved)[0] ?? (next === reserved ? next + 1 : next);
  }

  /** L1's, or more than those of what holds the nonce; `known` says its fees if another process sent it. */
  async fees(nonce: number, known?: Fees): Promise<Fees> {
    const data = await ask("L1's fees", () => this.#provider.getFeeData());
    const market = {
      maxFeePerGas: data.maxFeePerGas ?? 2n * GWEI,
      maxPriorityFeePerGas: data.maxPriorityFeePerGas ?? GWEI,
    };
    const before = this.#open.get(nonce)?.fees ?? known;
    if (before === undefined) return market;
    return {
      maxFeePerGas: raised(before.maxFeePerGas, market.maxFeePerGas),
      maxPriorityFeePerGas: raised(before.maxPriorityFeePerGas, market.maxPriorityFeePerGas),
    };
  }

  /** With nonce and fees as given here. A refusal for its fees makes the next try pay more. */
  async send(
    request: TransactionRequest & { readonly nonce: number },
    fees: Fees,
  ): Promise<TransactionResponse> {
    const { nonce } = request;
    try {
      const sent = await this.#signer.sendTransaction({ ...request, ...fees });
      this.#open.set(nonce, { at: performance.now(), fees });
      return sent;
    } catch (error) {
      if (isOutbid(error)) this.#open.set(nonce, { at: -Infinity, fees });
      throw error;
    }
  }

  /** Replaces by nothing what is stuck before `nonce`: it is known by what stands on L1 whether it is still wanted. */
  async clear(used: number, nonce: number): Promise<void> {
    const to = await this.#signer.getAddress();
    for (const stuck of this.#stuck(used, nonce, undefined)) {
      await this.send({ to, value: 0n, gasLimit: TRANSFER_GAS, nonce: stuck }, await this.fees(stuck));
    }
  }

  /** Gas for a call that L1 would take now, with some to spare. */
  async gasOf(call: TransactionRequest): Promise<bigint> {
    const from = await this.#signer.getAddress();
    const least = await this.#provider.estimateGas({ ...call, from, blockTag: "latest" });
    return (BigInt(least) * GAS_MARGIN_PERCENT) / 100n;
  }

  /** Sends with a nonce of its own choice, which is never the reserved one. */
  signer(reserved: () => Promise<number | undefined>): Signer {
    return new SendingSigner(this.#signer, async (tx) => {
      const gasLimit = await this.gasOf(tx);
      const nonce = this.free(await this.nonces(), await reserved());
      return await this.send({ ...tx, gasLimit, nonce }, await this.fees(nonce));
    });
  }

  #stuck(from: number, to: number, reserved: number | undefined): readonly number[] {
    const late = performance.now() - this.stuckMs;
    const isStuck = (nonce: number) => nonce !== reserved && (this.#open.get(nonce)?.at ?? Infinity) <= late;
    return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i).filter(isStuck);
  }
}

/** Go-ethereum's words, which others use too. */
function isOutbid(error: unknown): boolean {
  return error instanceof Error && /underpriced|already known|known transaction/i.test(error.message);
}

function raised(fee: bigint, market: bigint): bigint {
  const more = (fee * 9n) / 8n + 1n;
  return larger(market, smaller(more, larger(MOST_TIMES * market, fee)));
}

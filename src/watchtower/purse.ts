// The one way by which a watchtower's transactions leave: simulated, on what waits too, within its limits, written down first, and
// with the nonce of what got stuck.

import type { Provider, Signer, TransactionRequest, TransactionResponse } from "ethers";
import { challengeBond, larger, smaller } from "../chain/economics.ts";
import { ask } from "../chain/l1.ts";
import { DEFAULT_STUCK_MS, type Fees, type Nonces, noncesOf } from "../chain/replacing.ts";
import { explainFailure, isRevert } from "../chain/reverts.ts";
import { SendingSigner } from "../chain/sending-signer.ts";
import type { Hex } from "../chain/types.ts";
import { fail, isLuntraError } from "../errors.ts";
import type { Node } from "../node/node.ts";
import { Turns } from "../node/turns.ts";
import type { Ledger, Spending } from "./ledger.ts";
import { checkBond, checkBudget, checkGasPrice, DAY_MS, type Limits } from "./limits.ts";
import type { WatchAct } from "./upkeep.ts";

export interface PurseOptions {
  readonly limits?: Limits;
  readonly ledger: Ledger;
  /** So long it waits for others' transactions that make its own needless; default 20 s. */
  readonly yieldMs?: number;
  /** A transaction of its own that is not mined in this time is replaced; default 60 s. */
  readonly stuckMs?: number;
}

const DEFAULT_YIELD_MS = 20_000;
/** L1's gas of a dispute varies a little with what else its block did. */
const GAS_MARGIN_PERCENT = 110n;
/** Nodes take a replacement that pays a tenth more. */
const BUMP_PERCENT = 113n;
const GWEI = 10n ** 9n;

export class Purse {
  readonly #node: Node;
  readonly #signer: Signer;
  readonly #options: PurseOptions;
  readonly #turns = new Turns();
  /** When somebody else was first seen to be faster, by what it is about and by `performance.now()`. */
  readonly #yielding = new Map<string, number>();

  constructor(node: Node, signer: Signer, options: PurseOptions) {
    this.#node = node;
    this.#signer = signer;
    this.#options = options;
  }

  get limits(): Limits {
    return this.#options.limits ?? {};
  }

  /** Wei for gas in this period, and what may yet become that. */
  get spent(): bigint {
    return this.#options.ledger.spentSince(Date.now() - this.#periodMs);
  }

  /** Wei of its own in open challenges, by L1. */
  async locked(): Promise<bigint> {
    const own = (await this.#signer.getAddress()).toLowerCase();
    const all = [...this.#node.derivation.view.disputes.values()].flatMap(({ challenges }) => challenges);
    const open = all.filter(({ outcome, challenger }) => outcome === "open" && challenger === own);
    return open.reduce((sum, { bond }) => sum + bond, 0n);
  }

  /** A signer for one purpose. Sending throws LIMIT_REACHED, OVERTAKEN, or what L1 says. */
  for(purpose: WatchAct, about: string): Signer {
    return new SendingSigner(this.#signer, (tx) => this.#turns.run(() => this.#send(purpose, about, tx)));
  }

  /** Looks what became of what was sent. */
  async settle(): Promise<void> {
    await this.#turns.run(() => this.#settle());
  }

  /** A transaction that waits for longer is replaced by the next that is sent. */
  get stuckMs(): number {
    return this.#options.stuckMs ?? DEFAULT_STUCK_MS;
  }

  get #periodMs(): number {
    return this.limits.periodMs ?? DAY_MS;
  }

  get #provider(): Provider {
    return this.#node.chain.provider;
  }

  async #send(purpose: WatchAct, about: string, tx: TransactionRequest): Promise<TransactionResponse> {
    const { ledger } = this.#options;
    const from = await this.#signer.getAddress();
    const { used, next } = await this.#settle();
    // Throws if L1 would refuse it now.
    const estimate = await this.#provider.estimateGas({ ...tx, from, blockTag: "latest" });
    const gas = (BigInt(estimate) * GAS_MARGIN_PERCENT) / 100n;
    await this.#refuseTwice(purpose, about);
    await this.#giveWay(`${purpose} ${about}`, { ...tx, from });
    // L1 has forgotten what stands before one beyond the next nonce: that has to come first.
    const stuck = ledger.open.find((its) => its.nonce >= used && its.nonce <= next && this.#isStuck(its));
    const nonce = stuck?.nonce ?? next;
    const fees = await this.#fees(purpose, stuck);
    const most = gas * fees.maxFeePerGas;
    const replaced = ledger.open.find((its) => its.nonce === nonce);
    checkBudget(this.limits, purpose, this.spent - (replaced?.most ?? 0n), most);
    await this.#checkBalance(purpose, from, most + BigInt(tx.value ?? 0n));
    if (purpose === "challenge") await this.#checkBond();
    await ledger.sending({ nonce, purpose, about, at: Date.now(), most, ...fees });
    const request = { to: tx.to ?? null, data: tx.data ?? "0x", value: tx.value ?? 0n };
    const sent = await this.#signer.sendTransaction({ ...request, from, gasLimit: gas, nonce, ...fees });
    await ledger.sent(nonce, sent.hash);
    return sent;
  }

  /** By a clock that may be set back, which must not make anything wait until it is there again. */
  #isStuck({ at }: Spending): boolean {
    return Math.abs(Date.now() - at) > this.stuckMs;
  }

  /** What L1 has and is not stuck is given time: by this process, or by the one before a crash. */
  async #refuseTwice(purpose: WatchAct, about: string): Promise<void> {
    const same = (its: Spending) => its.purpose === purpose && its.about === about && !this.#isStuck(its);
    const before = this.#options.ledger.open.find(same);
    if (before === undefined || !(await this.#isWaiting(before))) return;
    fail("OVERTAKEN", { what: `${purpose} ${about}`, reason: "this watchtower's own" });
  }

  /** Whether L1 knows a transaction with this nonce. */
  async #isWaiting({ hashes }: Spending): Promise<boolean> {
    const known = hashes.map((hash) => ask(`transaction ${hash}`, () => this.#provider.getTransaction(hash)));
    return (await Promise.all(known)).some((its) => its !== null);
  }

  /** L1 takes nothing that might cost more than the account has. */
  async #checkBalance(purpose: WatchAct, from: Hex, most: bigint): Promise<void> {
    const balance = await ask("the watchtower's balance", () => this.#provider.getBalance(from));
    if (balance >= most) return;
    const what = `what ${purpose} may cost, of what the account has,`;
    fail("LIMIT_REACHED", { what, limit: `${balance} wei`, actual: `${most} wei` });
  }

  /** On top of what waits to be mined, L1 may refuse it: somebody was faster, or it was this very watchtower before a crash. */
  async #giveWay(name: string, call: TransactionRequest): Promise<void> {
    try {
      await this.#provider.call({ ...call, blockTag: "pending" });
      this.#yielding.delete(name);
    } catch (error) {
      // A node that cannot do that does not tell anything.
      if (!isRevert(error)) return;
      const now = performance.now();
      const since = this.#yielding.get(name) ?? now;
      this.#yielding.set(name, since);
      // A transaction that nobody mines, put there perhaps for that, holds nobody up for long.
      if (now - since > (this.#options.yieldMs ?? DEFAULT_YIELD_MS)) return;
      const explained = explainFailure(this.#node.chain.abis, name, error);
      const reason = isLuntraError(explained, "CALL_REVERTED") ? explained.args.error : explained.message;
      fail("OVERTAKEN", { what: name, reason }, error);
    }
  }

  /** L1's, or more if they have to replace others, within the limit. */
  async #fees(purpose: WatchAct, stuck: Spending | undefined): Promise<Fees> {
    const [block, data] = await ask("L1's fees", () =>
      Promise.all([this.#provider.getBlock("latest"), this.#provider.getFeeData()]),
    );
    const base = block?.baseFeePerGas ?? 0n;
    const market = data.maxPriorityFeePerGas ?? GWEI;
    const outbid = (await this.#isToBeOutbid(stuck, base)) ? stuck : undefined;
    const tip = larger(market, bumped(outbid?.maxPriorityFeePerGas));
    checkGasPrice(this.limits, purpose, base + tip);
    const wished = larger(data.maxFeePerGas ?? 2n * base + tip, 2n * base + tip);
    const least = bumped(outbid?.maxFeePerGas);
    checkGasPrice(this.limits, purpose, least);
    const { maxGasPrice = larger(wished, least) } = this.limits;
    return { maxFeePerGas: larger(smaller(wished, maxGasPrice), least), maxPriorityFeePerGas: tip };
  }

  /** What L1 has forgotten needs no higher price: beyond the limit there is none, and all that comes after it would wait for ever. */
  async #isToBeOutbid(stuck: Spending | undefined, base: bigint): Promise<boolean> {
    if (stuck === undefined) return false;
    const { maxGasPrice } = this.limits;
    const price = larger(bumped(stuck.maxFeePerGas), base + bumped(stuck.maxPriorityFeePerGas));
    return maxGasPrice === undefined || price <= maxGasPrice || (await this.#isWaiting(stuck));
  }

  async #checkBond(): Promise<void> {
    const { provider, book } = this.#node.chain;
    const block = await ask("the latest base fee", () => provider.getBlock("latest"));
    const bond = challengeBond(book.parameters, 2n * (block?.baseFeePerGas ?? 0n));
    checkBond(this.limits, await this.locked(), bond);
  }

  async #settle(): Promise<Nonces> {
    const { ledger } = this.#options;
    const from = await this.#signer.getAddress();
    const nonces = await noncesOf(this.#provider, from, "the watchtower's account");
    for (const { nonce, hashes } of ledger.open) {
      if (nonce < nonces.used) await ledger.settled(nonce, await this.#paid(hashes));
    }
    await ledger.forget(Date.now() - this.#periodMs);
    return nonces;
  }

  async #paid(hashes: readonly Hex[]): Promise<bigint | undefined> {
    for (const hash of hashes) {
      const receipt = await ask(`the receipt of ${hash}`, () => this.#provider.getTransactionReceipt(hash));
      if (receipt !== null) return receipt.fee;
    }
    return undefined;
  }
}

function bumped(fee: bigint | undefined): bigint {
  return fee === undefined ? 0n : (fee * BUMP_PERCENT) / 100n + 1n;
}

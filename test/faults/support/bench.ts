// A sequencer in this process, whose L1 can misbehave, and a user who pays.

import { expect } from "chai";
import type { Wallet } from "ethers";
import type { ErrorCode } from "../../../src/errors.ts";
import { isLuntraError } from "../../../src/errors.ts";
import type { Hex } from "../../../src/chain/types.ts";
import { depositEth } from "../../../src/node/bridge.ts";
import type { Node } from "../../../src/node/node.ts";
import type { Store } from "../../../src/store/index.ts";
import { ETHER, l2Wallet, signL2 } from "../../support/node-harness.ts";
import { type Rig, startRig, type Tuning, until } from "../../support/sequencer-harness.ts";
import { standInProver } from "../../support/stand-in.ts";
import { audit } from "./audit.ts";
import { type L1, SEQUENCER } from "./l1.ts";
import { type FaultyL1, faultyL1 } from "./proxy.ts";

export const ALICE = l2Wallet("alice");
export const BOB = l2Wallet("bob");

export class Bench {
  readonly l1: L1;
  readonly proxy: FaultyL1;
  readonly store: Store;
  /** Asks L1 itself. */
  readonly observer: Node;
  /** All that were taken. */
  readonly acknowledged: Hex[] = [];
  #rig: Rig | undefined;
  #rigs: Rig[] = [];

  private constructor(l1: L1, proxy: FaultyL1, store: Store, observer: Node) {
    this.l1 = l1;
    this.proxy = proxy;
    this.store = store;
    this.observer = observer;
  }

  static async open(l1: L1, store: Store, tuning: Tuning = {}): Promise<Bench> {
    const bench = new Bench(l1, await faultyL1(l1.url), store, await l1.open());
    await bench.start(tuning);
    return bench;
  }

  get rig(): Rig {
    if (this.#rig === undefined) throw new RangeError("expected a sequencer that runs");
    return this.#rig;
  }

  get chain() {
    return this.rig.service.engine.chain;
  }

  /** Starts a sequencer on the same database. */
  async start(tuning: Tuning = {}): Promise<void> {
    const { l1, proxy, store } = this;
    const world = { open: () => l1.open(proxy.url), sequencer: l1.signer(SEQUENCER, proxy.url) };
    this.#rig = await startRig(world, { prover: () => standInProver, ...tuning }, store);
    this.#rigs.push(this.#rig);
  }

  async stop(): Promise<void> {
    await this.rig.service.stop();
  }

  async close(): Promise<void> {
    this.proxy.heal();
    await this.#rig?.close();
    await this.proxy.close();
  }

  async fund(wallet: Wallet = ALICE): Promise<void> {
    await depositEth(this.observer, this.l1.user, ETHER, wallet.address);
    await until(() => this.balance(wallet.address) >= ETHER, `the deposit of ${wallet.address}`);
  }

  balance(address: string): bigint {
    const { chain } = this;
    return chain.stateAt(chain.head.number).account(BigInt(address)).balance;
  }

  async pay(nonce: number, wallet: Wallet = ALICE): Promise<Hex> {
    const raw = await signL2(this.l1, wallet, { to: BOB.address, value: 1n, nonce });
    const hash = await this.rig.service.pool.submit(raw);
    this.acknowledged.push(hash);
    return hash;
  }

  /** Pays with nonces `from` up to and without `to`; tries again while nobody leads. */
  async payAll(from: number, to: number, wallet: Wallet = ALICE): Promise<void> {
    const deadline = Date.now() + 10_000;
    for (let nonce = from; nonce < to; ) {
      try {
        await this.pay(nonce, wallet);
        nonce += 1;
      } catch (error) {
        if (!isLuntraError(error, "NOT_LEADING") || Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  isIn(hash: Hex, finality: "unsafe" | "safe" | "finalized"): boolean {
    const its = this.chain.transaction(hash);
    if (its === undefined) return false;
    const reached = this.chain.finality(its.block);
    const order = ["unsafe", "safe", "finalized"];
    return order.indexOf(reached) >= order.indexOf(finality);
  }

  /** Until everything that was taken is at least so far. */
  async all(finality: "unsafe" | "safe" | "finalized", timeoutMs = 20_000): Promise<void> {
    const rest = () => this.acknowledged.filter((hash) => !this.isIn(hash, finality));
    const told = () => this.rig.failures.slice(-3).map(({ what, error }) => `${what}: ${String(error)}`);
    await until(() => rest().length === 0, `${finality} transactions`, timeoutMs).catch((error: unknown) => {
      throw new Error(`${String(error)}; ${rest().length} left; ${told().join(" | ")}`);
    });
  }

  /** Until it is on L1, and audits L1. */
  async endsWell({ rollbacks = 0, passing = [] }: { rollbacks?: number; passing?: ErrorCode[] } = {}) {
    this.proxy.heal();
    await this.all("safe");
    await audit(this.l1, this.acknowledged, rollbacks);
    const failures = this.#rigs.flatMap((rig) => rig.failures.map(({ error }) => error));
    const strange = failures.filter((error) => !passing.some((code) => isLuntraError(error, code)));
    expect(strange.map(String), "unexpected failures").to.deep.equal([]);
  }
}

// What the server remembers of what happened: journals, supplies, dropped transactions, and the calls of this second.

import { EventEmitter } from "node:events";
import { expect } from "chai";
import type { L2Block, L2Chain, L2Transaction } from "../../src/l2/types.ts";
import { Kind } from "../../src/model/index.ts";
import { createBudget } from "../../src/rpc/budget.ts";
import { rememberDropped } from "../../src/rpc/dropped.ts";
import { Journal } from "../../src/rpc/journal.ts";
import { trackSupplies } from "../../src/rpc/supply.ts";
import { throwsWith } from "../support/rejects-harness.ts";

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe("journal", () => {
  it("gives what came since a position, and undefined where that is forgotten", () => {
    const journal = new Journal<number>(3);
    for (let i = 0; i < 5; i++) journal.push(i);
    expect([journal.end, journal.since(5), journal.since(3)]).to.deep.equal([5, [], [3, 4]]);
    journal.push(5);
    expect([journal.end, journal.since(2), journal.since(3)]).to.deep.equal([6, undefined, [3, 4, 5]]);
    for (let i = 6; i < 100; i++) journal.push(i);
    expect([journal.end, journal.since(99), journal.since(90)]).to.deep.equal([100, [99], undefined]);
  });

  it("tells listeners later, together, and from when they began to listen", async () => {
    const journal = new Journal<number>(10);
    const [first, second]: [number[][], number[][]] = [[], []];
    journal.push(0);
    const end = journal.listen((fresh) => first.push([...fresh]));
    journal.push(1);
    journal.listen((fresh) => second.push([...fresh]));
    journal.push(2);
    journal.push(3);
    expect(second).to.deep.equal([]);
    await nextTurn();
    end();
    journal.push(4);
    await nextTurn();
    expect(first).to.deep.equal([[1], [2, 3]]);
    expect(second).to.deep.equal([[2, 3], [4]]);
  });

  it("goes on telling the others when a listener fails", async () => {
    const journal = new Journal<number>(10);
    const told: number[] = [];
    journal.listen(() => expect.fail("a listener's failure"));
    journal.listen((fresh) => told.push(...fresh));
    journal.push(1);
    await nextTurn();
    expect(told).to.deep.equal([1]);
  });
});

const TOKEN = `0x${"7".repeat(40)}`;

/** A chain of blocks with one transaction each. */
class Blocks {
  readonly #events = new EventEmitter();
  readonly #blocks: L2Block[] = [];

  add(kind: bigint, amount: bigint, more: Partial<L2Transaction> = {}): void {
    const number = BigInt(this.#blocks.length);
    const hash = `0x${number}`;
    const transaction = { kind, token: TOKEN, amount, status: "executed", hash: `0xaa${number}`, ...more };
    this.#blocks.push({ number, hash, transactions: [transaction] } as unknown as L2Block);
  }

  drop(from: number): void {
    this.#events.emit("dropped", this.#blocks.splice(from).reverse());
  }

  get chain(): L2Chain {
    const on = (event: string, listener: () => void) => {
      this.#events.on(event, listener);
      return () => this.#events.off(event, listener);
    };
    return { on, block: (at: bigint) => this.#blocks[Number(at)] } as unknown as L2Chain;
  }
}

describe("supply of a token", () => {
  it("is what deposits brought in less what left, block by block", () => {
    const blocks = new Blocks();
    const supplies = trackSupplies(blocks.chain);
    blocks.add(Kind.depositToken, 100n);
    blocks.add(Kind.transferToken, 50n);
    blocks.add(Kind.withdrawToken, 30n, { exit: 0n });
    blocks.add(Kind.withdrawToken, 500n, { status: "failed" });
    blocks.add(Kind.depositToken, 7n, { exit: 1n });
    blocks.add(Kind.forcedWithdrawToken, 10n, { exit: 2n });
    blocks.add(Kind.depositEth, 1000n);
    expect([0n, 1n, 2n, 3n, 4n, 5n, 6n].map((at) => supplies.at(TOKEN, at))).to.deep.equal([
      100n,
      100n,
      70n,
      70n,
      70n,
      60n,
      60n,
    ]);
    expect(supplies.at(`0x${"8".repeat(40)}`, 6n)).to.equal(0n);
  });

  it("forgets blocks that were dropped, those that it has not read among them", () => {
    const blocks = new Blocks();
    const supplies = trackSupplies(blocks.chain);
    for (const amount of [1n, 2n, 4n]) blocks.add(Kind.depositToken, amount);
    expect(supplies.at(TOKEN, 2n)).to.equal(7n);
    blocks.add(Kind.depositToken, 8n);
    blocks.drop(1);
    blocks.add(Kind.depositToken, 16n);
    expect([supplies.at(TOKEN, 0n), supplies.at(TOKEN, 1n)]).to.deep.equal([1n, 17n]);
  });
});

describe("memory of dropped transactions", () => {
  it("tells their last block, and keeps the latest alone", () => {
    const blocks = new Blocks();
    const dropped = rememberDropped(blocks.chain, 2);
    for (let i = 0; i < 3; i++) blocks.add(Kind.transferEth, 1n);
    blocks.drop(0);
    // The highest block comes first, and so is forgotten first.
    expect(["0xaa0", "0xaa1", "0xaa2"].map((hash) => dropped.blockOf(hash)?.number)).to.deep.equal([
      0n,
      1n,
      undefined,
    ]);
  });
});

describe("budget of calls", () => {
  it("is each address's own, and a new one every second", () => {
    let now = 1_000;
    const budget = createBudget(10, 1_000, () => now);
    budget.take("a", 9);
    budget.take("b", 10);
    expect(throwsWith(() => budget.take("a", 2), "RPC_LIMIT").args).to.include({ most: 10, actual: 11 });
    budget.take("a", 1);
    now = 1_999;
    throwsWith(() => budget.take("a", 1), "RPC_LIMIT");
    now = 2_000;
    budget.take("a", 10);
  });

  it("is bounded for all addresses together: what is refused costs nobody anything", () => {
    const budget = createBudget(10, 15, () => 1_000);
    budget.take("a", 10);
    expect(throwsWith(() => budget.take("b", 6), "RPC_LIMIT").args).to.include({ most: 15, actual: 16 });
    budget.take("b", 5);
    throwsWith(() => budget.take("c", 1), "RPC_LIMIT");
  });
});

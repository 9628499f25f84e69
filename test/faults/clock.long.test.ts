// Clocks that are wrong: a node an hour ahead and its standby an hour behind. Leases go by the database's clock, deadlines by L1's.

import { expect } from "chai";
import { depositEth } from "../../src/node/bridge.ts";
import { onPostgres } from "../support/databases.ts";
import { ETHER, l2Wallet } from "../support/node-harness.ts";
import { audit } from "./support/audit.ts";
import { ask, Customer } from "./support/customer.ts";
import { type L1, startL1 } from "./support/l1.ts";
import { type NodeProcess, nodeProcess } from "./support/nodes.ts";

const HOUR_MS = 3_600_000;
const TTL_MS = 1_500;
const BOUND_MS = 3_500;

interface Block {
  readonly number: string;
  readonly hash: string;
  readonly timestamp: string;
}

onPostgres("clock skew", (databases) => {
  let l1: L1;
  const nodes: NodeProcess[] = [];

  beforeEach(async () => {
    l1 = await startL1();
  });

  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.kill()));
    await l1.close();
  });

  async function blocks(url: string): Promise<readonly Block[]> {
    const head = Number((await ask(url, "eth_blockNumber"))?.result);
    const numbers = Array.from({ length: head + 1 }, (_, i) => `0x${i.toString(16)}`);
    const answers = await Promise.all(
      numbers.map((number) => ask(url, "eth_getBlockByNumber", number, false)),
    );
    return answers.map((answer) => answer?.result as Block);
  }

  async function safe(url: string, hash: string): Promise<void> {
    for (const deadline = Date.now() + 30_000; ; ) {
      const { stage } = ((await ask(url, "luntra_finality", hash))?.result ?? {}) as { stage?: string };
      if (stage === "safe") return;
      if (Date.now() > deadline) throw new Error(`expected ${hash} to be safe, got ${stage}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  for (const [first, second] of [
    ["ahead", "behind"],
    ["behind", "ahead"],
  ] as const) {
    it(`the leader an hour ${first}, its standby an hour ${second}: one leads after the other, and time does not go back`, async () => {
      const database = await databases.fresh();
      const skew = { ahead: HOUR_MS, behind: -HOUR_MS };
      for (const name of [first, second]) {
        // Batches are open for a while, so that one is when the leader dies.
        const its = { ttlMs: TTL_MS, skewMs: skew[name], segmentMs: 200, batchMs: 2_000 };
        nodes.push(await nodeProcess(l1, name, database, its));
      }
      const [leader, other] = nodes as [NodeProcess, NodeProcess];
      await leader.start();
      await other.start();
      const wallet = l2Wallet("customer");
      await depositEth(await l1.open(), l1.user, ETHER, wallet.address);
      const customer = new Customer(l1.book.l2ChainId, wallet, [leader.url, other.url]);
      for (let i = 0; i < 10; i++) await customer.pay(wallet.address, 1n);
      await safe(leader.url, customer.acknowledged[9] ?? "");
      const seen = (await blocks(leader.url)).map(({ timestamp }) => Number(timestamp));
      const isAhead = Math.max(...seen) * 1000 > Date.now() + HOUR_MS / 2;
      expect(isAhead, "its clock shows in its blocks").to.equal(first === "ahead");
      for (let i = 0; i < 5; i++) await customer.pay(wallet.address, 1n);
      expect(other.lines.filter((line) => line.startsWith("leading"))).to.deep.equal([]);

      const since = performance.now();
      await leader.kill();
      await other.line((line) => line.startsWith("leading"));
      expect(performance.now() - since).to.be.lessThan(TTL_MS + BOUND_MS);
      await safe(other.url, customer.acknowledged[14] ?? "");
      for (let i = 0; i < 5; i++) await customer.pay(wallet.address, 1n);
      await safe(other.url, customer.acknowledged[19] ?? "");

      const times = (await blocks(other.url)).map(({ timestamp }) => Number(timestamp));
      expect(times.length).to.be.greaterThan(2);
      expect(times).to.deep.equal(times.toSorted((a, b) => a - b));
      expect((await audit(l1, customer.acknowledged)).transactions).to.equal(20);
    });
  }
});

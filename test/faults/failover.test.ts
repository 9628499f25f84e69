// Two nodes on one PostgreSQL: one leads, the other takes over, and nobody who uses JSON-RPC loses anything.

import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { depositEth } from "../../src/node/bridge.ts";
import { onPostgres } from "../support/databases.ts";
import { ETHER, l2Wallet } from "../support/node-harness.ts";
import { audit } from "./support/audit.ts";
import { ask, Customer } from "./support/customer.ts";
import { type L1, startL1 } from "./support/l1.ts";
import { type NodeProcess, nodeProcess } from "./support/nodes.ts";

const TTL_MS = 1_500;
/** A third of the lease until the other tries, a look at L1, and a machine that is busy. */
const BOUND_MS = 3_500;

onPostgres("failover", (databases) => {
  let l1: L1;
  const nodes: NodeProcess[] = [];
  const customers: Customer[] = [];
  let load: Promise<unknown> = Promise.resolve();

  beforeEach(async () => {
    l1 = await startL1();
    const database = await databases.fresh();
    for (const name of ["one", "two"]) {
      nodes.push(await nodeProcess(l1, name, database, { ttlMs: TTL_MS }));
    }
  });

  afterEach(async () => {
    for (const one of customers.splice(0)) one.giveUp();
    await Promise.all(nodes.splice(0).map((node) => node.kill()));
    await load.catch(() => undefined);
    await l1.close();
  });

  /** Both nodes, the first of which leads, under a load by way of both. */
  async function underLoad(): Promise<[NodeProcess, NodeProcess]> {
    const [leader, other] = nodes as [NodeProcess, NodeProcess];
    await leader.start();
    await leader.line((line) => line.startsWith("leading"));
    await other.start();
    await startCustomers();
    return [leader, other];
  }

  async function startCustomers(): Promise<void> {
    const wallets = [0, 1, 2, 3].map((i) => l2Wallet(`customer ${i}`));
    const node = await l1.open();
    for (const { address } of wallets) await depositEth(node, l1.user, ETHER, address);
    const urls = nodes.map(({ url }) => url);
    customers.push(...wallets.map((wallet, i) => new Customer(l1.book.l2ChainId, wallet, urls, i)));
    load = Promise.all(customers.map((one, i) => one.run(wallets[(i + 1) % 4]?.address ?? "", 5)));
    load.catch(() => undefined);
    await until(() => customers.every((one) => one.acknowledged.length > 3));
  }

  async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    await Promise.race([
      load.then(() => new Promise<never>(() => undefined)),
      (async () => {
        while (!(await condition())) await sleep(10);
      })(),
    ]);
  }

  /** Milliseconds until `node` leads and takes a transaction. */
  async function takesOver(node: NodeProcess): Promise<number> {
    const since = performance.now();
    const before = customers.map((one) => one.acknowledged.length);
    await node.line((line) => line.startsWith("leading"));
    await until(() => customers.some((one, i) => one.acknowledged.length > (before[i] ?? 0) + 1));
    return performance.now() - since;
  }

  /** Ends the load, waits for L1 to have all of it as `node` says, and audits. */
  async function endsWell(node: NodeProcess): Promise<void> {
    await sleep(500);
    for (const one of customers) one.stop();
    await load;
    const last = customers.map((one) => one.acknowledged[one.acknowledged.length - 1] ?? "");
    await until(async () => {
      const answers = await Promise.all(last.map((hash) => ask(node.url, "luntra_finality", hash)));
      return answers.every((answer) => (answer?.result as { stage?: string })?.stage === "safe");
    });
    const acknowledged = customers.flatMap((one) => one.acknowledged);
    const { transactions } = await audit(l1, acknowledged);
    expect(transactions, "nobody else sent anything").to.equal(acknowledged.length);
  }

  it("a leader that is killed is followed within seconds", async () => {
    const [leader, other] = await underLoad();
    await leader.kill();
    const ms = await takesOver(other);
    console.log(`      ${Math.round(ms)} ms from the kill to the next transaction`);
    expect(ms).to.be.lessThan(TTL_MS + BOUND_MS);
    await endsWell(other);
  });

  it("a leader that was stopped and wakes up writes and commits nothing", async () => {
    const [leader, other] = await underLoad();
    const committed = () => leader.lines.filter((line) => line.startsWith("committed")).length;
    leader.signal("SIGSTOP");
    expect(await takesOver(other)).to.be.lessThan(TTL_MS + BOUND_MS);
    const before = committed();
    await sleep(1_000);
    leader.signal("SIGCONT");
    await leader.line((line) => line.startsWith("standby"));
    await endsWell(other);
    expect(committed() - before, "commits after waking up").to.equal(0);
    expect(other.lines.filter((line) => line.startsWith("standby"))).to.deep.equal([]);
  });

  it("a leader that is asked to end hands over at once", async () => {
    const [leader, other] = await underLoad();
    await leader.kill("SIGTERM");
    expect(leader.lines[leader.lines.length - 1]).to.equal("stopped SIGTERM");
    expect(await takesOver(other)).to.be.lessThan(TTL_MS);
    await endsWell(other);
  });

  it("of two that start at once one leads, and both take transactions", async () => {
    const [one, two] = nodes as [NodeProcess, NodeProcess];
    await Promise.all([one.start(), two.start()]);
    await startCustomers();
    const leading = [one, two].filter(({ lines }) => lines.some((line) => line.startsWith("leading")));
    expect(leading.length).to.equal(1);
    await endsWell(leading[0] === one ? two : one);
  });
});

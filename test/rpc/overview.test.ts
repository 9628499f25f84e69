// What those who look on are told: batches in the making, live and dead, disputes with their moves, bonds, proof jobs, and the
// status whenever it changes.

import { expect } from "chai";
import { toQuantity } from "ethers";
import { WebSocket } from "ws";
import { rewardOf } from "../../src/chain/economics.ts";
import type { Hex } from "../../src/chain/types.ts";
import { bondOf } from "../../src/node/bond.ts";
import { challenge, timeout } from "../../src/node/dispute.ts";
import type { Prover } from "../../src/node/segment-run.ts";
import { workOfNode } from "../../src/sequencing/proof-work.ts";
import { l2Wallet, signL2, standInProver } from "../support/node-harness.ts";
import { ask, type RpcRig, resultOf, startRpcRig } from "../support/rpc-harness.ts";
import { until } from "../support/sequencer-harness.ts";

const ALICE = l2Wallet("alice");
const BOB = l2Wallet("bob").address;

interface Batch {
  readonly number: Hex;
  readonly id: Hex;
  readonly counter: Hex;
  readonly status: string;
  readonly transactions: Hex | null;
  readonly finalFrom: Hex | null;
  readonly finalFromIfProven: Hex | null;
  readonly finalizedAt: Hex | null;
  readonly openChallenges: Hex;
}

interface Page {
  readonly building: readonly { readonly number: Hex; readonly transactions: Hex }[];
  readonly batches: readonly Batch[];
  readonly next: Hex | null;
}

interface Dispute {
  readonly batch: Hex;
  readonly segment: Hex;
  readonly outcome: string;
  readonly overdue: boolean;
  readonly deadline: Hex;
  readonly moves: readonly { readonly move: string; readonly possible: boolean; readonly pays: Hex }[];
}

describe("an overview over JSON-RPC", () => {
  let rig: RpcRig;
  let nonce = 0;

  afterEach(async () => {
    await rig.close();
    nonce = 0;
  });

  const get = <T>(method: string, ...params: unknown[]) => resultOf<T>(rig.server.url, method, ...params);
  const view = () => rig.service.engine.node.derivation.view;
  const chain = () => rig.service.engine.chain;

  async function pay(): Promise<Hex> {
    const raw = await signL2(rig.world, ALICE, { to: BOB, value: 1n, nonce: nonce++ });
    const hash = await get<Hex>("eth_sendRawTransaction", raw);
    await until(() => chain().transaction(hash) !== undefined, "the block");
    return hash;
  }

  async function payInBatch(): Promise<Hex> {
    const hash = await pay();
    await until(() => chain().number("safe") === chain().head.number, "the commit");
    return hash;
  }

  it("lists batches, the latest first, page by page, with dead ones in their place", async () => {
    rig = await startRpcRig({ tuning: { stuckMs: 200 } });
    await rig.fund([ALICE.address]);
    await until(() => chain().number("safe") === chain().head.number, "the commit");
    for (let i = 0; i < 3; i++) await payInBatch();
    const whole = await get<Page>("luntra_batches");
    expect(whole.next).to.equal(null);
    const counters = whole.batches.map(({ counter }) => Number(counter));
    expect(counters).to.deep.equal(counters.map((_, i) => counters.length - i));
    expect(whole.batches[0]).to.include({ status: "pending", transactions: "0x1", openChallenges: "0x0" });

    const pages: Batch[] = [];
    for (let next: Hex | null | undefined; next !== null; ) {
      const page: Page = await get<Page>("luntra_batches", next ?? null, "0x2");
      expect(page.batches.length).to.be.within(1, 2);
      pages.push(...page.batches);
      next = page.next;
    }
    expect(pages).to.deep.equal(whole.batches);
    const { error } = await ask(rig.server.url, "luntra_batches", null, "0x65");
    expect((error?.data as { code: string } | undefined)?.code).to.equal("RPC_PARAMS");

    const second = whole.batches.find(({ number }) => number === "0x2") as Batch;
    const own = await rig.world.open();
    await challenge(own, rig.world.challenger, second.id, 0, { unchecked: true });
    const { provingWindow, slot } = rig.world.book.parameters;
    await rig.world.increaseTime(provingWindow + 2n * slot);
    await timeout(own, rig.world.challenger, second.id, 0);
    await until(() => view().dead.length > 0 && view().head > 1n, "the rollback and another batch");
    const { batches } = await get<Page>("luntra_batches");
    const dead = batches.filter(({ status }) => status === "dead");
    expect(dead.map(({ counter }) => Number(counter))).to.deep.equal([4, 3, 2].slice(-dead.length));
    expect(dead.every(({ transactions, finalFrom }) => transactions === null && finalFrom === null)).to.equal(
      true,
    );
    expect(batches.map(({ counter }) => Number(counter))).to.deep.equal(
      batches.map((_, i) => batches.length - i),
    );
  });

  it("shows what is sealed and not on L1, and when a batch is final, and was", async () => {
    rig = await startRpcRig({ tuning: { policy: { segmentMs: 10, batchMs: 60_000, patienceMs: 60_000 } } });
    await rig.fund([ALICE.address]);
    await rig.service.engine.close();
    await until(() => chain().number("safe") === chain().head.number, "the commit");
    await pay();
    await pay();
    const { building, batches } = await get<Page>("luntra_batches");
    expect(building).to.have.length(1);
    expect(building[0]).to.include({ number: "0x2", transactions: "0x2", segments: "0x2" });
    const { challengeWindow, earliestFinality } = rig.world.book.parameters;
    const { committedAt } = view().live[1] ?? {};
    expect(batches[0]).to.include({
      finalFrom: toQuantity((committedAt ?? 0n) + challengeWindow),
      finalizedAt: null,
    });
    expect(Number(batches[0]?.finalFromIfProven)).to.be.within(
      Number((committedAt ?? 0n) + earliestFinality),
      Number(batches[0]?.finalFrom) - 1,
    );
    await rig.world.increaseTime(challengeWindow);
    await rig.world.connection.networkHelpers.mine();
    await until(() => view().finalized === 1n, "finality");
    const [final] = (await get<Page>("luntra_batches")).batches;
    expect(final).to.include({ status: "final", finalFrom: null });
    expect(Number(final?.finalizedAt)).to.be.at.least(Number(batches[0]?.finalFrom));
  });

  it("shows an open dispute with its moves, when each is possible and what it pays, and the bonds behind it", async () => {
    rig = await startRpcRig();
    await rig.fund([ALICE.address]);
    await until(() => view().head === 1n, "the commit");
    const own = await rig.world.open();
    const { id } = own.derivation.batchAt(1n);
    const { bond, deadline } = await challenge(own, rig.world.challenger, id, 0, { unchecked: true });
    await until(() => view().disputes.size > 0, "the challenge");
    const { parameters } = rig.world.book;
    const [open] = await get<Dispute[]>("luntra_disputes");
    expect(open).to.include({ batch: "0x1", segment: "0x0", outcome: "open", overdue: false });
    expect(open?.deadline).to.equal(toQuantity(deadline));
    const reward = rewardOf(parameters.batchBond, parameters);
    const moves = (one?: Dispute) =>
      one?.moves.map(({ move, possible, pays }) => [move, possible, BigInt(pays)]);
    const pays = { answer: rewardOf(bond, parameters), refute: reward, timeout: reward + bond };
    expect(moves(open)).to.deep.equal([
      ["answer", true, pays.answer],
      ["refute", true, pays.refute],
      ["timeout", false, pays.timeout],
    ]);

    const bonds = await get<{ accounts: Record<string, unknown>[]; burned: Hex }>("luntra_bonds");
    const challenger = (await rig.world.challenger.getAddress()).toLowerCase();
    const { available, locked } = await bondOf(own, challenger);
    expect(locked).to.equal(bond);
    expect(bonds.accounts).to.deep.include({
      account: challenger,
      roles: ["challenger"],
      available: toQuantity(available),
      locked: toQuantity(locked),
    });
    expect(bonds.accounts.map(({ roles }) => roles)).to.deep.include(["sequencer"]);
    expect(bonds.burned).to.equal("0x0");

    await rig.world.increaseTime(parameters.provingWindow + 2n * parameters.slot);
    await rig.world.connection.networkHelpers.mine();
    await until(() => view().time >= deadline, "the deadline");
    const [late] = await get<Dispute[]>("luntra_disputes");
    expect(late?.overdue).to.equal(true);
    expect(moves(late)?.at(-1)).to.deep.equal(["timeout", true, pays.timeout]);

    await own.derivation.sync();
    await timeout(own, rig.world.challenger, id, 0);
    await until(() => view().dead.length > 0, "the rollback");
    expect(await get("luntra_disputes")).to.deep.equal([]);
    const [over] = await get<Dispute[]>("luntra_disputes", true);
    expect(over).to.deep.include({ outcome: "timed-out", moves: [], overdue: false });
  });

  it("shows a proof while it is made, and what one took once it is", async () => {
    const release = Promise.withResolvers<void>();
    const slow: Prover = {
      async prove(run) {
        await release.promise;
        return await standInProver.prove(run);
      },
    };
    rig = await startRpcRig({ tuning: { prover: () => slow } });
    const { url } = await rig.serve({ proofs: workOfNode(rig.service) });
    const work = () =>
      resultOf<{ prover: string; typicalMs: Hex | null; jobs: object[] }>(url, "luntra_proofJobs");
    await rig.fund([ALICE.address]);
    await until(() => view().head === 1n, "the commit");
    expect(await work()).to.deep.equal({ prover: "here", typicalMs: null, jobs: [] });
    const { id } = view().live[1] ?? {};
    const { deadline } = await challenge(await rig.world.open(), rig.world.challenger, id ?? "", 0, {
      unchecked: true,
    });
    await until(
      () => rig.service.proofs.proving.some(({ started }) => started !== undefined),
      "the proof's start",
    );
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const { jobs } = await work();
    expect(jobs).to.have.length(1);
    expect(jobs[0]).to.include({
      id,
      segment: "0x0",
      state: "active",
      purpose: "dispute",
      worker: "this node",
    });
    expect(jobs[0]).to.include({ deadline: toQuantity(deadline), failure: null, ended: null });
    release.resolve();
    await until(() => rig.service.proofs.typicalMs !== undefined, "the proof");
    expect(await get("luntra_proofJobs")).to.deep.equal({ prover: "none", typicalMs: null, jobs: [] });
  });

  it("tells when a transaction came to each of its stages", async () => {
    rig = await startRpcRig();
    await rig.fund([ALICE.address]);
    const hash = await payInBatch();
    const { times } = await get<{ times: Record<string, unknown> }>("luntra_finality", hash);
    const block = chain().block(chain().transaction(hash)?.blockHash ?? "");
    const batch = view().live.at(-1);
    expect(times).to.include({
      sealed: toQuantity(block?.timestamp ?? 0n),
      committed: toQuantity(batch?.committedAt ?? 0n),
      finalized: null,
      segmentProven: false,
      l1Transaction: batch?.transaction,
    });
    expect(Number(times.received)).to.be.within(Date.now() / 1000 - 60, Date.now() / 1000);
  });

  it("tells a subscriber the status at once, and again when it has changed", async () => {
    rig = await startRpcRig();
    const socket = new WebSocket(rig.server.wsUrl);
    const told: { pool: { size: Hex }; l1: { number: Hex } }[] = [];
    socket.on("message", (text) => {
      const { method, params } = JSON.parse(String(text)) as { method?: string; params: { result: never } };
      if (method === "eth_subscription") told.push(params.result);
    });
    await new Promise((resolve) => socket.once("open", resolve));
    socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_subscribe", params: ["luntraStatus"] }));
    await until(() => told.length > 0, "the first status");
    const { now: _now, ...first } = (await get("luntra_status")) as Record<string, unknown>;
    expect(told[0]).to.deep.include(first);
    await rig.world.connection.networkHelpers.mine();
    const { number } = view().l1;
    await until(() => told.some(({ l1 }) => Number(l1.number) > number), "the next block of L1");
    // A batch and its commit are few changes, and not one for each look.
    await rig.fund([ALICE.address]);
    await until(() => chain().number("safe") === chain().head.number, "the commit");
    expect(told.length).to.be.below(30);
    socket.close();
    const http = await ask(rig.server.url, "eth_subscribe", "luntraStatus");
    expect((http.error?.data as { code: string } | undefined)?.code).to.equal("RPC_WEBSOCKET_ONLY");
  });
});

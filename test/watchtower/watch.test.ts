// The watchtower against the real contracts: judges, refutes, challenges, answers, and fails closed.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { Provider } from "ethers";
import type { Hex } from "../../src/chain/types.ts";
import { disputeOf, headOf } from "../../src/chain/view.ts";
import { fail, LuntraError } from "../../src/errors.ts";
import { type BuildOptions, type BuiltBatch, buildBatch } from "../../src/node/batch-builder.ts";
import { bondOf } from "../../src/node/bond.ts";
import { challenge, finalizeAll } from "../../src/node/dispute.ts";
import { freezeUnserved } from "../../src/node/freeze.ts";
import { type Mempool, openMempool } from "../../src/node/mempool.ts";
import { type Node, openNode } from "../../src/node/node.ts";
import type { Prover } from "../../src/node/segment-run.ts";
import { commitBatch, sequence, submit } from "../../src/node/sequencer.ts";
import {
  judge,
  type Shelf,
  type WatchPolicy,
  type WatchReport,
  watch,
  watchOnce,
  watchThrough,
} from "../../src/watchtower/watch.ts";
import { corrupt, type Lie, onParent } from "../support/dishonest-harness.ts";
import {
  artifacts,
  fund,
  l2Wallet,
  signL2,
  someCheckpoint,
  standInProver,
  startWorld,
  type World,
} from "../support/node-harness.ts";
import { revertsWith } from "../support/rejects-harness.ts";

const ALICE = l2Wallet("alice");
const BOB = l2Wallet("bob");

describe("watchtower", () => {
  let world: World;
  /** The watchtower's own node; it shares nothing with the sequencer's. */
  let node: Node;
  let sequencer: Node;
  let directory: string;
  let mempool: Mempool;
  let policy: WatchPolicy;

  beforeEach(async () => {
    world = await startWorld();
    [node, sequencer] = [await world.open(), await world.open()];
    directory = await mkdtemp(join(tmpdir(), "luntra-watch-"));
    mempool = await openMempool(directory);
    policy = { prover: standInProver, signer: world.challenger };
    await fund(world, sequencer, [ALICE]);
    await sequence(sequencer, mempool, world.sequencer);
  });

  afterEach(() => rm(directory, { recursive: true }));

  /** Segments: one of the queue, then one for each of Alice's three transactions. */
  async function built(options: BuildOptions = { recordsPerSegment: 1 }): Promise<BuiltBatch> {
    await fund(world, sequencer, [BOB]);
    await sequencer.derivation.sync();
    const { nonce } = sequencer.account(ALICE.address);
    for (let i = 0; i < 3; i++) {
      const call = { to: BOB.address, value: 1n, nonce: Number(nonce) + i };
      await submit(sequencer, mempool, await signL2(world, ALICE, call));
    }
    return buildBatch(sequencer, await mempool.list(), options);
  }

  const commitLie = async (lie: Lie) =>
    await commitBatch(sequencer, world.sequencer, corrupt(sequencer, await built(), lie));

  const commitHonest = async () => await commitBatch(sequencer, world.sequencer, await built());

  async function round(its: Partial<WatchPolicy> = {}, of = node): Promise<readonly WatchReport[]> {
    const { reports, trouble } = await watchOnce(of, { ...policy, ...its });
    expect(trouble).to.equal(undefined);
    for (const { error } of reports) if (error !== undefined) throw error;
    return reports;
  }

  const actionsOf = (reports: readonly WatchReport[]) =>
    reports.map(({ action, segment }) => (segment === undefined ? action : `${action} ${segment}`));

  /** Without anything that proves. */
  const bondOnly = { may: ["challenge", "timeout"] as const };

  it("leaves honest batches alone", async () => {
    await commitHonest();
    expect(actionsOf(await round())).to.deep.equal(["none", "none"]);
  });

  for (const segment of [0, 1, 2, 3]) {
    it(`names the wrong segment ${segment} and refutes it`, async () => {
      const { id } = await commitLie({ segment, how: "mint", accomplice: BOB.address });
      const reports = await round();
      expect(actionsOf(reports)).to.deep.equal(["none", `refute ${segment}`]);
      const { dead, head } = await node.derivation.sync();
      expect([head, dead[0]?.id]).to.deep.equal([1n, id]);
      const { fraud } = disputeOf(node.derivation.view, id);
      expect(fraud?.segment).to.equal(segment);
      const reward = (world.book.parameters.batchBond * 5n) / 10n;
      const bond = await bondOf(node, await world.challenger.getAddress());
      expect(bond.available).to.equal(20n * world.book.parameters.batchBond + reward);
    });
  }

  it("names only the first of several wrong segments", async () => {
    await commitLie({ segment: 1, how: "flip" });
    const verdict = await judge(node, headOf(await node.derivation.sync()).id);
    expect(verdict).to.include({ kind: "invalid", segment: 1 });
  });

  it("never challenges a segment after the first wrong one, which may be locally valid", async () => {
    const { id } = await commitLie({ segment: 1, how: "mint" });
    await node.derivation.sync();
    for (const segment of [0, 2, 3]) {
      const error = await challenge(node, world.challenger, id, segment).catch((reason: unknown) => reason);
      expect(error).to.include({ code: "NOT_FIRST_WRONG" });
    }
    expect(actionsOf(await round(bondOnly))).to.deep.equal(["none", "challenge 1"]);
  });

  it("challenges without a prover, waits, and closes its own win", async () => {
    const { id } = await commitLie({ segment: 2, how: "flip" });
    expect(actionsOf(await round(bondOnly))).to.deep.equal(["none", "challenge 2"]);
    expect(actionsOf(await round(bondOnly))).to.deep.equal(["none", "none 2"]);
    const { slot, provingWindow } = world.book.parameters;
    await world.increaseTime(slot + provingWindow);
    expect(actionsOf(await round(bondOnly))).to.deep.equal(["none", "timeout 2"]);
    expect((await node.derivation.sync()).dead.map((batch) => batch.id)).to.deep.equal([id]);
  });

  it("alerts when it may do nothing", async () => {
    await commitLie({ segment: 2, how: "flip" });
    expect(actionsOf(await round({ may: [] }))).to.deep.equal(["none", "alert 2"]);
    const { reports } = await watchOnce(node);
    expect(actionsOf(reports)).to.deep.equal(["none", "alert 2"]);
  });

  it("alerts about a wrong batch that it can only challenge once the window is over", async () => {
    await commitLie({ segment: 2, how: "flip" });
    await world.increaseTime(world.book.parameters.challengeWindow);
    expect(actionsOf(await round(bondOnly))).to.deep.equal(["none", "alert 2"]);
    expect(actionsOf(await round())).to.deep.equal(["none", "refute 2"]);
  });

  it("answers every challenge of a valid batch, also after the deadline", async () => {
    const { id } = await commitHonest();
    await node.derivation.sync();
    for (const segment of [3, 0]) {
      await challenge(node, world.challenger, id, segment, { unchecked: true });
    }
    expect(actionsOf(await round({ may: [] }))).to.deep.equal(["none", "alert 3", "alert 0"]);
    await world.increaseTime(10n * world.book.parameters.provingWindow);
    const { reports } = await watchThrough(node, { ...policy, signer: world.user });
    expect(actionsOf(reports)).to.deep.equal(["answer 3", "none", "answer 0"]);
    const { challenges } = disputeOf(await node.derivation.sync(), id);
    expect(challenges.map(({ outcome }) => outcome)).to.deep.equal(["answered", "answered"]);
    expect((await bondOf(node, await world.user.getAddress())).available > 0n).to.equal(true);
  });

  it("answers a mass challenge one proof at a time", async () => {
    const { id } = await commitHonest();
    await node.derivation.sync();
    for (const segment of [0, 1, 2, 3]) {
      await challenge(node, world.challenger, id, segment, { unchecked: true });
    }
    let running = 0;
    let most = 0;
    const prover: Prover = {
      async prove(job) {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running--;
        return await standInProver.prove(job);
      },
    };
    const { reports } = await watchThrough(node, { ...policy, prover, signer: world.user });
    const answers = reports.filter(({ receipt }) => receipt !== undefined);
    expect(actionsOf(answers)).to.deep.equal(["answer 0", "answer 1", "answer 2", "answer 3"]);
    expect(most).to.equal(1);
  });

  it("answers by deadline, whatever the order of batches", async () => {
    const { id: first } = await commitHonest();
    const { id: second } = await commitHonest();
    await node.derivation.sync();
    await challenge(node, world.challenger, second, 0, { unchecked: true });
    for (const segment of [0, 1]) {
      await challenge(node, world.challenger, first, segment, { unchecked: true });
    }
    const { reports } = await watchThrough(node, { ...policy, signer: world.user });
    const answers = reports.filter(({ receipt }) => receipt !== undefined);
    expect(answers.map(({ id, segment }) => [id, segment])).to.deep.equal([
      [second, 0],
      [first, 0],
      [first, 1],
    ]);
  });

  it("refutes a lie that comes during a mass challenge before it answers any more", async () => {
    const { id } = await commitHonest();
    await node.derivation.sync();
    for (const segment of [0, 1, 2, 3]) {
      await challenge(node, world.challenger, id, segment, { unchecked: true });
    }
    let lies = 1;
    const prover: Prover = {
      async prove(job) {
        if (lies-- > 0) await commitLie({ segment: 1, how: "mint", accomplice: BOB.address });
        return await standInProver.prove(job);
      },
    };
    const { reports } = await watchThrough(node, { ...policy, prover, signer: world.user });
    const acts = actionsOf(reports.filter(({ receipt }) => receipt !== undefined));
    expect(acts).to.deep.equal(["answer 0", "refute 1", "answer 1", "answer 2", "answer 3"]);
  });

  it("is not held up by a proof that fails again and again", async () => {
    const { id } = await commitHonest();
    await node.derivation.sync();
    for (const segment of [0, 1]) await challenge(node, world.challenger, id, segment, { unchecked: true });
    let calls = 0;
    const prover: Prover = {
      prove: async (job) => (calls++ === 0 ? fail("PROVER_CANCELLED", {}) : await standInProver.prove(job)),
    };
    const { reports } = await watchOnce(node, { ...policy, prover, signer: world.user });
    const [, failed, answered] = reports;
    expect(failed?.error).to.include({ code: "PROVER_CANCELLED" });
    expect(answered?.receipt).to.not.equal(undefined);
  });

  it("finalizes, if it may, what nobody disputes", async () => {
    await commitHonest();
    await world.increaseTime(world.book.parameters.challengeWindow);
    const may = ["finalize"] as const;
    expect(actionsOf(await round({ may }))).to.deep.equal(["finalize", "none"]);
    expect(actionsOf(await round({ may }))).to.deep.equal(["finalize"]);
  });

  it("cannot tell about descendants of a wrong batch, and disputes only the ancestor", async () => {
    await commitLie({ segment: 1, how: "flip" });
    for (const seed of [1, 2]) {
      const { commitCounter, live } = await sequencer.derivation.sync();
      const parent = headOf({ live });
      const child = onParent(parent, commitCounter + 1n, [Uint8Array.of(seed)], [someCheckpoint(seed)]);
      await commitBatch(sequencer, world.sequencer, child);
    }
    await node.derivation.sync();
    const verdict = await judge(node, headOf(node.derivation.view).id);
    expect(verdict).to.include({ kind: "cannot-tell", reason: "ancestor-invalid" });
    expect(actionsOf(await round())).to.deep.equal(["none", "refute 1", "none", "none"]);
    expect((await node.derivation.sync()).head).to.equal(1n);
  });

  it("is not crashed by data that is no record, nor by duplicates of a batch", async () => {
    const data = [Uint8Array.of(0xff, 1, 2), new Uint8Array(500).fill(0x0e), Uint8Array.of(0x0f)];
    const claims = data.map(() => headOf(sequencer.derivation.view).header.lastCheckpoint);
    for (let i = 0; i < 2; i++) {
      const { commitCounter, live } = await sequencer.derivation.sync();
      const batch = onParent(headOf({ live }), commitCounter + 1n, data, claims);
      await commitBatch(sequencer, world.sequencer, batch);
      const [last] = (await round()).slice(-1);
      // Nothing in it counts, but `first` empties the exit tree: the claims are right or wrong, never "cannot tell".
      expect(last?.verdict.kind).to.be.oneOf(["valid", "invalid"]);
    }
  });

  it("judges every batch anew after a reorg", async () => {
    const { networkHelpers } = world.connection;
    const snapshot = await networkHelpers.takeSnapshot();
    await commitLie({ segment: 0, how: "flip" });
    expect(actionsOf(await round({ may: [] }))).to.deep.equal(["none", "alert 0"]);
    await snapshot.restore();
    await networkHelpers.mine(3);
    expect(actionsOf(await round())).to.deep.equal(["none"]);
  });

  describe("cannot tell, and disputes nothing,", () => {
    /** A node whose provider answers one method otherwise from now on. */
    async function nodeWith(method: string) {
      let answer: ((real: (...args: unknown[]) => unknown, ...args: unknown[]) => unknown) | undefined;
      const real = node.chain.provider;
      const provider = new Proxy(real, {
        get(target, name) {
          const value = Reflect.get(target, name) as unknown;
          if (typeof value !== "function") return value;
          const bound = value.bind(target) as (...args: unknown[]) => unknown;
          return async (...args: unknown[]) =>
            name === method && answer !== undefined ? await answer(bound, ...args) : await bound(...args);
        },
      }) as Provider;
      const faulty = await openNode(world.book, artifacts, provider);
      await faulty.derivation.sync();
      return {
        faulty,
        set: (its: typeof answer) => {
          answer = its;
        },
      };
    }

    const troubleOf = async (faulty: Node) => {
      const { trouble, reports } = await watchOnce(faulty, policy);
      expect(reports).to.deep.equal([]);
      return trouble?.kind === "cannot-tell" ? trouble.reason : trouble?.kind;
    };

    it("while L1 does not answer", async () => {
      for (const method of ["getBlock", "getLogs", "getTransaction", "call"]) {
        const { faulty, set } = await nodeWith(method);
        set(() => Promise.reject(new TypeError("socket hang up")));
        await commitLie({ segment: 0, how: "flip" });
        expect(await troubleOf(faulty)).to.equal("l1-unavailable");
        set(undefined);
        expect(actionsOf(await round({}, faulty)).pop()).to.equal("refute 0");
      }
    });

    it("while L1 keeps a transaction back", async () => {
      const { faulty, set } = await nodeWith("getTransaction");
      set(async () => null);
      await commitLie({ segment: 0, how: "flip" });
      expect(await troubleOf(faulty)).to.equal("l1-data-missing");
    });

    it("while L1 keeps logs back", async () => {
      const { faulty, set } = await nodeWith("getLogs");
      set(async () => []);
      await commitLie({ segment: 0, how: "flip" });
      expect(await troubleOf(faulty)).to.equal("l1-inconsistent");
    });

    it("when L1 is reorganised between reading and judging", async () => {
      const { faulty, set } = await nodeWith("getBlock");
      await commitLie({ segment: 0, how: "flip" });
      let asked = 0;
      set(async (real, ...args) => {
        const block = (await real(...args)) as object;
        // Two reads belong to the sync; what follows is the judgement.
        const gone = args[0] !== "latest" && asked++ > 3;
        return gone ? { ...block, hash: `0x${"22".repeat(32)}` } : block;
      });
      const { reports, trouble } = await watchOnce(faulty, policy);
      const reasons = [...reports.map(({ verdict }) => verdict), trouble].map((verdict) =>
        verdict?.kind === "cannot-tell" ? verdict.reason : verdict?.kind,
      );
      expect(reasons).to.include("l1-reorg");
      expect(reports.every(({ receipt }) => receipt === undefined)).to.equal(true);
    });
  });

  it("gives a proof up when its batch leaves the chain", async () => {
    const snapshot = await world.connection.networkHelpers.takeSnapshot();
    const { id } = await commitLie({ segment: 0, how: "flip" });
    const prover: Prover = {
      prove: (_, signal) =>
        new Promise((_done, failed) => {
          signal?.addEventListener("abort", () => failed(new LuntraError("PROVER_CANCELLED", {})));
          void snapshot.restore();
        }),
    };
    const { reports } = await watchOnce(node, { prover, signer: world.user, lookMs: 20 });
    const about = reports.find((report) => report.id === id);
    expect(about).to.include({ action: "refute", dropped: true }).and.not.to.have.property("error");
  });

  it("reports a failed action and tries again in the next round", async () => {
    await commitLie({ segment: 0, how: "flip" });
    let failures = 1;
    const prover: Prover = {
      prove: async (job) => (failures-- > 0 ? fail("PROVER_CANCELLED", {}) : await standInProver.prove(job)),
    };
    const { reports } = await watchOnce(node, { ...policy, prover });
    expect(reports.at(-1)?.error).to.include({ code: "PROVER_CANCELLED" });
    expect(actionsOf(await round({ prover })).pop()).to.equal("refute 0");
  });

  describe("whose proofs fail", () => {
    const FAILURES: Readonly<Record<string, () => never>> = {
      CIRCUIT_DISAGREES: () =>
        fail("CIRCUIT_DISAGREES", { system: "groth16", instance: "dev", reason: "no" }),
      SNARKJS_FAILED: () => fail("SNARKJS_FAILED", { command: "groth16 prove", reason: "killed" }),
      "an error of anybody's": () => {
        throw new RangeError("out of memory");
      },
    };
    const failing = (failure: () => never): Prover => ({ prove: async () => failure() });
    const broken = failing(FAILURES.SNARKJS_FAILED as () => never);

    for (const [name, failure] of Object.entries(FAILURES)) {
      it(`challenges in the same round, and says why: ${name}`, async () => {
        const { id } = await commitLie({ segment: 2, how: "flip" });
        const [honest, wrong] = (await watchOnce(node, { ...policy, prover: failing(failure) })).reports;
        expect(honest).to.include({ action: "none" });
        expect(wrong).to.include({ id, action: "challenge", segment: 2 });
        expect(wrong).to.not.have.property("error");
        expect(wrong?.receipt).to.not.equal(undefined);
        expect(wrong?.insteadOf?.action).to.equal("refute");
        if (name.includes("_")) expect(wrong?.insteadOf?.error).to.include({ code: name });
        const { challenges } = disputeOf(await node.derivation.sync(), id);
        expect(challenges.map(({ segment, outcome }) => [segment, outcome])).to.deep.equal([[2, "open"]]);
      });
    }

    it("rolls a lie back, though it never makes a proof", async () => {
      const { id } = await commitLie({ segment: 2, how: "flip" });
      const its = { prover: broken };
      expect(actionsOf(await round(its))).to.deep.equal(["none", "challenge 2"]);
      // It tries again as long as the challenge is open, and still says that it fails.
      const waiting = await round(its);
      expect(actionsOf(waiting)).to.deep.equal(["none", "none 2"]);
      expect(waiting[1]?.insteadOf?.error).to.include({ code: "SNARKJS_FAILED" });
      const { slot, provingWindow } = world.book.parameters;
      await world.increaseTime(slot + provingWindow);
      const [, last] = await round(its);
      expect(last).to.include({ action: "timeout", segment: 2 });
      expect(last).to.not.have.property("insteadOf");
      expect((await node.derivation.sync()).dead.map((batch) => batch.id)).to.deep.equal([id]);
    });

    it("challenges when L1 refuses the proof", async () => {
      await commitLie({ segment: 1, how: "flip" });
      const [, report] = await round({ prover: { prove: async () => new Uint8Array(64) } });
      expect(report).to.include({ action: "challenge", segment: 1 });
      await revertsWith(Promise.reject(report?.insteadOf?.error), "InvalidProof");
    });

    it("does not challenge for trouble with L1, nor when it may not", async () => {
      const { id } = await commitLie({ segment: 1, how: "flip" });
      const unavailable = failing(() => fail("L1_UNAVAILABLE", { what: "a call", reason: "no answer" }));
      const { reports } = await watchOnce(node, { ...policy, prover: unavailable });
      expect(reports[1]).to.include({ action: "refute" });
      expect(reports[1]?.error).to.include({ code: "L1_UNAVAILABLE" });
      const [, report] = await round({ prover: broken, may: ["refute"] });
      expect(report).to.include({ action: "alert" });
      expect(report?.insteadOf?.error).to.include({ code: "SNARKJS_FAILED" });
      expect(disputeOf(await node.derivation.sync(), id).challenges).to.deep.equal([]);
    });

    it("alerts about every challenge of a valid batch, and challenges nothing", async () => {
      const { id } = await commitHonest();
      await node.derivation.sync();
      for (const segment of [0, 1]) await challenge(node, world.challenger, id, segment, { unchecked: true });
      await world.increaseTime(10n * world.book.parameters.provingWindow);
      const reports = await round({ prover: broken, signer: world.user });
      expect(actionsOf(reports)).to.deep.equal(["none", "alert 0", "alert 1"]);
      for (const { insteadOf, receipt } of reports.slice(1)) {
        expect(insteadOf?.action).to.equal("answer");
        expect(receipt).to.equal(undefined);
      }
      expect((await node.derivation.sync()).dead).to.deep.equal([]);
    });
  });

  it("ends an expired challenge of a lie without proving anything", async () => {
    const { id } = await commitLie({ segment: 2, how: "flip" });
    await round(bondOnly);
    const { slot, provingWindow } = world.book.parameters;
    await world.increaseTime(slot + provingWindow);
    const prover: Prover = { prove: () => expect.fail("no proof is needed") };
    expect(actionsOf(await round({ prover }))).to.deep.equal(["none", "timeout 2"]);
    expect((await node.derivation.sync()).dead.map((batch) => batch.id)).to.deep.equal([id]);
  });

  describe("that is short of time", () => {
    /** Into the last part of a window that began with the latest block, in which a proof may come too late. */
    const letTheWindowPass = async () => {
      const { challengeWindow, proofTime, inclusionTime } = world.book.parameters;
      await world.increaseTime(challengeWindow - inclusionTime - proofTime);
    };
    /** Begins a proof and goes on until it is told to stop. */
    const hanging: Prover = {
      prove: (_, signal) =>
        new Promise((_done, failed) => signal?.addEventListener("abort", () => failed(signal.reason))),
    };
    const receipts = (reports: readonly WatchReport[]) =>
      actionsOf(reports.filter(({ receipt }) => receipt !== undefined));

    it("challenges at once, and refutes then; its bond comes back", async () => {
      const { id } = await commitLie({ segment: 2, how: "flip" });
      await letTheWindowPass();
      const first = await watchOnce(node, policy);
      expect(actionsOf(first.reports)).to.deep.equal(["none", "challenge 2"]);
      expect(first.more).to.equal(true);
      expect(receipts((await watchThrough(node, policy)).reports)).to.deep.equal(["refute 2"]);
      expect(disputeOf(await node.derivation.sync(), id).fraud?.segment).to.equal(2);
      await watchOnce(node, policy);
      expect((await bondOf(node, await world.challenger.getAddress())).locked).to.equal(0n);
    });

    it("refutes in the same round if it cannot challenge", async () => {
      await commitLie({ segment: 2, how: "flip" });
      await letTheWindowPass();
      // Has no bond.
      const [, report] = await round({ signer: world.user });
      expect(report).to.include({ action: "refute", segment: 2 });
      expect(report?.receipt).to.not.equal(undefined);
      expect(report?.insteadOf?.action).to.equal("challenge");
    });

    it("challenges a lie that comes while it makes a slow answer", async () => {
      const { id } = await commitHonest();
      await node.derivation.sync();
      await challenge(node, world.challenger, id, 0, { unchecked: true });
      const lies: Hex[] = [];
      const prover: Prover = {
        async prove(job) {
          if (lies.length > 0) return await standInProver.prove(job);
          lies.push((await commitLie({ segment: 1, how: "flip" })).id);
          await letTheWindowPass();
          const { challengeWindow } = world.book.parameters;
          const challenged = () => disputeOf(node.derivation.view, lies[0] ?? "0x").challenges.length > 0;
          for (let i = 0; i < 100 && !challenged(); i++) await sleep(20);
          // The proof is not there before all windows have passed.
          await world.increaseTime(challengeWindow);
          return await standInProver.prove(job);
        },
      };
      const { reports } = await watchOnce(node, { ...policy, prover, lookMs: 10 });
      expect(receipts(reports)).to.deep.equal(["answer 0", "challenge 1"]);
      await node.derivation.sync();
      await finalizeAll(node, world.user);
      const { finalized } = await node.derivation.sync();
      expect(finalized).to.equal(2n);
      expect(receipts((await watchThrough(node, { ...policy, prover })).reports)).to.deep.equal(["refute 1"]);
      expect((await node.derivation.sync()).dead.map((batch) => batch.id)).to.deep.equal(lies);
    });

    it("challenges the lie that it is about to refute once the proof is late", async () => {
      const { id } = await commitLie({ segment: 1, how: "flip" });
      const prover: Prover = {
        async prove(job, signal) {
          await letTheWindowPass();
          return await hanging.prove(job, signal);
        },
      };
      const { reports } = await watchOnce(node, { ...policy, prover, lookMs: 10, proofMs: 500 });
      expect(receipts(reports)).to.deep.equal(["challenge 1"]);
      const { challenges } = disputeOf(await node.derivation.sync(), id);
      expect(challenges.map(({ outcome }) => outcome)).to.deep.equal(["open"]);
    });

    it("takes a prover that hangs for one that fails", async () => {
      await commitLie({ segment: 2, how: "flip" });
      for (const prover of [hanging, { prove: () => new Promise<never>(() => undefined) }]) {
        const [, report] = await round({ prover, proofMs: 20, may: ["refute", "challenge"] });
        expect(report?.insteadOf?.action).to.equal("refute");
        expect(report?.insteadOf?.error).to.include({ code: "PROOF_OVERDUE" });
      }
      expect(actionsOf(await round())).to.deep.equal(["none", "refute 2"]);
    });

    it("does not wait for ever for a transaction of its own", async () => {
      await commitLie({ segment: 2, how: "flip" });
      const signer = new Proxy(world.challenger, {
        get(target, name) {
          if (name === "sendTransaction") return () => new Promise<never>(() => undefined);
          const value = Reflect.get(target, name) as unknown;
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
      const { reports } = await watchOnce(node, { ...policy, signer, sendMs: 300 });
      expect(reports[1]).to.include({ action: "challenge" });
      expect(reports[1]?.error).to.include({ code: "TRANSACTION_OVERDUE" });
      expect(reports[1]?.insteadOf?.error).to.include({ code: "TRANSACTION_OVERDUE" });
    });
  });

  describe("after the worst", () => {
    it("alerts about a wrong batch that is final, and about what stands on it", async () => {
      const { id } = await commitLie({ segment: 1, how: "flip" });
      const onTop = async (seed: number) => {
        const view = await sequencer.derivation.sync();
        const claims = [someCheckpoint(seed)];
        const child = onParent(headOf(view), view.commitCounter + 1n, [Uint8Array.of(seed)], claims);
        return await commitBatch(sequencer, world.sequencer, child);
      };
      const second = await onTop(1);
      await world.increaseTime(world.book.parameters.challengeWindow);
      await node.derivation.sync();
      await finalizeAll(node, world.user);
      const pending = await onTop(2);
      // Also a watchtower that was not there when it happened.
      for (const of of [node, await world.open()]) {
        const reports = await round({}, of);
        expect(reports.map((its) => [its.id, its.action, its.final])).to.deep.equal([
          [id, "alert", true],
          [second.id, "alert", true],
          [pending.id, "alert", undefined],
        ]);
        expect(reports[0]?.verdict).to.include({ kind: "invalid", segment: 1 });
      }
    });

    it("says nothing of right final batches", async () => {
      await world.increaseTime(world.book.parameters.challengeWindow);
      await node.derivation.sync();
      await finalizeAll(node, world.user);
      expect(await round()).to.deep.equal([]);
    });

    it("says that the rollup is frozen, and why", async () => {
      expect(await watchOnce(node, policy)).to.not.have.property("frozen");
      const { queue } = await fundedLate();
      await world.increaseTime(world.book.parameters.escapeDelay);
      await freezeUnserved(node, world.user, { confirmations: 0 });
      const { frozen } = await watchOnce(node, policy);
      expect(frozen).to.include({ kind: "unserved", index: BigInt(queue.length - 1) });
    });

    /** An item that nobody serves, behind a final batch. */
    async function fundedLate() {
      await world.increaseTime(world.book.parameters.challengeWindow);
      await node.derivation.sync();
      await finalizeAll(node, world.user);
      await fund(world, sequencer, [BOB]);
      return await node.derivation.sync();
    }
  });

  it("ends an expired challenge of any segment of a lie", async () => {
    const { id } = await commitLie({ segment: 2, how: "flip" });
    await node.derivation.sync();
    for (const segment of [3, 0]) await challenge(node, world.challenger, id, segment, { unchecked: true });
    const { slot, provingWindow } = world.book.parameters;
    await world.increaseTime(2n * slot + provingWindow);
    const prover: Prover = { prove: () => expect.fail("no proof is needed") };
    expect(actionsOf(await round({ prover, signer: world.user }))).to.deep.equal(["none", "timeout 3"]);
    expect((await node.derivation.sync()).dead.map((batch) => batch.id)).to.deep.equal([id]);
  });

  it("makes another proof when L1 refuses the first", async () => {
    await commitLie({ segment: 1, how: "flip" });
    let bad = 1;
    const prover: Prover = {
      prove: async (job) => (bad-- > 0 ? new Uint8Array(64) : await standInProver.prove(job)),
    };
    const shelf: Shelf = new Map();
    const its = { ...policy, prover, may: ["refute"] as const };
    const [, refused] = (await watchOnce(node, its, shelf)).reports;
    await revertsWith(Promise.reject(refused?.insteadOf?.error), "InvalidProof");
    expect(shelf.size).to.equal(0);
    const [, report] = (await watchOnce(node, its, shelf)).reports;
    expect(report).to.include({ action: "refute" });
    expect(report?.receipt).to.not.equal(undefined);
  });

  it("loses a race without harm", async () => {
    const { id } = await commitLie({ segment: 0, how: "flip" });
    const other = await world.open();
    const prover: Prover = {
      async prove(job) {
        await watchOnce(other, { prover: standInProver, signer: world.user });
        return await standInProver.prove(job);
      },
    };
    const { reports } = await watchOnce(node, { ...policy, prover });
    await revertsWith(Promise.reject(reports.at(-1)?.error), "NotLive");
    expect(reports.at(-1)).to.not.have.property("insteadOf");
    expect((await node.derivation.sync()).dead.map((batch) => batch.id)).to.deep.equal([id]);
  });

  it("watches round after round until told to stop", async () => {
    const controller = new AbortController();
    let rounds = 0;
    await watch(node, policy, {
      intervalMs: 1,
      signal: controller.signal,
      onRound: () => {
        if (++rounds === 3) controller.abort();
      },
    });
    expect(rounds).to.equal(3);
  });
});

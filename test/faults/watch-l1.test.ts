// L1 nodes that lie, keep back, lag or are gone: a watchtower never disputes a valid batch, whatever it is told, and with a second
// node it notices what a single one could hide.

import { expect } from "chai";
import type { Signer } from "ethers";
import type { LuntraError } from "../../src/errors.ts";
import { openWitness } from "../../src/chain/witnesses.ts";
import { buildBatch } from "../../src/node/batch-builder.ts";
import { depositEth } from "../../src/node/bridge.ts";
import { type Node, openNode } from "../../src/node/node.ts";
import { commitBatch } from "../../src/node/sequencer.ts";
import { type WatchRound, watchOnce } from "../../src/watchtower/watch.ts";
import { corrupt } from "../support/dishonest-harness.ts";
import { artifacts, ETHER, standInProver } from "../support/node-harness.ts";
import { type L1, startL1 } from "./support/l1.ts";
import { l1Provider } from "./support/provider.ts";
import { type FaultyL1, faultyL1 } from "./support/proxy.ts";

const CHALLENGER = 2;

interface Log {
  readonly topics: string[];
  readonly data: string;
}

describe("L1 nodes that cannot be trusted", function () {
  this.timeout(120_000);
  let l1: L1;
  let truth: Node;
  let one: FaultyL1;
  let two: FaultyL1;
  let signer: Signer;

  beforeEach(async () => {
    l1 = await startL1();
    truth = await l1.open();
    [one, two] = [await faultyL1(l1.url), await faultyL1(l1.url)];
    signer = l1.signer(CHALLENGER, one.url);
    await depositEth(truth, l1.user, ETHER);
    await commit();
    await depositEth(truth, l1.user, ETHER);
    await commit();
  });

  afterEach(async () => {
    await one.close();
    await two.close();
    await l1.close();
  });

  async function commit(wrong = false): Promise<string> {
    await truth.derivation.sync();
    const honest = buildBatch(truth, [], { heartbeat: true });
    const built = wrong ? corrupt(truth, honest, { segment: 0, how: "flip" }) : honest;
    const { id } = await commitBatch(truth, l1.other, built);
    await truth.derivation.sync();
    return id;
  }

  /** A node without memory, that reads from the first L1 node, and compares with others. */
  async function open(...others: readonly FaultyL1[]): Promise<Node> {
    const witnesses = await Promise.all(others.map(({ url }) => openWitness(url, l1.book.chainId)));
    return await openNode(l1.book, artifacts, l1Provider(one.url), { witnesses });
  }

  const watch = (node: Node) =>
    watchOnce(node, { prover: standInProver, signer, may: ["refute", "challenge"] });

  const codeOf = ({ trouble }: WatchRound) =>
    trouble?.kind === "cannot-tell" ? (trouble.cause as LuntraError).code : trouble?.kind;

  async function expectNothingSent(round: () => Promise<WatchRound>): Promise<WatchRound> {
    const me = await signer.getAddress();
    const before = await l1.provider.getTransactionCount(me);
    const its = await round();
    expect(await l1.provider.getTransactionCount(me)).to.equal(before);
    expect(its.reports.filter(({ action }) => action === "refute" || action === "challenge")).to.deep.equal(
      [],
    );
    return its;
  }

  /** Every single way to falsify one log or one input. */
  const LIES: Readonly<Record<string, (logs: Log[], at: number) => Log[]>> = {
    "leaves out": (logs, at) => logs.filter((_, i) => i !== at),
    "tells twice": (logs, at) => logs.toSpliced(at, 0, logs[at] as Log),
    "changes the data of": (logs, at) => logs.with(at, flipped(logs[at] as Log, "data")),
    "changes the topics of": (logs, at) => logs.with(at, flipped(logs[at] as Log, "topics")),
  };

  function flipped(log: Log, what: "data" | "topics"): Log {
    const flip = (text: string) => text.replace(/.(?=.$)/, (digit) => (digit === "0" ? "1" : "0"));
    if (what === "data") return { ...log, data: log.data === "0x" ? `0x${"01".repeat(32)}` : flip(log.data) };
    return { ...log, topics: log.topics.map((topic, i) => (i === 1 ? flip(topic) : topic)) };
  }

  it("a node that lies about any one log is found out, and nothing is disputed", async () => {
    let count = 0;
    one.lie = (method, _params, result) => {
      if (method === "eth_getLogs") count = Math.max(count, (result as Log[]).length);
      return result;
    };
    await (await open()).derivation.sync();
    expect(count >= 4).to.equal(true);
    const codes = new Set<string | undefined>();
    for (const [name, how] of Object.entries(LIES)) {
      for (let at = 0; at < count; at++) {
        one.lie = (method, _params, result) => (method === "eth_getLogs" ? how(result as Log[], at) : result);
        const node = await open();
        const round = await expectNothingSent(() => watch(node));
        // What it let pass made no difference: every batch is judged as it is.
        if (round.trouble === undefined) {
          const verdicts = round.reports.map(({ verdict }) => verdict.kind);
          expect(verdicts, `${name} log ${at}`).to.deep.equal(["valid", "valid"]);
        }
        codes.add(codeOf(round));
      }
    }
    expect(codes.has("L1_INCONSISTENT")).to.equal(true);
  });

  it("a node that gives out another input of a commit is found out, and nothing is disputed", async () => {
    const isInput = (method: string) => method === "eth_getTransactionByHash";
    for (const digit of [3, 10, 200, 700, 900, 1_100]) {
      one.lie = (method, _params, result) => {
        if (!isInput(method) || result === null) return result;
        const { input } = result as { input: string };
        const changed = input[digit] === "0" ? "1" : "0";
        return {
          ...(result as object),
          input: `${input.slice(0, digit)}${changed}${input.slice(digit + 1)}`,
        };
      };
      const node = await open();
      const round = await expectNothingSent(() => watch(node));
      const verdicts = round.reports.map(({ verdict }) => verdict.kind);
      expect(
        round.trouble !== undefined || verdicts.every((its) => its === "valid"),
        `digit ${digit}`,
      ).to.equal(true);
    }
  });

  /** A whole consistent past: L1 as it was some blocks ago. */
  function stuckAt(number: number): FaultyL1["lie"] {
    const tag = `0x${number.toString(16)}`;
    return (method, params, result) => {
      if (method !== "eth_getBlockByNumber" || params[0] !== "latest") return result;
      return past[tag] ?? result;
    };
  }
  const past: Record<string, unknown> = {};

  it("a node that hides a wrong batch, by an older head, hides it from nobody who asks two", async () => {
    const before = await l1.provider.getBlockNumber();
    past[`0x${before.toString(16)}`] = await l1.rpc(
      "eth_getBlockByNumber",
      `0x${before.toString(16)}`,
      false,
    );
    const id = await commit(true);
    one.lie = stuckAt(before);
    const blind = await watch(await open());
    expect(blind.reports.some((its) => its.id === id)).to.equal(false);
    const node = await open(two);
    await l1.mine(6);
    expect(codeOf(await expectNothingSent(() => watch(node)))).to.equal("L1_DISAGREES");
    one.heal();
    const healed = await watch(node);
    expect(healed.reports.find((its) => its.id === id)).to.include({ action: "refute" });
  });

  it("a node of another history, or with other logs, is contradicted by the second one", async () => {
    const node = await open(two);
    two.lie = (method, params, result) =>
      method === "eth_getBlockByNumber" && params[0] !== "latest" && result !== null
        ? { ...(result as object), hash: `0x${"ab".repeat(32)}` }
        : result;
    expect(codeOf(await expectNothingSent(() => watch(node)))).to.equal("L1_DISAGREES");
    two.lie = (method, _params, result) =>
      method === "eth_getLogs" ? LIES["changes the data of"]?.(result as Log[], 1) : result;
    expect(codeOf(await expectNothingSent(() => watch(node)))).to.equal("L1_DISAGREES");
    two.heal();
    expect(codeOf(await watch(node))).to.equal(undefined);
  });

  it("with one of two nodes gone nothing is concluded; with one of three, all goes on", async () => {
    const id = await commit(true);
    const node = await open(two);
    two.down = true;
    expect(codeOf(await expectNothingSent(() => watch(node)))).to.equal("L1_WITNESSES");
    const three = await faultyL1(l1.url);
    try {
      const more = await open(two, three);
      const round = await watch(more);
      expect(round.reports.find((its) => its.id === id)).to.include({ action: "refute" });
      expect((await truth.derivation.sync()).dead.map((batch) => batch.id)).to.deep.equal([id]);
    } finally {
      await three.close();
    }
  });

  it("a second node that is behind holds nothing up but what it has not seen", async () => {
    const node = await open(two);
    await node.derivation.sync();
    two.lag = () => 2;
    const id = await commit(true);
    const round = await watch(node);
    expect(round.trouble).to.equal(undefined);
    expect(round.reports.some((its) => its.id === id)).to.equal(false);
    await l1.mine(2);
    expect((await watch(node)).reports.find((its) => its.id === id)).to.include({ action: "refute" });
  });
});

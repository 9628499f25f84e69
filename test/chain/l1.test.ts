// Reading logs of L1 from nodes that limit how much an answer holds.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { Provider } from "ethers";
import { fetchRecords } from "../../src/chain/l1.ts";
import { agreeOnBlock, openWitness } from "../../src/chain/witnesses.ts";
import { rejectsWith } from "../support/rejects-harness.ts";

const hashOf = (number: number) => `0x${number.toString(16).padStart(64, "0")}`;

/** As JSON-RPC nodes put it; every one has words of its own. */
const refusal = (): Error =>
  Object.assign(new Error("query returned more than 10000 results"), { code: -32005 });

/** L1 with one log in each of the given blocks, behind a node that answers only what it `allows`. */
function nodeWith(blocks: readonly number[], allows: (from: number, to: number) => boolean, why = refusal) {
  const asked: [number, number][] = [];
  const provider = {
    async getLogs({ fromBlock: from, toBlock: to }: { fromBlock: number; toBlock: number }) {
      asked.push([from, to]);
      if (!allows(from, to)) throw why();
      return blocks
        .filter((number) => number >= from && number <= to)
        .map((number) => ({
          address: `0x${"ab".repeat(20)}`,
          topics: [hashOf(1)],
          data: "0x",
          index: 0,
          blockNumber: number,
          blockHash: hashOf(number),
          transactionHash: hashOf(number),
        }));
    },
    getBlock: async (number: number) => ({ number, hash: hashOf(number), timestamp: number }),
  };
  return { provider: provider as unknown as Provider, asked };
}

describe("logs of L1", () => {
  const blocks = [3, 40, 41, 42, 43, 99, 250, 1000];
  const range = { addresses: [], from: 3, to: 1000, chunk: 500 };
  const count = (from: number, to: number) => blocks.filter((at) => at >= from && at <= to).length;

  for (const { limit, allows } of [
    { limit: "nothing", allows: () => true },
    { limit: "ranges to 60 blocks", allows: (from: number, to: number) => to - from < 60 },
    { limit: "ranges to a block", allows: (from: number, to: number) => from === to },
    { limit: "answers to two logs", allows: (from: number, to: number) => count(from, to) <= 2 },
    { limit: "answers to one log", allows: (from: number, to: number) => count(from, to) <= 1 },
  ]) {
    it(`are all read, each once and in order, from a node that limits ${limit}`, async () => {
      const { provider, asked } = nodeWith(blocks, allows);
      const records = await fetchRecords(provider, range);
      expect(records.map(({ number }) => number)).to.deep.equal(blocks);
      let next = range.from;
      for (const [from, to] of asked.filter(([from, to]) => allows(from, to))) {
        expect(from).to.equal(next);
        next = to + 1;
      }
      expect(next).to.equal(range.to + 1);
    });
  }

  it("are asked for in large ranges again after a dense place", async () => {
    const dense = (from: number, to: number) => from > 50 || to < 40 || from === to;
    const { provider, asked } = nodeWith(blocks, dense);
    await fetchRecords(provider, { ...range, to: 100_000 });
    expect(asked.length).to.be.lessThan(300);
    expect(Math.max(...asked.slice(-10).map(([from, to]) => to - from))).to.equal(range.chunk - 1);
  });

  it("are missing if the node refuses a single block", async () => {
    const { provider, asked } = nodeWith(blocks, (from, to) => from > 41 || to < 41);
    await rejectsWith(fetchRecords(provider, range), "L1_UNAVAILABLE");
    expect(asked[asked.length - 1]).to.deep.equal([41, 41]);
  });

  it("are not asked for again and again if no answer comes in time", async () => {
    for (const code of ["TIMEOUT", "ETIMEDOUT", "UND_ERR_HEADERS_TIMEOUT"]) {
      const silence = () => new Error("no answer", { cause: Object.assign(new Error("slow"), { code }) });
      const { provider, asked } = nodeWith(blocks, () => false, silence);
      await rejectsWith(fetchRecords(provider, range), "L1_UNAVAILABLE");
      expect(asked).to.have.length(1);
    }
  });

  it("tell nobody the token in the URL of a node that refuses it", async () => {
    const server = createServer((_, response) => response.writeHead(401).end("who are you?"));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const { provider, name } = await openWitness(`http://127.0.0.1:${port}/v3/a-token?key=another`, 1n);
    const error = await agreeOnBlock(provider, { number: 1, hash: hashOf(1), timestamp: 1n }, [
      { provider, name },
    ]).catch((its: unknown) => its);
    server.close();
    expect(String(error)).to.include(`401 Unauthorized`).and.include(`http://127.0.0.1:${port}"`);
    expect(String(error)).not.to.match(/a-token|another/);
  });
});

describe("L1's node that refuses", () => {
  it("is told about without the key in its address", async () => {
    const server = createServer((_request, response) => response.writeHead(401).end());
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const witness = await openWitness(`http://user:password@127.0.0.1:${port}/v3/SECRET?key=SECRET`, 1n);
    const latest = { number: 1, hash: hashOf(1), timestamp: 0n };
    const asked = agreeOnBlock(witness.provider, latest, [witness]);
    const { message, args } = await rejectsWith(asked, "L1_WITNESSES");
    server.close();
    expect(message).to.include("401").and.to.include(`127.0.0.1:${port}`);
    expect(JSON.stringify([message, args])).to.not.match(/SECRET|password/);
  });
});

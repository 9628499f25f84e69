// The cache of L1: a line a block, added to at the end, cut by reorgs, never in the way of a node.

import { appendFile, mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { L1Cache, type Scanned } from "../../src/chain/cache.ts";
import type { L1Record } from "../../src/chain/l1.ts";

const IDENTITY = { chainId: "1", rollup: `0x${"ab".repeat(20)}`, fromBlock: 10 };

const hashOf = (number: number, fork = 0) => `0x${number.toString(16).padStart(62, "0")}0${fork}`;

function record(number: number, fork = 0, bytes = 32): L1Record {
  const transaction = hashOf(number, 9);
  const log = { address: IDENTITY.rollup, topics: [hashOf(7)], data: "0x00", index: 0, transaction };
  const inputs = { [transaction]: `0x${"5a".repeat(bytes)}` };
  return { number, hash: hashOf(number, fork), timestamp: 1n << 70n, logs: [log], inputs };
}

/** Read up to one block after its last record. */
function upTo(
  records: readonly L1Record[],
  number = (records[records.length - 1]?.number ?? 10) + 1,
): Scanned {
  return { number, hash: hashOf(number), records };
}

describe("cache of L1", () => {
  let directory: string;
  let path: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "luntra-cache-"));
    path = join(directory, "deep", "cache.jsonl");
  });

  afterEach(() => rm(directory, { recursive: true }));

  const open = async () => {
    const cache = new L1Cache(path, IDENTITY);
    return { cache, found: await cache.load() };
  };
  const text = () => readFile(path, "utf8");
  const lines = async () => (await text()).split("\n").length - 1;

  it("gives back what was saved, and nothing before", async () => {
    const { cache, found } = await open();
    expect(found).to.equal(undefined);
    const scanned = upTo([record(10), record(12)]);
    await cache.save(scanned);
    expect((await open()).found).to.deep.equal(scanned);
  });

  it("adds to the file's end, and only when there is something new", async () => {
    const { cache } = await open();
    const first = [record(10), record(12)];
    await cache.save(upTo(first));
    const before = { text: await text(), inode: (await stat(path)).ino };
    await cache.save(upTo(first, 500));
    expect(await text()).to.equal(before.text);
    const more = upTo([...first, record(501)]);
    await cache.save(more);
    expect((await text()).startsWith(before.text)).to.equal(true);
    expect(await lines()).to.equal(1 + 2 + 1 + 1 + 1);
    expect((await stat(path)).ino).to.equal(before.inode);
    expect((await open()).found).to.deep.equal(more);
  });

  it("goes on in a file that another process left", async () => {
    const { cache } = await open();
    await cache.save(upTo([record(10)]));
    const before = await text();
    const later = await open();
    const scanned = upTo([...(later.found?.records ?? []), record(20)]);
    await later.cache.save(scanned);
    expect((await text()).startsWith(before)).to.equal(true);
    expect((await open()).found).to.deep.equal(scanned);
  });

  it("notes a long stretch of L1 without records in one line", async () => {
    const { cache } = await open();
    const records = [record(10)];
    await cache.save(upTo(records, 20));
    for (let number = 21; number <= 2500; number += 10) await cache.save(upTo(records, number));
    expect(await lines()).to.equal(1 + 1 + 1 + 2);
    expect((await open()).found?.number).to.be.greaterThan(2000);
  });

  it("cuts what a reorg took away, keeps what it left", async () => {
    const { cache } = await open();
    const kept = [record(10), record(12)];
    await cache.save(upTo([...kept, record(13), record(15)]));
    const its = (await text()).split("\n").slice(0, 3).join("\n");
    const other = upTo([...kept, record(13, 1)]);
    await cache.save(other);
    expect((await text()).startsWith(`${its}\n`)).to.equal(true);
    expect((await open()).found).to.deep.equal(other);
    const shorter = upTo(kept.slice(0, 1));
    await cache.save(shorter);
    expect((await open()).found).to.deep.equal(shorter);
    await cache.save(upTo([]));
    expect((await open()).found).to.deep.equal(upTo([]));
  });

  it("is written anew when nothing of it was kept, though its blocks are the same", async () => {
    const { cache } = await open();
    await cache.save(upTo([{ ...record(10), inputs: {} }]));
    await cache.save(upTo([record(10)]));
    expect((await open()).found).to.deep.equal(upTo([record(10)]));
  });

  it("is written anew, too, when it left out what is before its end", async () => {
    const { cache } = await open();
    await cache.save(upTo([], 3000));
    const scanned = upTo([record(10), record(12)], 3000);
    await cache.save(scanned);
    expect((await open()).found).to.deep.equal(scanned);
  });

  it("loses no more than the line that a crash tore", async () => {
    const records = [record(10), record(12), record(15)];
    await (await open()).cache.save(upTo(records));
    const whole = await text();
    const ends = [...whole.matchAll(/\n/g)].map(({ index }) => index + 1);
    for (let size = 0; size < whole.length; size += 7) {
      await writeFile(path, whole);
      await truncate(path, size);
      const { cache, found } = await open();
      const left = Math.max(0, ends.filter((end) => end <= size).length - 1);
      expect(found?.records ?? []).to.deep.equal(records.slice(0, left));
      expect(found?.hash).to.equal(records[left - 1]?.hash);
      // What comes next follows the last whole line.
      const next = upTo([...(found?.records ?? []), record(20)]);
      await cache.save(next);
      expect((await open()).found).to.deep.equal(next);
    }
  });

  it("believes nothing after a line that makes no sense", async () => {
    const records = [record(10), record(12)];
    await (await open()).cache.save(upTo(records));
    const whole = await text();
    const [header, first, second, end] = whole.split("\n") as [string, string, string, string];
    const damages: [string[], number][] = [
      [["not json", first, second, end], 0],
      [[header.replace('"version":1', '"version":2'), first, second, end], 0],
      [[header.replace("abab", "acab"), first, second, end], 0],
      [[first, second, end], 0],
      [[header, "{}", second, end], 0],
      [[header, first, first, second], 1],
      [[header, second, first, end], 1],
      [[header, first, '"x"', second], 1],
      [[header, first, second.replace('"timestamp":"', '"timestamp":"x'), end], 1],
      [[header, first, second, end.replace("13", "11")], 2],
    ];
    for (const [damage, left] of damages) {
      await writeFile(path, `${damage.join("\n")}\n`);
      const { cache, found } = await open();
      expect(found?.records.length ?? 0, damage.join("\n")).to.equal(left);
      const next = upTo([...(found?.records ?? []), record(20)]);
      await cache.save(next);
      expect((await open()).found).to.deep.equal(next);
    }
  });

  it("goes on after a failure where whole lines end", async () => {
    const { cache } = await open();
    const first = [record(10)];
    await mkdir(path, { recursive: true });
    const failure = await cache.save(upTo(first)).catch((error: unknown) => error);
    expect(failure).to.have.property("code", "EISDIR");
    await rm(path, { recursive: true });
    await cache.save(upTo(first));
    expect((await open()).found).to.deep.equal(upTo(first));
  });

  it("leaves the file to another process that writes it, too", async () => {
    const { cache } = await open();
    const other = await open();
    const scanned = upTo([record(10)]);
    await other.cache.save(scanned);
    await cache.save(upTo([record(10), record(11)]));
    expect((await open()).found).to.deep.equal(scanned);
    const more = upTo([...scanned.records, record(30)]);
    await other.cache.save(more);
    expect((await open()).found).to.deep.equal(more);
    await appendFile(path, "somebody's");
    await other.cache.save(upTo([...more.records, record(40)]));
    expect((await open()).found).to.deep.equal(more);
  });

  it("never has more than a block as one text, however many there are", async () => {
    const bytes = 4000;
    const records = Array.from({ length: 3000 }, (_, i) => record(10 + i, 0, bytes));
    const longest = await longestText(async () => {
      await (await open()).cache.save(upTo(records));
      expect((await open()).found).to.deep.equal(upTo(records));
    });
    expect((await stat(path)).size).to.be.greaterThan(records.length * 2 * bytes);
    expect(longest).to.be.within(2 * bytes, 2 * bytes + 1000);
  });
});

/** Length of the longest JSON text that an action reads or writes. */
async function longestText(action: () => Promise<void>): Promise<number> {
  const { parse, stringify } = JSON;
  let longest = 0;
  const look = (text: string) => {
    longest = Math.max(longest, text.length);
    return text;
  };
  JSON.parse = (text: string, ...more: []) => parse(look(text), ...more);
  JSON.stringify = ((...its: Parameters<typeof stringify>) => look(stringify(...its))) as typeof stringify;
  try {
    await action();
  } finally {
    Object.assign(JSON, { parse, stringify });
  }
  return longest;
}

// The pool of waiting transactions: whole after a crash, shared by processes.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { hexlify, keccak256, toBeHex } from "ethers";
import { type Mempool, openMempool } from "../../src/node/mempool.ts";
import { rejectsWith } from "../support/rejects-harness.ts";

const transaction = (seed: number) => {
  const raw = hexlify(toBeHex(seed + 1, 8));
  return { raw, hash: keccak256(raw) };
};

describe("mempool", () => {
  let directory: string;
  let mempool: Mempool;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "luntra-pool-"));
    mempool = await openMempool(directory);
  });

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await rm(directory, { recursive: true });
  });

  /** Another process on the same pool, running `body` with `mempool` in scope. */
  function inOtherProcess(body: string): ChildProcess {
    const source = new URL("../../src/node/mempool.ts", import.meta.url).href;
    const script = `
      const { openMempool } = await import(${JSON.stringify(source)});
      const mempool = await openMempool(${JSON.stringify(directory)});
      ${body}`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    return child;
  }

  it("keeps transactions in order of arrival", async () => {
    const all = [3, 1, 2].map(transaction);
    for (const { hash, raw } of all) {
      expect(await mempool.add(hash, raw)).to.equal(true);
      expect(await mempool.add(hash, raw)).to.equal(false);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const reopened = await openMempool(directory);
    expect((await reopened.list()).map(({ hash }) => hash)).to.deep.equal(all.map(({ hash }) => hash));
    await mempool.remove(all.slice(1).map(({ hash }) => hash));
    expect((await reopened.list()).map(({ hash }) => hash)).to.deep.equal([all[0]?.hash]);
  });

  it("sets a malformed file aside instead of failing on it", async () => {
    const { hash, raw } = transaction(1);
    await mempool.add(hash, raw);
    const broken = [
      [transaction(2).hash, "{ half a"],
      [transaction(3).hash, "{}"],
      [transaction(4).hash, JSON.stringify({ hash, raw, receivedAt: 1 })],
    ] as const;
    for (const [name, text] of broken) await writeFile(join(directory, `${name}.json`), text);
    await writeFile(join(directory, "draft.tmp"), "half");
    expect((await mempool.list()).map((one) => one.hash)).to.deep.equal([hash]);
    expect((await readdir(directory)).filter((name) => name.endsWith(".broken"))).to.have.length(3);
    expect(await mempool.list()).to.have.length(1);
  });

  it("remembers which dead batches were looked at, but for a line that a crash tore", async () => {
    const [first, second, third] = [1, 2, 3].map((seed) => transaction(seed).hash) as [
      string,
      string,
      string,
    ];
    expect(await mempool.takenUp()).not.to.include(first);
    await mempool.markTakenUp([first, second]);
    const path = join(directory, "taken-up.txt");
    await writeFile(path, (await readFile(path, "utf8")).slice(0, -1));
    await mempool.markTakenUp([third]);
    const known = await (await openMempool(directory)).takenUp();
    expect([first, second, third].map((id) => known.has(id))).to.deep.equal([true, false, true]);
    expect(await mempool.list()).to.deep.equal([]);
  });

  it("survives a process killed in the middle of adding", async () => {
    const child = inOtherProcess(`
      const { keccak256, toBeHex } = await import(${JSON.stringify(import.meta.resolve("ethers"))});
      for (let i = 1; ; i++) {
        const raw = toBeHex(i, 8);
        await mempool.add(keccak256(raw), raw);
        process.stdout.write(i + "\\n");
      }`);
    let said = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    while (said.split("\n").length < 50) await once(child.stdout as NodeJS.ReadableStream, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    const acknowledged = said.split("\n").length - 1;
    const survivors = await mempool.list();
    expect(survivors.length).to.be.greaterThanOrEqual(acknowledged);
    for (const { hash, raw } of survivors) expect(keccak256(raw)).to.equal(hash);
    expect((await readdir(directory)).filter((name) => name.endsWith(".broken"))).to.deep.equal([]);
  });

  describe("lock", () => {
    it("lets one action in at a time", async () => {
      let inside = 0;
      let most = 0;
      const action = async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside--;
      };
      await Promise.all(Array.from({ length: 8 }, () => mempool.exclusively(action)));
      expect(most).to.equal(1);
    });

    it("is free again after a failure", async () => {
      const failure = new RangeError("action failed");
      const failing = mempool.exclusively(() => Promise.reject(failure));
      expect(await failing.catch((error: unknown) => error)).to.equal(failure);
      expect(await mempool.exclusively(async () => 7)).to.equal(7);
    });

    it("holds between two processes, which add up without losing a count", async () => {
      const counter = join(directory, "counter.txt");
      await writeFile(counter, "0");
      const body = `
        const { readFile, writeFile } = await import("node:fs/promises");
        for (let i = 0; i < 25; i++) await mempool.exclusively(async () => {
          const count = Number(await readFile(${JSON.stringify(counter)}, "utf8"));
          await new Promise((resolve) => setTimeout(resolve, 1));
          await writeFile(${JSON.stringify(counter)}, String(count + 1));
        });`;
      const both = [inOtherProcess(body), inOtherProcess(body)];
      const exits = await Promise.all(both.map((child) => once(child, "exit")));
      expect(exits.map(([code]) => code)).to.deep.equal([0, 0]);
      expect(await readFile(counter, "utf8")).to.equal("50");
    });

    it("keeps others out, and names who holds it", async () => {
      const child = inOtherProcess(`await mempool.exclusively(async () => {
        process.stdout.write("locked");
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      });`);
      await once(child.stdout as NodeJS.ReadableStream, "data");
      const { args } = await rejectsWith(
        mempool.exclusively(async () => undefined, 100),
        "POOL_LOCKED",
      );
      expect(args.owner).to.equal(String(child.pid));
    });

    for (const [of, left] of [
      ["a dead process that had our pid", `${process.pid} 7e57`],
      ["nobody, as a crash may leave it", ""],
    ] as const) {
      it(`of ${of} is broken`, async () => {
        await writeFile(join(directory, "lock"), left);
        expect(await mempool.exclusively(async () => "in", 1000)).to.equal("in");
      });
    }

    it("of a process that died is broken", async () => {
      const child = inOtherProcess(`await mempool.exclusively(async () => {
        process.stdout.write("locked");
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      });`);
      await once(child.stdout as NodeJS.ReadableStream, "data");
      child.kill("SIGKILL");
      await once(child, "exit");
      expect(await mempool.exclusively(async () => "mine", 2000)).to.equal("mine");
    });
  });
});

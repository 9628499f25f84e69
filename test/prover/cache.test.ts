// The cache of files that can be made again.

import { appendFile, mkdtemp, readdir, readFile, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type CacheEntry, cached, forgetChecked } from "../../src/prover/cache.ts";

describe("Prover cache", () => {
  let root: string;
  let builds: number;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "luntra-cache-"));
    builds = 0;
  });

  afterEach(() => rm(root, { recursive: true }));

  const entry = (from: unknown, build?: CacheEntry["build"]): CacheEntry => ({
    label: "thing",
    from,
    files: ["a", "b"],
    build:
      build ??
      (async (folder) => {
        builds++;
        await writeFile(join(folder, "a"), `a of ${from}`);
        await writeFile(join(folder, "b"), `b of ${from}`);
      }),
  });

  it("builds an entry once, and again for whatever it derives from otherwise", async () => {
    const one = await cached(entry(1), { root });
    forgetChecked();
    expect(await cached(entry(1), { root })).to.equal(one);
    expect(builds).to.equal(1);
    expect(await cached(entry(2), { root })).to.not.equal(one);
    expect(builds).to.equal(2);
  });

  it("builds again what was damaged or deleted", async () => {
    const folder = await cached(entry(1), { root });
    const damages: (() => Promise<unknown>)[] = [
      () => appendFile(join(folder, "a"), "x"),
      () => unlink(join(folder, "b")),
      () => unlink(join(folder, "manifest.json")),
      () => writeFile(join(folder, "manifest.json"), "{"),
      () => rm(folder, { recursive: true }),
    ];
    for (const [i, damage] of damages.entries()) {
      await damage();
      forgetChecked();
      await cached(entry(1), { root });
      expect(builds).to.equal(i + 2);
      expect(await readFile(join(folder, "a"), "utf8")).to.equal("a of 1");
    }
    expect(await readdir(root)).to.have.length(1);
  });

  it("lets several build the same entry at once: all get a whole one, and one is left", async () => {
    const slow = entry(1, async (folder) => {
      await writeFile(join(folder, "a"), "a");
      await new Promise((done) => setTimeout(done, 20));
      await writeFile(join(folder, "b"), "b");
    });
    const racers = Array.from({ length: 5 }, () => {
      forgetChecked();
      return cached(slow, { root });
    });
    const folders = new Set(await Promise.all(racers));
    expect(folders.size).to.equal(1);
    expect(await readdir(root)).to.have.length(1);
    for (const folder of folders) expect(await readdir(folder)).to.have.members(["a", "b", "manifest.json"]);
  });

  it("leaves nothing of a build that fails, and tries again", async () => {
    const broken = entry(1, async (folder) => {
      await writeFile(join(folder, "a"), "half");
      throw new Error("out of disk");
    });
    const outcome = await cached(broken, { root }).catch((error: Error) => error.message);
    expect(outcome).to.equal("out of disk");
    expect(await readdir(root)).to.deep.equal([]);
    await cached(entry(1), { root });
    expect(builds).to.equal(1);
  });
});

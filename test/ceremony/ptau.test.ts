import { readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import hre from "hardhat";
import { PUBLIC_PTAU, verifyPtau } from "../../src/ceremony/index.ts";
import { verifyPtauAction } from "../../tasks/ceremony/verify-ptau.ts";
import { captured, runJsonFailing, runTask } from "../tasks/capture.ts";
import { codeOf, makeWorld, POWER, type World } from "./support.ts";

describe("Powers of tau", function () {
  this.timeout(60_000);
  let world: World;

  before(async () => {
    world = await makeWorld();
  });

  after(() => world.remove());

  const altered = async (name: string, change: (bytes: Buffer) => void): Promise<string> => {
    const path = join(world.folder, name);
    const bytes = await readFile(world.ptau);
    change(bytes);
    await writeFile(path, bytes);
    return path;
  };

  it("of the public ceremony are in the table for 2^8 to 2^28, as snarkjs publishes them", async () => {
    const published = await readFile(
      join(import.meta.dirname, "../../node_modules/snarkjs/README.md"),
      "utf8",
    );
    expect(PUBLIC_PTAU.map(({ power }) => power)).to.deep.equal(Array.from({ length: 21 }, (_, i) => i + 8));
    for (const { power, file, url, blake2b } of PUBLIC_PTAU) {
      const row = published.split("\n").find((line) => new RegExp(`^\\|\\s+${power}\\s+\\|`).test(line));
      expect(row).to.include(`[${file}](${url})`).and.to.include(` ${blake2b} `);
    }
  });

  it("are recognised by the hash of the whole file", async () => {
    const { ptau, table } = world;
    const { listed, power, full } = await verifyPtau(ptau, { table });
    expect({ file: listed?.file, power, full }).to.deep.equal({
      file: "one.ptau",
      power: POWER,
      full: false,
    });
    for (const at of [5, 20, 5000]) {
      const path = await altered("bit.ptau", (bytes) => {
        bytes[at] = (bytes[at] as number) ^ 1;
      });
      expect(await codeOf(verifyPtau(path, { table }))).to.equal("PTAU_UNKNOWN");
    }
  });

  it("that are in no table are checked in full, or refused", async () => {
    const { otherPtau, table } = world;
    expect(await codeOf(verifyPtau(otherPtau, { table }))).to.equal("PTAU_UNKNOWN");
    const report = await verifyPtau(otherPtau, { table, full: true });
    expect(report).to.include({ listed: undefined, full: true, power: POWER });
  });

  it("with a wrong point are refused when checked in full", async () => {
    // The header takes 12 + 12 + 44 bytes, a section's header 12, the first power 64: this is inside the second one.
    const path = await altered("point.ptau", (bytes) => {
      bytes.copy(bytes, 68 + 12 + 64, 68 + 12, 68 + 12 + 64);
    });
    expect(await codeOf(verifyPtau(path, { full: true }))).to.equal("PTAU_REFUSED");
  });

  it("that are missing, cut off, not prepared for phase 2, or no powers of tau are refused", async () => {
    const full = { full: true };
    expect(await codeOf(verifyPtau(join(world.folder, "nowhere"), full))).to.equal("PTAU_REFUSED");
    const short = await altered("short.ptau", () => {});
    await truncate(short, 4000);
    expect(await codeOf(verifyPtau(short, full))).to.equal("PTAU_REFUSED");
    expect(await codeOf(verifyPtau(`${world.ptau}.2`, full))).to.equal("PTAU_REFUSED");
    expect(await codeOf(verifyPtau(import.meta.filename, full))).to.equal("PTAU_REFUSED");
  });

  describe("in ceremony verify-ptau", () => {
    it("are refused with their hash if they are unknown", async () => {
      const error = await runJsonFailing("ceremony verify-ptau", { file: world.ptau });
      expect(error).to.deep.include({ code: "PTAU_UNKNOWN", document: undefined });
      expect(error.args).to.include({ path: world.ptau, blake2b: world.table[0]?.blake2b });
    });

    it("are checked with --full if they are unknown, which says that nobody vouches for them", async () => {
      const { stdout, success } = await runTask("ceremony verify-ptau", { file: world.ptau, full: true });
      expect(success).to.equal(true);
      expect(stdout).to.include("nobody vouches for it").and.to.include("every contribution and every point");
    });

    it("are named if they are in the table", async () => {
      const run = verifyPtauAction(world.table);
      const { stdout } = await captured(() => run({ file: world.ptau, full: false, json: true }, hre));
      expect(JSON.parse(stdout)).to.include({ listed: "one.ptau", power: POWER, full: false });
    });
  });
});

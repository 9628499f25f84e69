// The whole ceremony through the tasks, for an instance that is deployed.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import hre from "hardhat";
import type { PtauTable } from "../../src/ceremony/index.ts";
import { startCeremonyAction } from "../../tasks/ceremony/start.ts";
import { verifyCeremonyAction } from "../../tasks/ceremony/verify.ts";
import { captured, runJson, runJsonFailing } from "../tasks/capture.ts";
import { writeKnownTau } from "./known-tau.ts";
import { BEACON, blake2bOf } from "./support.ts";

/** mini has 25 441 constraints. */
const POWER = 15;

describe("A ceremony for the instance mini, by tasks", function () {
  this.timeout(1_200_000);
  let folder: string;
  let ptau: string;
  let table: PtauTable;
  let here: { name: string; deployments: string; files: string };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "luntra-ceremony-tasks-"));
    ptau = join(folder, "known.ptau");
    await writeKnownTau(POWER, ptau);
    table = [{ power: POWER, file: "known.ptau", url: "nowhere", blake2b: await blake2bOf(ptau) }];
    here = { name: "mini", deployments: join(folder, "deployments"), files: join(folder, "zkeys") };
  });

  after(() => rm(folder, { recursive: true, force: true }));

  const document = async (run: () => unknown) => {
    const { stdout, stderr } = await captured(run);
    expect(stderr).to.equal("");
    return JSON.parse(stdout) as Record<string, unknown>;
  };

  it("starts, takes two contributions and the beacon, and verifies", async () => {
    expect(await runJsonFailing("ceremony start", { ...here, instance: "mini", ptau })).to.include({
      code: "PTAU_UNKNOWN",
    });
    const common = { ...here, ptau, unlistedPtau: false, json: true };
    await document(() => startCeremonyAction(table)({ ...common, instance: "mini" }, hre));
    for (const [i, contributor] of ["Alice", "Bob"].entries()) {
      const contributed = await runJson("ceremony contribute", { ...here, contributor });
      expect(contributed).to.include({ number: i + 1, resumed: false });
    }
    const closed = await runJson("ceremony beacon", { ...here, beacon: BEACON, source: "a test" });
    const verified = await document(() =>
      verifyCeremonyAction(table)({ ...common, minimum: 2, unfinished: false }, hre),
    );
    expect(verified).to.include({ ok: true, finished: true, contributors: 2, instance: "mini" });
    const { verificationKey } = closed.beacon as { verificationKey: string };
    expect(verified.vkHash).to.equal(verificationKey);
    expect(await runJsonFailing("ceremony verify", { ...here, ptau })).to.include({ code: "PTAU_UNKNOWN" });
  });
});

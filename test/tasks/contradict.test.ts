// `dispute contradict` from a forger's transaction alone, with real proofs, against a verifier with a back door.

import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import hre from "hardhat";
import { deploy } from "../../src/chain/deploy.ts";
import { sendFraud } from "../../src/node/prover.ts";
import type { Theatre } from "../../src/scenarios/index.ts";
import type { Actor } from "../../src/scenarios/support/actors.ts";
import { forge, withBackdoors } from "../../src/scenarios/support/broken-verifiers.ts";
import type { Stage } from "../../src/scenarios/support/stage.ts";
import { signerOf } from "../../tasks/support/accounts.ts";
import { connect } from "../../tasks/support/connection.ts";
import { openTheatre } from "../../tasks/support/theatre.ts";
import { openWorkspace, placeOf } from "../../tasks/support/workspace.ts";
import { runJson, runJsonFailing } from "./capture.ts";

describe("dispute contradict", function () {
  this.timeout(300_000);
  const state = join(tmpdir(), `luntra-contradict-${process.pid}`);
  const here = { deployment: "broken" };
  const context = { hre, progress: () => {}, emit: () => {} };

  before(() => {
    process.env.LUNTRA_STATE = state;
  });

  after(async () => {
    delete process.env.LUNTRA_STATE;
    await rm(state, { recursive: true, force: true });
    await rm(join(tmpdir(), `luntra-${process.pid}`), { recursive: true, force: true });
  });

  async function deployBroken(): Promise<void> {
    const connection = await connect(hre);
    const args = { ...here, json: true, deployments: undefined };
    const { directory, name } = placeOf(context, connection, args);
    const theatre: Theatre = await openTheatre(context, { systems: ["ultrahonk"], instance: "dev" });
    const { artifacts, instance } = theatre;
    const deployer = await signerOf(connection, "0");
    const verifiers = await withBackdoors(theatre, deployer);
    await deploy({ deployer, artifacts, network: name, preset: "local", instance, verifiers, directory });
  }

  it("freezes the rollup by the transaction of a forged fraud proof, and takes no other for one", async () => {
    await deployBroken();
    await runJson("bond deposit", { ...here, from: "1", amount: "2ether" });
    for (const from of ["3", "4"]) await runJson("bridge deposit", { ...here, from, amount: "1ether" });
    await runJson("sequencer submit", { ...here, from: "3", to: "5", amount: "1wei" });
    const { id } = await runJson("sequencer commit", { ...here, from: "1" });

    const { node, book, signer, address } = await openWorkspace(context, {
      ...here,
      json: true,
      deployments: undefined,
    });
    const forger = { address: await address("6") } as Actor;
    const stage = { watchNode: node, book } as unknown as Stage;
    const forgery = await forge(stage, forger, String(id), 1, 0xbadn);
    const { transaction } = await sendFraud(node, await signer("6"), forgery);

    const frozen = await runJson("dispute contradict", { ...here, from: "2", transaction });
    expect(frozen).to.include({ number: "1", id, segment: 1, forged: forgery.computed, finalized: "0" });
    expect(frozen.computed).to.equal(forgery.opening.claimed);
    expect(await runJson("rollup status", here)).to.include({ frozen: true, head: "0" });
    const own = await runJsonFailing("dispute contradict", { ...here, transaction: frozen.transaction });
    expect(own).to.include({ code: "NOT_AN_ACCEPTED_PROOF" });
  });
});

// `prove: "risk"`: a running sequencer proves what is worth it before anybody asks, and leaves the rest to time.

import { expect } from "chai";
import { zeroPadValue } from "ethers";
import { disputeOf } from "../../src/chain/view.ts";
import { BRIDGE_PREDEPLOY, SELECTORS, toAddress } from "../../src/model/index.ts";
import { challenge } from "../../src/node/dispute.ts";
import { depositEth } from "../../src/node/bridge.ts";
import { verifierSources } from "../../src/node/verifier-sources.ts";
import { segmentProver, UltraHonk } from "../../src/prover/index.ts";
import { ETHER, l2Wallet, signL2, standInProver, startWorld, type World } from "../support/node-harness.ts";
import { GWEI, type Rig, startRig, type Tuning, until } from "../support/sequencer-harness.ts";

const ALICE = l2Wallet("alice");

/** Waiting costs so much that a minute of it pays for proofs, or next to nothing. */
const DEAR = { rateBps: 200_000_000n, doubtBps: 0n };
const CHEAP = { rateBps: 1n, doubtBps: 0n };

describe("proving where it pays", () => {
  let world: World;
  let rig: Rig;
  let done: string[];

  async function start(tuning: Tuning): Promise<void> {
    rig = await startRig(world, { prover: () => standInProver, prove: "risk", ...tuning });
    done = [];
    rig.service.events.on("done", (what) => done.push(what));
  }

  afterEach(() => rig.close());

  const view = () => rig.service.engine.node.derivation.view;

  /** A deposit and a withdrawal of half of it, on L1. */
  async function leave(): Promise<void> {
    const { chain } = rig.service.engine;
    const balance = () => chain.stateAt(chain.head.number).account(BigInt(ALICE.address)).balance;
    await depositEth(await world.open(), world.user, 100n * ETHER, ALICE.address);
    await until(() => balance() > 0n, "the deposit");
    const data = SELECTORS.withdrawEth + zeroPadValue(ALICE.address, 32).slice(2);
    const call = { to: toAddress(BRIDGE_PREDEPLOY), value: 50n * ETHER, nonce: 0, data };
    const hash = await rig.service.pool.submit(await signL2(world, ALICE, call));
    await until(() => chain.finality(chain.transaction(hash)?.block ?? 1n << 60n) !== "unsafe", "the commit");
  }

  it("makes a batch final early with real proofs, if that is worth more than they cost", async function () {
    this.timeout(300_000);
    const system = new UltraHonk("dev");
    const prover = segmentProver(system);
    const verifiers = await verifierSources([system], { development: true });
    // L1's clock goes with this machine's, which may be slow.
    world = await startWorld({ verifiers, overrides: { challengeWindow: 3_600n } });
    await start({ prover: () => prover, risk: { policy: DEAR } });
    await leave();
    await until(() => view().finalized === view().head, "early finality", 120_000);
    const { challengeWindow } = world.book.parameters;
    for (const batch of view().live.slice(1)) {
      expect(disputeOf(view(), batch.id).proven.size).to.equal(batch.checkpoints.length);
      expect(view().time < batch.committedAt + challengeWindow).to.equal(true);
    }
    expect(done).to.include("proven");
  });

  it("proves nothing while waiting costs less, and says so", async () => {
    world = await startWorld();
    await start({ risk: { policy: CHEAP } });
    await leave();
    const { risk } = rig.service;
    await risk.follow();
    for (const batch of view().live.slice(1)) {
      const decision = risk.decision(batch.id);
      expect(decision).to.deep.include({ prove: false, because: "nothing" });
      expect((decision?.gain ?? 0n) < 0n).to.equal(true);
    }
    await world.increaseTime(world.book.parameters.challengeWindow);
    await world.connection.networkHelpers.mine();
    await until(() => view().finalized === view().head, "finality by time");
    expect(done).to.not.include("proven");
    expect(done).to.include("finalized");
  });

  it("waits while L1 is dear, and proves when it is cheap again", async () => {
    world = await startWorld();
    const { networkHelpers } = world.connection;
    await networkHelpers.setNextBlockBaseFeePerGas(5_000n * GWEI);
    await networkHelpers.mine();
    await start({ risk: { policy: DEAR } });
    await leave();
    const { risk } = rig.service;
    await risk.follow();
    const batch = view().live.at(-1);
    expect(risk.decision(batch?.id ?? "")).to.deep.include({ prove: false });
    expect(done).to.not.include("proven");
    await networkHelpers.setNextBlockBaseFeePerGas(GWEI);
    await networkHelpers.mine();
    await until(() => view().finalized >= (batch?.header.number ?? 1n << 60n), "early finality");
    expect(view().time < (batch?.committedAt ?? 0n) + world.book.parameters.challengeWindow).to.equal(true);
  });

  it("answers challenges all the same, whatever it thinks of proving early", async () => {
    world = await startWorld();
    await start({ risk: { policy: CHEAP } });
    await leave();
    const [, first] = view().live;
    await challenge(await world.open(), world.challenger, first?.id ?? "", 0, { unchecked: true });
    await until(() => disputeOf(view(), first?.id ?? "").proven.has(0), "the answer");
    expect(done).to.include("answered");
  });
});

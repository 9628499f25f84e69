// luntra_risk: what wallets and explorers are told of a batch's risk, and of what the node makes of it.

import { expect } from "chai";
import { toQuantity } from "ethers";
import type { Hex } from "../../src/chain/types.ts";
import { l2Wallet, signL2 } from "../support/node-harness.ts";
import { type RpcRig, resultOf, startRpcRig } from "../support/rpc-harness.ts";
import { until } from "../support/sequencer-harness.ts";

const ALICE = l2Wallet("alice");

interface Risk {
  readonly batch: Hex;
  readonly id: Hex;
  readonly probability: number;
  readonly model: string;
  readonly reasons: readonly {
    readonly feature: string;
    readonly value: number;
    readonly contribution: number;
  }[];
  readonly transactions: readonly { readonly hash: Hex; readonly probability: number }[];
  readonly decision: {
    readonly prove: boolean;
    readonly because: string;
    readonly segments: Hex;
    readonly value: Hex;
    readonly machine: Hex;
    readonly waitsFor: Hex;
  } | null;
  readonly capacity: { readonly workers: Hex; readonly forAnswers: Hex; readonly wait: number | null };
}

describe("luntra_risk", () => {
  let rig: RpcRig;
  let hash: Hex;

  before(async () => {
    rig = await startRpcRig();
    await rig.fund([ALICE.address]);
    const raw = await signL2(rig.world, ALICE, { to: ALICE.address, value: 5n, nonce: 0 });
    const { chain } = rig.service.engine;
    hash = await rig.service.pool.submit(raw);
    await until(() => chain.finality(chain.transaction(hash)?.block ?? 1n << 60n) === "safe", "the commit");
  });

  after(() => rig.close());

  const riskOf = (batch: string) => resultOf<Risk | null>(rig.server.url, "luntra_risk", batch);

  it("tells score, reasons and transactions, by number and by id alike", async () => {
    const { id, header } = rig.service.engine.node.derivation.view.live.at(-1) ?? expect.fail("no batch");
    const risk = (await riskOf(id)) as Risk;
    expect(risk).to.deep.include({ batch: toQuantity(header.number), id });
    expect(risk.probability).to.be.within(0, 1);
    expect(risk.transactions.map((one) => one.hash)).to.include(hash);
    for (const { value, contribution } of risk.reasons) {
      expect([value, contribution].every(Number.isFinite)).to.equal(true);
    }
    expect(await riskOf(toQuantity(header.number))).to.deep.equal(risk);
  });

  it("tells the decision with its numbers, while there is one to make", async () => {
    const { book } = rig.world;
    const { decision, capacity } = (await riskOf("latest")) as Risk;
    const { checkpoints } = rig.service.engine.node.derivation.view.live.at(-1) ?? expect.fail("no batch");
    expect(decision).to.deep.include({
      ...{ prove: false, because: "nothing", segments: toQuantity(checkpoints.length) },
      machine: toQuantity(BigInt(checkpoints.length) * book.parameters.provingCost),
    });
    expect(BigInt(decision?.waitsFor ?? 0) <= book.parameters.challengeWindow).to.equal(true);
    expect(BigInt(capacity.workers)).to.equal(1n);
    await rig.world.increaseTime(book.parameters.challengeWindow);
    await rig.world.connection.networkHelpers.mine();
    const { view } = rig.service.engine.node.derivation;
    await until(() => rig.service.engine.node.derivation.view.finalized === view.head, "finality");
    expect(((await riskOf("latest")) as Risk).decision).to.equal(null);
  });

  it("has nothing to tell of genesis, and of what there is not", async () => {
    expect(await riskOf("earliest")).to.equal(null);
    expect(await riskOf("0xffff")).to.equal(null);
    expect(await riskOf(`0x${"7".repeat(64)}`)).to.equal(null);
  });
});

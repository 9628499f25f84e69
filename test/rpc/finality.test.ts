// How final things are: safe, finalized, and back; a withdrawal from the L2 transaction to its payment on L1.

import { expect } from "chai";
import { Contract, type TransactionReceipt } from "ethers";
import { withSigner } from "../../src/chain/client.ts";
import type { Hex } from "../../src/chain/types.ts";
import { BRIDGE_ADDRESS } from "../../src/l2/events.ts";
import { challenge, timeout } from "../../src/node/dispute.ts";
import { l2Wallet } from "../support/node-harness.ts";
import { ask, type RpcRig, resultOf, startRpcRig } from "../support/rpc-harness.ts";
import { until } from "../support/sequencer-harness.ts";

const ALICE = l2Wallet("alice");
const CAROL = l2Wallet("carol").address;

interface Finality {
  readonly stage: string;
  readonly why: string;
  readonly finalFrom: Hex | null;
  readonly finalFromIfProven: Hex | null;
  readonly batch?: { readonly number: Hex; readonly id: Hex | null; readonly segment: Hex };
}

interface ExitProof {
  readonly status: string;
  readonly number: Hex;
  readonly index: Hex;
  readonly exit: { readonly token: Hex; readonly recipient: Hex; readonly amount: Hex };
  readonly path: [Hex, Hex][];
  readonly opening: { readonly batch: never; readonly checkpoint: never };
}

describe("finality over JSON-RPC", () => {
  let rig: RpcRig;

  beforeEach(async () => {
    rig = await startRpcRig({ tuning: { stuckMs: 200 } });
    await rig.fund([ALICE.address]);
  });

  afterEach(() => rig.close());

  const get = <T>(method: string, ...params: unknown[]) => resultOf<T>(rig.server.url, method, ...params);
  const finalityOf = (hash: Hex) => get<Finality>("luntra_finality", hash);
  const number = async (tag: string) =>
    Number((await get<{ number: Hex }>("eth_getBlockByNumber", tag, false)).number);
  const stageReached = async (hash: Hex, stage: string) => {
    for (let i = 0; i < 400; i++) {
      const its = await finalityOf(hash);
      if (its?.stage === stage) return its;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return expect.fail(`${stage} was never reached: ${JSON.stringify(await finalityOf(hash))}`);
  };
  const closeWindow = async () => {
    await rig.world.increaseTime(rig.world.book.parameters.challengeWindow);
    await rig.world.connection.networkHelpers.mine();
  };

  async function withdraw(amount: bigint): Promise<TransactionReceipt> {
    const abi = ["function withdrawEth(address recipient) payable"];
    const bridge = new Contract(BRIDGE_ADDRESS, abi, ALICE.connect(rig.provider()));
    return await (await bridge.getFunction("withdrawEth")(CAROL, { value: amount })).wait();
  }

  it("leads a withdrawal to its payment on L1, with what the node tells alone", async () => {
    expect(await finalityOf(`0x${"1".repeat(64)}`)).to.equal(null);
    const fees = { maxFeePerGas: 2_000_000_000n, maxPriorityFeePerGas: 0n, gasLimit: 21_000n, type: 2 };
    const later = { to: CAROL, value: 1n, nonce: 9, chainId: rig.world.book.l2ChainId, ...fees };
    const waiting = await get<Hex>("eth_sendRawTransaction", await ALICE.signTransaction(later));
    expect((await finalityOf(waiting)).stage).to.equal("pending");
    expect((await ask(rig.server.url, "luntra_getExitProof", waiting)).result).to.equal(null);

    const { hash, blockNumber } = await withdraw(7n);
    const safe = await stageReached(hash, "safe");
    expect(BigInt(safe.finalFrom ?? 0) > BigInt(safe.finalFromIfProven ?? 0)).to.equal(true);
    expect((await get<ExitProof>("luntra_getExitProof", hash)).status).to.equal("pending");
    expect(await number("safe")).to.be.at.least(blockNumber);
    expect(await number("finalized")).to.be.below(blockNumber);
    const balance = (tag: string) => get<Hex>("eth_getTransactionCount", ALICE.address, tag);
    expect(await Promise.all(["latest", "safe", "finalized"].map(balance))).to.deep.equal([
      "0x1",
      "0x1",
      "0x0",
    ]);

    await closeWindow();
    const final = await stageReached(hash, "finalized");
    expect([final.why, final.finalFrom]).to.deep.equal([
      `The challenge window of batch ${Number(final.batch?.number)} has closed`,
      null,
    ]);
    expect(await number("finalized")).to.be.at.least(blockNumber);

    const proof = await get<ExitProof>("luntra_getExitProof", hash);
    expect(proof.status).to.equal("final");
    const { chain } = rig.service.engine.node;
    const { bridge } = withSigner(chain, rig.world.user);
    await (await bridge.openCheckpoint(proof.opening.batch, proof.opening.checkpoint)).wait();
    await (await bridge.claim(proof.number, proof.index, proof.exit, proof.path)).wait();
    expect(await chain.provider.getBalance(CAROL)).to.equal(7n);
    await until(() => rig.service.engine.node.derivation.view.claimed.size === 1, "the claim");
    expect((await get<ExitProof>("luntra_getExitProof", hash)).status).to.equal("claimed");
  });

  it("goes back when L1 forgets a commit or its finality, and forward again", async () => {
    const { networkHelpers } = rig.world.connection;
    const { chain } = rig.service.engine;
    await until(() => chain.number("safe") === chain.head.number, "the commit of the deposit");
    const uncommitted = await networkHelpers.takeSnapshot();
    const moves: { safe: number; final: number }[] = [];
    chain.on("finality", () =>
      moves.push({ safe: Number(chain.number("safe")), final: Number(chain.number("finalized")) }),
    );
    const { hash, blockNumber } = await withdraw(7n);
    await stageReached(hash, "safe");
    moves.length = 0;
    await uncommitted.restore();
    await until(() => moves.some(({ safe }) => safe < blockNumber), "the step back of safe");
    await stageReached(hash, "safe");
    const committed = await networkHelpers.takeSnapshot();
    await closeWindow();
    await stageReached(hash, "finalized");
    expect(await number("finalized")).to.be.at.least(blockNumber);
    moves.length = 0;
    await committed.restore();
    await until(() => moves.some(({ final }) => final < blockNumber), "the step back of finalized");
    expect((await finalityOf(hash)).stage).to.equal("safe");
    expect(await number("finalized")).to.be.below(blockNumber);
    await closeWindow();
    await stageReached(hash, "finalized");
  });

  it("is challenged, and gone with a rollback, until the transaction is in a block again", async () => {
    const filter = await get<Hex>("eth_newFilter", { address: BRIDGE_ADDRESS, fromBlock: "0x0" });
    const { hash } = await withdraw(7n);
    const { batch } = await stageReached(hash, "safe");
    const own = await rig.world.open();
    await challenge(own, rig.world.challenger, batch?.id ?? "", 0, { unchecked: true });
    const challenged = await stageReached(hash, "challenged");
    expect(challenged).to.include({ finalFrom: null });
    expect(challenged.why).to.match(/is challenged/);
    const disputes = await get<{ challenges: { outcome: string; deadline: Hex }[] }[]>("luntra_getDisputes");
    expect(disputes[0]?.challenges[0]?.outcome).to.equal("open");

    // Nobody answers: the batch is rolled back, and its transactions are sealed anew.
    const { provingWindow, slot } = rig.world.book.parameters;
    await rig.world.increaseTime(provingWindow + 2n * slot);
    await own.derivation.sync();
    await timeout(own, rig.world.challenger, batch?.id ?? "", 0);
    await until(() => rig.service.engine.node.derivation.view.dead.length > 0, "the rollback");
    const { chain } = rig.service.engine;
    const idNow = () => chain.block(chain.transaction(hash)?.blockHash ?? "")?.place.id;
    await until(() => idNow() !== undefined && idNow() !== batch?.id, "another batch with it");
    await stageReached(hash, "safe");
    const changes = await get<{ transactionHash: Hex; removed: boolean }[]>("eth_getFilterChanges", filter);
    const mine = changes.filter((log) => log.transactionHash === hash).map(({ removed }) => removed);
    expect(mine).to.deep.equal([false, true, false]);
    expect((await get<{ status: string }>("luntra_getBatch", batch?.id)).status).to.equal("dead");
  });
});

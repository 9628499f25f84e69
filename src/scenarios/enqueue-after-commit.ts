// What happens on L1 after a commit cannot change what the commit meant: nothing that execution reads can move later.

import { ContractFactory, getCreateAddress, hexlify, parseEther } from "ethers";
import type { Hex } from "../chain/types.ts";
import { isLuntraError } from "../errors.ts";
import { Kind, type QueueItem, toBytes32, wordsOfItems } from "../model/index.ts";
import { depositToken } from "../node/bridge.ts";
import { type ProvenSegment, prepareSegment, sendFraud } from "../node/prover.ts";
import { runSegment } from "../node/segment-run.ts";
import type { Scenario } from "./scenario.ts";
import { pay } from "./support/l2-calls.ts";
import type { Stage } from "./support/stage.ts";
import {
  commitHonest,
  deposit,
  finalizeAllowed,
  postBond,
  prove,
  refused,
  send,
  wait,
  watch,
} from "./support/verbs.ts";

const LATE_TOKENS = 700n;

export const enqueueAfterCommit: Scenario = {
  name: "enqueue-after-commit",
  summary: "deposits and a token deployed after a correct commit cannot make it refutable",
  async play(stage) {
    const { sequencer, watchtower, challenger, alice, bob, deployer } = stage.cast;
    const { params, node } = stage;
    const { provider } = node.chain;

    await postBond(stage, sequencer, 2n * params.batchBond);
    await deposit(stage, alice, parseEther("2"));
    // A token that does not exist yet, at an address that everybody can foresee.
    const nonce = await provider.getTransactionCount(deployer.address);
    const lateToken = getCreateAddress({ from: deployer.address, nonce }).toLowerCase();
    await send(stage, "a payment, and a transfer of a token that is no token yet", [
      pay(alice, bob, 1n),
      pay(alice, bob, 0n, lateToken),
    ]);
    const { id } = await commitHonest(stage);

    await deposit(stage, bob, parseEther("1"));
    await deployLateToken(stage, lateToken);
    await depositLateTokens(stage, lateToken);

    const reports = await watch(
      stage,
      watchtower,
      ["refute", "challenge"],
      "re-executes: still valid, does nothing",
    );
    stage.check(
      "verdict",
      "valid none",
      reports.map(({ verdict, action }) => `${verdict.kind} ${action}`).join(),
    );

    const proven = await prove(stage, challenger, id, 0);
    stage.check("what a proof of segment 0 leads to", proven.opening.claimed, proven.computed);
    const honest = await sendFraud(node, challenger.signer, proven).catch((error: unknown) => error);
    stage.check("the node's answer to a fraud proof of it", true, isLuntraError(honest, "SEGMENT_VALID"));

    // A real proof of another story, in which the late deposit is part of the segment.
    const other = await proveOtherStory(stage, id);
    const items = otherItems(stage, other.opening.items);
    const retold = { ...other, opening: { ...other.opening, items: [...items] } };
    const error = items.length > other.opening.items.length ? "WrongItemCount" : "WrongQueueItems";
    await refused(stage, challenger, "a fraud proof over the late deposit", error, () =>
      sendFraud(node, challenger.signer, retold),
    );
    await refused(stage, challenger, "the same proof over the committed items", "InvalidProof", () =>
      sendFraud(node, challenger.signer, other),
    );

    await commitHonest(stage);
    await wait(stage, params.challengeWindow, "the challenge window closes");
    await finalizeAllowed(stage, watchtower);
    stage.check("bob: late tokens on L2", LATE_TOKENS, node.tokenBalance(lateToken, bob.address));

    return {
      gains: {
        sequencer: { wallet: -2n * params.batchBond, bond: 2n * params.batchBond },
        alice: { wallet: -parseEther("2") - params.baseEnqueuePrice },
        bob: { wallet: -parseEther("1") - 2n * params.baseEnqueuePrice },
      },
      burnedBonds: 0n,
      queuePlaces: 3,
      head: 2n,
      finalized: 2n,
    };
  },
};

async function deployLateToken(stage: Stage, expected: Hex): Promise<void> {
  const { deployer, bob } = stage.cast;
  const { abi, bytecode } = await stage.node.chain.artifacts.readArtifact("DemoToken");
  const address = await stage.step("deployer", "deploys the token, and mints some for bob", async () => {
    const token = await new ContractFactory(abi as never, bytecode, deployer.signer).deploy();
    await token.waitForDeployment();
    await (await token.getFunction("mint")(bob.address, LATE_TOKENS)).wait();
    return await token.getAddress();
  });
  stage.check("address of the late token", expected, address);
}

async function depositLateTokens(stage: Stage, token: Hex): Promise<void> {
  const { bob } = stage.cast;
  await stage.step("bob", `deposits ${LATE_TOKENS} of the late token`, () =>
    depositToken(stage.node, bob.signer, token, LATE_TOKENS),
  );
  const { address } = bob;
  stage.oracle.enqueue({
    kind: Kind.depositToken,
    sender: address,
    recipient: address,
    token,
    amount: LATE_TOKENS,
  });
}

/** The segment's items with the late deposit after them, or, where they fill the segment, in the last one's place. */
function otherItems({ watchNode, n }: Stage, committed: readonly QueueItem[]): readonly QueueItem[] {
  const [late] = watchNode.derivation.view.queue.slice(1);
  if (late === undefined) throw new RangeError("expected a deposit after the commit");
  const { kind, sender, recipient, token, amount } = late;
  const others = committed.length < n ? committed : committed.slice(0, -1);
  return [...others, { kind, sender, recipient, token, amount }];
}

/** Proves that segment 0 with the late deposit in it leads elsewhere. The circuit does not object: it is true. */
async function proveOtherStory(stage: Stage, id: Hex): Promise<ProvenSegment> {
  const { watchNode, prover, book } = stage;
  const { challenger } = stage.cast;
  const beneficiary = challenger.address;
  const { batch, opening } = await prepareSegment(watchNode, id, 0, beneficiary);
  const { state, n } = watchNode.segmentStart(id, 0);
  const words = { first: true, records: wordsOfItems(otherItems(stage, opening.items), n) };
  const bound = {
    chainId: book.chainId,
    rollup: book.addresses.rollup,
    batchId: id,
    segment: 0,
    beneficiary,
  };
  const run = runSegment(state, words, n, bound);
  const proof = await stage.step("challenger", "proves the segment with the late deposit in it", () =>
    prover.prove(run),
  );
  const computed = toBytes32(run.trace.b);
  return { id, batch, opening, beneficiary, computed, proof: hexlify(proof), provingMs: 0 };
}

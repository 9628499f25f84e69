// Thieves see a proof in L1's public pool and are faster. A proof names who is paid for it, so a copy that names somebody else
// proves nothing, and a copy that does not is a gift.

import type { Interface, Result } from "ethers";
import { parseEther } from "ethers";
import type { Hex } from "../chain/types.ts";
import { type ProvenSegment, sendFraud, sendValid } from "../node/prover.ts";
import type { Scenario } from "./scenario.ts";
import type { Actor } from "./support/actors.ts";
import { movedTo, openChallenge, paymentsFor } from "./support/dispute-verbs.ts";
import { inOneBlock, type PublicPool } from "./support/l1-control.ts";
import { rewardOf } from "./support/prediction.ts";
import type { Stage } from "./support/stage.ts";
import {
  commitHonest,
  commitLie,
  deposit,
  finalizeAllowed,
  postBond,
  prove,
  refused,
  send,
  wait,
} from "./support/verbs.ts";

const GWEI = 10n ** 9n;

export const frontRunProof: Scenario = {
  name: "front-run-proof",
  summary:
    "thieves copy an answer and a fraud proof out of L1's pool and come first; whom the proof names is paid",
  async play(stage) {
    const { sequencer, watchtower, prover, challenger, follower, alice, bob } = stage.cast;
    const { params, node } = stage;
    const { batchBond, minChallengeBond } = params;

    await postBond(stage, sequencer, 3n * batchBond);
    await postBond(stage, challenger, minChallengeBond);
    await deposit(stage, alice, parseEther("2"));
    await send(stage, "payments", paymentsFor(stage, 2, alice, bob));
    const right = await commitHonest(stage);
    await send(stage, "more payments", paymentsFor(stage, 2, alice, bob));
    const wrong = await commitLie(stage, {
      segment: 1,
      accomplice: sequencer.address,
      amount: parseEther("9"),
    });
    await openChallenge(stage, challenger, right, 1);

    // An answer. The thief is the challenger, who would win most of its lost bond back.
    const answer = await prove(stage, prover, right.id, 1);
    const misuses: readonly [string, ProvenSegment][] = [
      ["with the thief in the place of its maker", { ...answer, beneficiary: challenger.address }],
      ["for another segment", movedTo(stage, answer, right.id, 2)],
      ["for another batch", movedTo(stage, answer, wrong.id, 0)],
    ];
    for (const [what, proof] of misuses) {
      await refused(stage, challenger, `the prover's answer ${what}`, "InvalidProof", () =>
        sendValid(node, challenger.signer, proof),
      );
    }
    await race(stage, "the answer", "challenger refused, prover taken", prover, "proveValid", answer, {
      theft: challenger,
    });
    await refused(stage, challenger, "the prover's answer, once more", "SegmentAlreadyProven", () =>
      sendValid(node, challenger.signer, answer),
    );

    // A fraud proof, with a second thief who sends it on as it is.
    const fraud = await prove(stage, watchtower, wrong.id, 1);
    const others: readonly [string, ProvenSegment][] = [
      ["with the thief in the place of its maker", { ...fraud, beneficiary: challenger.address }],
      ["against another segment", movedTo(stage, fraud, wrong.id, 0)],
      ["against another batch", movedTo(stage, fraud, right.id, 2)],
    ];
    for (const [what, proof] of others) {
      await refused(stage, challenger, `the watchtower's fraud proof ${what}`, "InvalidProof", () =>
        sendFraud(node, challenger.signer, proof),
      );
    }
    const order = "challenger refused, follower taken, watchtower refused";
    await race(stage, "the fraud proof", order, watchtower, "proveFraud", fraud, {
      theft: challenger,
      copy: follower,
    });
    await refused(stage, watchtower, "its own fraud proof, which another has sent", "NotLive", () =>
      sendFraud(node, watchtower.signer, fraud),
    );

    await commitHonest(stage);
    await wait(stage, params.challengeWindow, "the challenge window closes");
    await finalizeAllowed(stage, sequencer);

    const [ofBatch, ofChallenge] = [rewardOf(batchBond, params), rewardOf(minChallengeBond, params)];
    return {
      gains: {
        sequencer: { wallet: -3n * batchBond, bond: 2n * batchBond },
        challenger: { wallet: -minChallengeBond },
        prover: { bond: ofChallenge },
        watchtower: { bond: ofBatch },
        alice: { wallet: -parseEther("2") - params.baseEnqueuePrice },
      },
      burnedBonds: batchBond - ofBatch + minChallengeBond - ofChallenge,
      queuePlaces: 1,
      head: 2n,
      finalized: 2n,
    };
  },
};

type Call = "proveValid" | "proveFraud";

interface Thieves {
  /** Names itself in the copy, and pays most to come first. */
  readonly theft: Actor;
  /** Sends the very same call, and comes second. */
  readonly copy?: Actor;
}

/** The maker's call lies in L1's pool; who reads it there sends its own, and one block takes them, the best tip first. */
async function race(
  stage: Stage,
  what: string,
  expected: string,
  maker: Actor,
  call: Call,
  proven: ProvenSegment,
  { theft, copy }: Thieves,
): Promise<void> {
  const { challenges } = stage.book.addresses;
  const ended = await stage.step(
    maker.name,
    `sends ${what} through the public pool; thieves are faster`,
    () =>
      inOneBlock(stage, async (pool: PublicPool) => {
        await pool.send(maker, challenges, calldata(stage, call, proven), GWEI);
        const seen = await pool.seen(maker);
        if (copy !== undefined) await pool.send(copy, challenges, seen, 2n * GWEI);
        await pool.send(theft, challenges, renamed(stage, call, seen, theft), 3n * GWEI);
      }),
  );
  await Promise.all([stage.node.derivation.sync(), stage.watchNode.derivation.sync()]);
  const order = ended.map(({ who, taken }) => `${who} ${taken ? "taken" : "refused"}`).join(", ");
  stage.check(`how the race for ${what} ended`, expected, order);
}

function calldata(stage: Stage, call: Call, { batch, opening, computed, ...proof }: ProvenSegment): Hex {
  const result = call === "proveFraud" ? [computed] : [];
  return abiOf(stage).encodeFunctionData(call, [batch, opening, ...result, proof]);
}

/** The call as it was seen, with another account to be paid. */
function renamed(stage: Stage, call: Call, seen: Hex, { address }: Actor): Hex {
  const abi = abiOf(stage);
  const values = [...abi.decodeFunctionData(call, seen)];
  const { proof } = values.pop() as Result;
  return abi.encodeFunctionData(call, [...values, { beneficiary: address, proof }]);
}

function abiOf({ node }: Stage): Interface {
  return node.chain.contracts.challenges.interface as unknown as Interface;
}

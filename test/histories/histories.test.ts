// Random histories of every call of the protocol, by honest and hostile actors: the contracts do what the model does, call by
// call, and a node derives the same from L1.

import { expect } from "chai";
import { verifierSources } from "../../src/node/verifier-sources.ts";
import { systemOf } from "../support/proof-system-harness.ts";
import { type Played, play } from "./play.ts";
import { realProofs } from "./proofs.ts";
import { announce, IS_FIXED, SEED } from "./seed.ts";

const HISTORIES = 5;
const LENGTH = 160;
/** Calls of a history in which each proof takes a second or so. */
const WITH_PROOFS = 40;

/** Each call was accepted somewhere, and refused somewhere else, or the histories would prove little about it. */
const REACHED = {
  accepted: [
    "commit",
    "finalize",
    "challenge",
    "proveValid",
    "proveFraud",
    "recordValid",
    "timeout",
    "refundBatch",
    "refundChallenge",
    "depositBond",
    "withdrawBond",
    "deposit",
    "force",
    "openCheckpoint",
    "claim",
    "claimFees",
    "pause",
    "resume",
  ],
  refused: [
    "ClockPaused",
    "PrimaryHasPriority",
    "WrongParent",
    "NotLive",
    "AlreadyFinal",
    "NotFinalizable",
    "InvalidProof",
    "InvalidOpening",
    "SameResult",
    "AlreadyChallenged",
    "DeadlineNotReached",
    "NoOpenChallenge",
    "BatchLive",
    "PriceAbovePayment",
    "NotFrozen",
  ],
} as const;

describe("random histories", function () {
  this.timeout(300_000);
  const played: Played[] = [];

  before(announce);

  for (let i = 0; i < HISTORIES; i++) {
    it(`go on the contracts as in the model (history ${i})`, async () => {
      played.push(await play(`${SEED}/${i}`, LENGTH));
    });
  }

  it("come to every call and to the usual refusals", function () {
    if (!IS_FIXED) this.skip();
    const ends = played.flatMap(({ ends: its }) => its);
    const accepted = new Set(ends.filter(({ error }) => error === undefined).map(({ call }) => call.kind));
    const refused = new Set(ends.map(({ error }) => error));
    expect(
      REACHED.accepted.filter((kind) => !accepted.has(kind)),
      "never accepted",
    ).to.deep.equal([]);
    expect(
      REACHED.refused.filter((error) => !refused.has(error)),
      "never refused so",
    ).to.deep.equal([]);
  });

  it("go on with real proofs as in the model", async () => {
    const system = systemOf("ultrahonk");
    const verifiers = await verifierSources([system], { development: true });
    const options = { prove: realProofs(system), deploy: { verifiers }, breaks: false };
    const { ends } = await play(`${SEED}/proofs`, WITH_PROOFS, options);
    const proofs = ends.filter(({ call, error }) => call.kind === "proveValid" && error === undefined);
    if (IS_FIXED) expect(proofs).not.to.have.length(0);
  });
});

// Random histories of every call of the protocol, by honest and hostile actors: the contracts do what the model does, call by
// call, and a node derives the same from L1.

import { expect } from "chai";
import { type Played, play } from "./play.ts";
import { announce, SEED } from "./seed.ts";

const HISTORIES = 4;
const LENGTH = 160;

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

  it("come to every call and to the usual refusals", () => {
    const ends = played.flatMap(({ ends: its }) => its);
    const accepted = new Set(ends.filter(({ error }) => error === undefined).map(({ call }) => call.kind));
    const refused = new Set(ends.map(({ error }) => error));
    expect([...accepted]).to.include.members([...REACHED.accepted]);
    expect([...refused]).to.include.members([...REACHED.refused]);
  });
});

// Many more random histories, also of a frozen rollup that everybody leaves, and a sample of them with real proofs.

import { expect } from "chai";
import { verifierSources } from "../../src/node/verifier-sources.ts";
import { systemOf } from "../support/proof-system-harness.ts";
import { type Played, play } from "./play.ts";
import { realProofs } from "./proofs.ts";
import { announce, IS_FIXED, SEED } from "./seed.ts";

/** `npm run test:invariants -- --long` plays all of them, the long tier some. */
const ALL = 60;
const HISTORIES = Number(process.env.LUNTRA_HISTORIES ?? 10);
const LENGTH = 250;
const WITH_PROOFS = { histories: 3, length: 60 } as const;

describe("many random histories", function () {
  this.timeout(3_600_000);
  const played: Played[] = [];

  before(announce);

  for (let i = 0; i < HISTORIES; i++) {
    it(`go on the contracts as in the model (history ${i})`, async () => {
      played.push(await play(`${SEED}/long/${i}`, LENGTH));
    });
  }

  it("come to freezes by age and by contradiction, and to every way out of a frozen rollup", function () {
    if (!IS_FIXED || HISTORIES < ALL) this.skip();
    const ends = played.flatMap(({ ends: its }) => its);
    const accepted = new Set(ends.filter(({ error }) => error === undefined).map(({ call }) => call.kind));
    const ways = ["freezeUnserved", "contradict", "openState", "escape", "payEscapes", "reclaim"];
    expect([...accepted]).to.include.members(ways);
  });

  for (let i = 0; i < WITH_PROOFS.histories; i++) {
    it(`go on with real proofs as in the model (history ${i})`, async () => {
      const system = systemOf("ultrahonk");
      const verifiers = await verifierSources([system], { development: true });
      const options = { prove: realProofs(system), deploy: { verifiers }, breaks: false };
      await play(`${SEED}/proofs/${i}`, WITH_PROOFS.length, options);
    });
  }
});

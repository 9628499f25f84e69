// Two minutes of everything that can go wrong at once, on a whole network with real proofs; `npm run soak` takes longer.

import { expect } from "chai";
import { soak } from "./soak.ts";

/** LUNTRA_FAULT_SEED plays the same faults; processes are as fast as they are. */
const SEED = Number(process.env.LUNTRA_FAULT_SEED ?? Date.now() % 1_000_000);

describe("soak", function () {
  this.timeout(1_500_000);

  it(`every invariant holds after two minutes of faults; LUNTRA_FAULT_SEED=${SEED}`, async () => {
    const said: string[] = [];
    const report = await soak({ minutes: 2, seed: SEED, say: (what) => said.push(what) });
    console.log(`      ${JSON.stringify(report.disputes)} ${JSON.stringify(report.faults)}`);
    const broken = report.invariants.filter(({ holds }) => !holds);
    expect(broken, said.join("\n")).to.deep.equal([]);
    expect(report.acknowledged > 20).to.equal(true);
    expect(report.batches > 1).to.equal(true);
  });
});

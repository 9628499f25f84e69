// All forged witnesses against the circom circuit, in the form for Groth16 (O2) and in that for PLONK (O1), which has
// templates of its own: each forgery compiles circuits of its own.

import { play } from "./forge.ts";
import { gadgetForgeries, recordForgeries, segmentForgeries } from "./forgeries.ts";

describe("circom: all forged witnesses", () => {
  for (const optimization of ["O2", "O1"] as const) {
    it(`refuses every forged record by one constraint alone (${optimization})`, async () => {
      for (const forgery of await recordForgeries()) await play(forgery, optimization);
    }).timeout(900_000);

    it(`refuses every forged segment by one constraint alone (${optimization})`, async () => {
      for (const forgery of await segmentForgeries()) await play(forgery, optimization);
    }).timeout(900_000);

    for (const forgery of gadgetForgeries()) {
      it(`refuses, by one constraint alone: ${forgery.name} (${optimization})`, () =>
        play(forgery, optimization)).timeout(900_000);
    }
  }
});

// All forged records and segments against the circom circuit: each compiles circuits of its own.

import { play } from "./forge.ts";
import { recordForgeries, segmentForgeries } from "./forgeries.ts";

describe("circom: all forged records and segments", () => {
  it("refuses every forged record by one constraint alone", async () => {
    for (const forgery of await recordForgeries()) await play(forgery);
  }).timeout(900_000);

  it("refuses every forged segment by one constraint alone", async () => {
    for (const forgery of await segmentForgeries()) await play(forgery);
  }).timeout(900_000);
});

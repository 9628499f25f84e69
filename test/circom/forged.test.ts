// Forged witnesses against the circom circuit: those of the small templates, and a seeded few of the others.

import { few } from "../support/few.ts";
import { play } from "./forge.ts";
import { gadgetForgeries, recordForgeries, segmentForgeries } from "./forgeries.ts";

const FEW = 3;

describe("circom: forged witnesses", () => {
  for (const forgery of gadgetForgeries()) {
    it(`refuses, by one constraint alone: ${forgery.name}`, () => play(forgery));
  }

  it("refuses a seeded few of the forgeries of records and segments, each by one constraint alone", async () => {
    const all = [...(await recordForgeries()), ...(await segmentForgeries())];
    for (const forgery of few(all, FEW)) await play(forgery);
  });
});

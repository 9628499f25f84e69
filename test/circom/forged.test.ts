// A seeded few of the forged witnesses against the circom circuit; forged.long.test.ts has all.

import { few } from "../support/few.ts";
import { play } from "./forge.ts";
import { recordForgeries, segmentForgeries } from "./forgeries.ts";

const FEW = 3;

describe("circom: forged witnesses", () => {
  it("refuses a seeded few of the forgeries of records and segments, each by one constraint alone", async () => {
    const all = [...(await recordForgeries()), ...(await segmentForgeries())];
    for (const forgery of few(all, FEW)) await play(forgery);
  });
});

// All forged witnesses: for each constraint that holds a hint, somebody who would gain if it were missing.

import type { Circuit } from "../../src/prover/circuit.ts";
import { expectRefused, FORGERIES, titleOf } from "./forgeries.ts";
import { smallCircuit } from "./harness.ts";

describe("All forged witnesses", () => {
  let circuit: Circuit;

  before(async () => {
    circuit = await smallCircuit();
  });

  for (const forgery of FORGERIES) {
    it(`are refused: ${titleOf(forgery)}`, () => expectRefused(circuit, forgery));
  }
});

// Disputes with real proofs of PLONK, which take their time.

import { expect } from "chai";
import { sendValid } from "../../src/node/prover.ts";
import { segmentProver } from "../../src/prover/index.ts";
import { around, expectDisputes, payment, setUp, systemOf } from "../support/proof-system-harness.ts";
import { revertsWith } from "../support/rejects-harness.ts";

describe("PLONK", function () {
  this.timeout(1_800_000);

  it("refutes a lie and answers a challenge", async () => {
    const setting = await setUp("plonk");
    expect(setting.world.book.proofSystem).to.equal("plonk");
    await expectDisputes(setting);
  });

  it("takes no proof of another system, though it proves the very claim", async () => {
    const setting = await setUp("plonk");
    const prepared = await payment(setting);
    for (const other of ["ultrahonk", "groth16"] as const) {
      const proof = await segmentProver(systemOf(other)).prove(prepared.run);
      const sent = sendValid(setting.node, setting.world.user, around(prepared, proof));
      await revertsWith(sent, "InvalidProof");
    }
  });
});

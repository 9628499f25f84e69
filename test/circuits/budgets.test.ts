// The circuits' sizes, as the snapshots keep them, against what each proof system proves.

import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { INSTANCES, type InstanceName } from "../../src/model/index.ts";
import { systemsOf } from "../../src/prover/index.ts";
import type { ProofSystemName } from "../../src/prover/proof-system.ts";

/** What a system's size is counted in, and the most of it: for UltraHonk and PLONK what their prover's time and memory were
 *  measured up to, for Groth16 what snarkjs in WebAssembly holds. */
const BUDGETS: Readonly<Record<ProofSystemName, readonly ["gates" | "constraints", number]>> = {
  ultrahonk: ["gates", 2 ** 19],
  groth16: ["constraints", 2 ** 20],
  plonk: ["gates", 2 ** 18],
};

describe("Circuits", () => {
  it("keep every instance within what its proof systems prove", async () => {
    for (const instance of Object.keys(INSTANCES) as InstanceName[]) {
      const { systems } = JSON.parse(await readFile(`snapshots/circuits/${instance}.json`, "utf8"));
      expect(Object.keys(systems)).to.deep.equal(systemsOf(instance));
      for (const name of systemsOf(instance)) {
        const [unit, most] = BUDGETS[name];
        expect(systems[name][unit], `${unit} of ${instance} for ${name}`).to.be.within(1, most);
      }
    }
  });
});

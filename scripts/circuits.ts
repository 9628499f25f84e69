// Compiles the circuits, makes their development keys and writes the Solidity verifiers that Hardhat builds.
// `npm run circuits` for the dev instance, `npm run circuits -- standard` for the standard one as well.

import { INSTANCES, type InstanceName } from "../src/model/index.ts";
import { UltraHonk } from "../src/prover/ultra-honk.ts";
import { writeGenerated } from "./support/generated.ts";

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in INSTANCES));
if (unknown.length > 0) {
  console.error(`Unknown instance ${unknown.join(", ")}; there are ${Object.keys(INSTANCES).join(", ")}.`);
  process.exitCode = 1;
} else {
  for (const instance of new Set(["dev", ...asked] as InstanceName[])) {
    const started = performance.now();
    const system = new UltraHonk(instance);
    const { contractName, source } = await system.exportVerifier();
    if (!(await writeGenerated(instance, contractName, source))) continue;
    const { gates } = await system.size();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${contractName}: ${gates} gates, keys and verifier in ${seconds} s`);
  }
}

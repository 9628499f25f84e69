// Compiles the circuits, makes their development keys and writes the Solidity verifiers that Hardhat builds.
// `npm run circuits` for what the tests use: UltraHonk for dev, and every proof system for mini. `npm run circuits --
// standard` for every proof system of the standard instance as well.

import { INSTANCES, type InstanceName } from "../src/model/index.ts";
import { type ProofSystemName, proofSystem, systemsOf, verifierFolder } from "../src/prover/index.ts";
import { writeGenerated } from "./support/generated.ts";

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in INSTANCES));
if (unknown.length > 0) {
  console.error(`Unknown instance ${unknown.join(", ")}; there are ${Object.keys(INSTANCES).join(", ")}.`);
  process.exitCode = 1;
} else {
  for (const instance of new Set(["dev", "mini", ...asked] as InstanceName[])) {
    for (const system of systemsOf(instance)) await make(system, instance);
  }
}

async function make(name: ProofSystemName, instance: InstanceName): Promise<void> {
  const started = performance.now();
  const system = proofSystem(name, instance);
  const { contractName, source } = await system.exportVerifier();
  if (!(await writeGenerated(verifierFolder(instance, true), contractName, source))) return;
  const { gates, constraints } = await system.size();
  const size = gates === undefined ? `${constraints} constraints` : `${gates} gates`;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${contractName}: ${size}, keys and verifier in ${seconds} s`);
}

// Compiles the circuits, makes their development keys and writes the Solidity verifiers that Hardhat builds.
// `npm run circuits` for the dev instance, `npm run circuits -- standard` for the standard one as well.

import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { INSTANCES, type InstanceName } from "../src/model/index.ts";
import { UltraHonk } from "../src/prover/ultra-honk.ts";

const GENERATED = resolve(import.meta.dirname, "../contracts/generated");

async function writeVerifier(instance: InstanceName): Promise<void> {
  const started = performance.now();
  const system = new UltraHonk(instance);
  const { contractName, source } = await system.exportVerifier();
  const path = resolve(GENERATED, instance, `${contractName}.sol`);
  // Left alone if it is the same, so that Hardhat need not compile it again.
  if (existsSync(path) && (await readFile(path, "utf8")) === source) return;

  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.${process.pid}`, source);
  await rename(`${path}.${process.pid}`, path);
  const { gates } = await system.gates();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${contractName}: ${gates} gates, keys and verifier in ${seconds} s`);
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in INSTANCES));
if (unknown.length > 0) {
  console.error(`Unknown instance ${unknown.join(", ")}; there are ${Object.keys(INSTANCES).join(", ")}.`);
  process.exitCode = 1;
} else {
  for (const instance of new Set(["dev", ...asked] as InstanceName[])) await writeVerifier(instance);
}

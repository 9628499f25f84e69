// Fuzzes the protocol's invariants: random histories on the contracts, against a ghost in Solidity and against the model in
// TypeScript. `npm run test:invariants`.
//   --long         the long tier: more than a million calls in Solidity, many long histories in TypeScript, some with real proofs
//   --seed 0x…     other histories; also LUNTRA_SEED. The seed is printed, and the same one gives the same histories.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { parseArgs } from "node:util";

const ROOT = join(import.meta.dirname, "..");
const HARDHAT = join(ROOT, "node_modules", ".bin", "hardhat");
const DEFAULT_SEED = "0x4c756e747261";

const { values } = parseArgs({
  options: {
    long: { type: "boolean", default: false },
    seed: { type: "string", default: process.env.LUNTRA_SEED ?? DEFAULT_SEED },
  },
});

if (!/^0x[0-9a-f]{1,64}$/i.test(values.seed)) {
  console.error(
    `A seed is a hexadecimal number of at most 32 bytes, such as ${DEFAULT_SEED}; got ${values.seed}.`,
  );
  process.exit(2);
}
console.log(
  `seed ${values.seed}: npm run test:invariants -- ${values.long ? "--long " : ""}--seed ${values.seed} repeats this run`,
);
const tier = values.long ? ["--test-profile", "million"] : [];
const file = values.long ? "histories.long.test.ts" : "histories.test.ts";
const codes = [
  await run("test", "solidity", "test/sol/Invariants.t.sol", ...tier),
  await run("test", "mocha", `test/histories/${file}`),
];
process.exitCode = codes.find((code) => code !== 0) ?? 0;

async function run(...args: readonly string[]): Promise<number> {
  const started = performance.now();
  const env = { ...process.env, LUNTRA_SEED: values.seed, LUNTRA_HISTORIES: "60" };
  const [code] = await once(spawn(HARDHAT, [...args], { cwd: ROOT, env, stdio: "inherit" }), "exit");
  console.log(`hardhat ${args.join(" ")}: ${Math.round((performance.now() - started) / 1000)} s`);
  return code ?? 1;
}

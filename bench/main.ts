// The benchmark: `npm run bench`, or `npm run bench -- model gas` for some of its parts; `systems=groth16:1,plonk:1` for
// some rows of the comparison of proof systems. Prints tables and writes bench/results.json. Every number in the README
// comes from here.

import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { PROOF_SYSTEMS } from "../src/prover/proof-system.ts";
import { measureDispute } from "./dispute.ts";
import { measureGas, measureProofGas } from "./gas.ts";
import { measureModel } from "./model.ts";
import { measureNetwork } from "./network.ts";
import { measurePool } from "./pool.ts";
import { measureProving } from "./proving.ts";
import {
  measureSnarkjsGain,
  measureSystems,
  measureVerification,
  SYSTEM_ROWS,
  type SystemCost,
} from "./systems.ts";
import { measureVerdict } from "./watchtower.ts";

const RESULTS = join(import.meta.dirname, "results.json");
const SIZES = [1, 4, 8, 16, 32];

const PARTS = {
  model: async () => {
    const result = await measureModel();
    console.table(result);
    return result;
  },
  proving: async () => {
    const result = [];
    for (const records of SIZES) result.push(await measureProving(records));
    console.table(result);
    return result;
  },
  gas: async () => {
    const dev = await measureGas("dev");
    const standard = await measureGas("standard");
    const names = [...new Set([...Object.keys(dev), ...Object.keys(standard)])];
    console.table(
      Object.fromEntries(names.map((name) => [name, { dev: dev[name], standard: standard[name] }])),
    );
    const proofs = await measureProofGas("mini");
    console.table(proofs);
    return { dev, standard, proofs };
  },
  network: async ([transfers = "100000"]: readonly string[] = []) => {
    const result = await measureNetwork(Number(transfers));
    console.table({
      ...result,
      latency: JSON.stringify(result.latency),
      recovery: JSON.stringify(result.recovery),
    });
    return result;
  },
  pool: async () => {
    const result = [await measurePool(1), await measurePool(2)];
    console.table(result);
    return result;
  },
  dispute: async () => {
    const result = { dev: await measureDispute("dev"), standard: await measureDispute("standard") };
    console.table(result);
    return result;
  },
  watchtower: async () => {
    const result = await measureVerdict("standard");
    console.table({ ...result, verdictMs: JSON.stringify(result.verdictMs) });
    return result;
  },
  systems: async (rows: readonly string[] = SYSTEM_ROWS) => {
    const result = await measureSystems(rows);
    console.table(result);
    // A row alone leaves the others as they were measured.
    return [...rowsOf(results.systems).filter((row) => !rows.includes(nameOf(row))), ...result].sort(byRow);
  },
  verification: async () => {
    const result = await measureVerification();
    console.table(result);
    return result;
  },
  snarkjs: async (names: readonly string[] = ["groth16", "plonk"]) => {
    const result = [];
    for (const name of names) result.push(await measureSnarkjsGain(name as "groth16" | "plonk"));
    console.table(result);
    return result;
  },
} as const;

type Part = keyof typeof PARTS;

const rowsOf = (part: unknown): readonly SystemCost[] => (Array.isArray(part) ? part : []);
const nameOf = ({ system, records }: SystemCost) => `${system}:${records}`;
const byRow = (a: SystemCost, b: SystemCost) =>
  PROOF_SYSTEMS.indexOf(a.system) - PROOF_SYSTEMS.indexOf(b.system) || a.records - b.records;

const asked = process.argv.slice(2).map((part) => {
  const [name = "", rows] = part.split("=");
  return { name, rows: rows?.split(",") };
});
const unknown = asked.map(({ name }) => name).filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`Unknown part ${unknown.join(", ")}; there are ${Object.keys(PARTS).join(", ")}.`);
  process.exit(1);
}

const parts = asked.length > 0 ? asked : Object.keys(PARTS).map((name) => ({ name, rows: undefined }));
const results: Record<string, unknown> = await readFile(RESULTS, "utf8").then(JSON.parse, () => ({}));
results.machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version };
for (const { name, rows } of parts) {
  console.log(`\n${name}`);
  results[name] = await PARTS[name as Part](rows);
}
await writeFile(RESULTS, `${JSON.stringify(results, undefined, 2)}\n`);

// Writes the committed snapshots: of contracts (ABI, storage layout, bytecode size) and of gas with the real verifier. With
// --check compares them with what the sources give now. `npm run snapshots` and `npm run snapshots:check`.

import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Interface } from "ethers";
import hre from "hardhat";
import type { Artifact } from "hardhat/types/artifacts";
import { measureGas, measureProofGas } from "../bench/gas.ts";
import { compareOrWrite, type Snapshot } from "./support/compare.ts";

const FOLDER = join(hre.config.paths.root, "snapshots");
const CONTRACTS = join(FOLDER, "contracts");

/** What users, auditors and upgrades depend on; sources below these folders have no deployment of their own. */
const NOT_DEPLOYED = /^contracts\/(generated|interfaces|libraries|test|types)\//;

interface StorageEntry {
  label: string;
  slot: string;
  offset: number;
  type: string;
}

interface CompilerOutput {
  output: {
    contracts: Record<
      string,
      Record<
        string,
        { storageLayout?: { storage: StorageEntry[]; types: Record<string, { label: string }> | null } }
      >
    >;
  };
}

async function contractSnapshots(): Promise<Snapshot[]> {
  const names = [...(await hre.artifacts.getAllFullyQualifiedNames())].sort();
  const snapshots: Snapshot[] = [];
  for (const name of names) {
    const artifact: Artifact = await hre.artifacts.readArtifact(name);
    if (NOT_DEPLOYED.test(artifact.sourceName) || !artifact.sourceName.startsWith("contracts/")) continue;
    if (artifact.deployedBytecode === "0x") continue;
    snapshots.push({
      path: join(CONTRACTS, `${artifact.contractName}.json`),
      value: {
        bytecodeBytes: (artifact.deployedBytecode.length - 2) / 2,
        storage: await storageOf(artifact),
        abi: [...Interface.from(artifact.abi).format()].sort(),
      },
    });
  }
  return snapshots;
}

/** One line a variable: `slot:offset type label`. */
async function storageOf(artifact: Artifact): Promise<string[]> {
  const id = artifact.buildInfoId;
  const path = id === undefined ? undefined : await hre.artifacts.getBuildInfoOutputPath(id);
  if (path === undefined)
    throw new Error(`No build info of ${artifact.sourceName}: run \`npm run build\` first.`);
  const { output } = JSON.parse(await readFile(path, "utf8")) as CompilerOutput;
  const source = artifact.inputSourceName ?? artifact.sourceName;
  const layout = output.contracts[source]?.[artifact.contractName]?.storageLayout;
  if (layout === undefined) throw new Error(`No storage layout of ${source} in ${basename(path)}.`);
  return layout.storage.map(
    ({ slot, offset, type, label }) => `${slot}:${offset} ${layout.types?.[type]?.label ?? type} ${label}`,
  );
}

/**
 * Groth16 and PLONK proofs are random, and what they cost varies a little: as calldata, and in inverting field elements. What
 * is within a hundredth of the committed number is that number.
 */
async function settled(table: Readonly<Record<string, number>>): Promise<Record<string, number>> {
  const committed = JSON.parse(await readFile(GAS, "utf8").catch(() => "{}")) as Record<string, number>;
  return Object.fromEntries(
    Object.entries(table).map(([name, now]) => {
      const before = committed[name] ?? 0;
      return [name, Math.abs(now - before) <= before / 100 ? before : now];
    }),
  );
}

const check = process.argv.includes("--check");
// All at once: what the IR pipeline makes of a contract depends on which sources it is compiled together with, so an
// incremental build may differ from a fresh clone's.
await hre.tasks.getTask("build").run({ quiet: true, force: true });
const GAS = join(FOLDER, "gas.json");
const measured = { ...(await measureGas("dev")), ...(await settled(await measureProofGas("mini"))) };
const gas = { path: GAS, value: measured };
const drifted =
  (await compareOrWrite(await contractSnapshots(), { check, folder: CONTRACTS })) +
  (await compareOrWrite([gas], { check }));
process.exitCode = drifted > 0 ? 1 : 0;

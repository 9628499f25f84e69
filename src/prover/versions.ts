// Versions of the packages that artifacts and keys derive from.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const MODULES = resolve(import.meta.dirname, "../../node_modules");

export function versionOf(name: string): string {
  const { version } = JSON.parse(readFileSync(resolve(MODULES, name, "package.json"), "utf8")) as {
    version: string;
  };
  return version;
}

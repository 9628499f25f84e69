// Thread that compiles one Noir package and reports why it could not, or undefined.

import { writeFile } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import { compile, createFileManager } from "@noir-lang/noir_wasm";

interface Diagnostic {
  readonly message: string;
  readonly file: string;
}

const { folder, output } = workerData as { folder: string; output: string };
try {
  const { program, warnings } = await compile(createFileManager(folder));
  const complaints = warnings as Diagnostic[];
  const { abi, bytecode, noir_version } = program;
  if (complaints.length === 0) await writeFile(output, JSON.stringify({ noir_version, abi, bytecode }));
  parentPort?.postMessage(complaints.length === 0 ? undefined : explain(complaints));
} catch (error) {
  const { diagnostics } = error as { diagnostics?: Diagnostic[] };
  parentPort?.postMessage(diagnostics === undefined ? String(error) : explain(diagnostics));
}

function explain(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(({ message, file }) => `${file}: ${message}`).join("; ");
}

// Witnesses of circom circuits, in the .wtns format that snarkjs reads.

import { readFile } from "node:fs/promises";
import { fail } from "../../errors.ts";
import { P } from "../../model/index.ts";
import { type CircomInputs, calculate } from "./calculator.ts";
import type { CircomCircuit } from "./compile.ts";

const modules = new Map<string, Promise<WebAssembly.Module>>();

/** The witness as a .wtns file. Throws WITNESS_REFUSED if the inputs do not satisfy the circuit. */
export async function solveCircom(circuit: CircomCircuit, inputs: CircomInputs): Promise<Uint8Array> {
  const module = await moduleOf(circuit.wasmPath);
  const signals = await calculate(module, inputs).catch((error) =>
    fail("WITNESS_REFUSED", { circuit: circuit.name, reason: error.message }, error),
  );
  return toWtns(signals);
}

const FIELD_BYTES = 32;
const SECTION_HEADER = 12;
const ABOUT_FIELD = 4 + FIELD_BYTES + 4;

/** Signals, 32 bytes each, behind the header of a .wtns file: magic, version 2, two sections (field and count; values). */
export function toWtns(signals: Uint8Array): Uint8Array {
  const start = 12 + SECTION_HEADER + ABOUT_FIELD + SECTION_HEADER;
  const file = new Uint8Array(start + signals.length);
  const view = new DataView(file.buffer);
  file.set(Buffer.from("wtns"));
  view.setUint32(4, 2, true);
  view.setUint32(8, 2, true);

  view.setUint32(12, 1, true);
  view.setBigUint64(16, BigInt(ABOUT_FIELD), true);
  view.setUint32(24, FIELD_BYTES, true);
  for (let i = 0; i < 4; i++) view.setBigUint64(28 + 8 * i, BigInt.asUintN(64, P >> BigInt(64 * i)), true);
  view.setUint32(60, signals.length / FIELD_BYTES, true);

  view.setUint32(64, 2, true);
  view.setBigUint64(68, BigInt(signals.length), true);
  file.set(signals, start);
  return file;
}

function moduleOf(path: string): Promise<WebAssembly.Module> {
  const known = modules.get(path);
  if (known !== undefined) return known;
  const compiled = readFile(path).then((bytes) => WebAssembly.compile(bytes));
  modules.set(path, compiled);
  compiled.catch(() => modules.delete(path));
  return compiled;
}

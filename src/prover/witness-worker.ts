// Thread that runs circuits on inputs: for a large one this takes most of a second, in which nobody else would be served.

import { readFile } from "node:fs/promises";
import { parentPort } from "node:worker_threads";
import { type CompiledCircuit, type InputMap, Noir } from "@noir-lang/noir_js";

export interface WitnessRequest {
  readonly id: number;
  /** Of the compiled circuit. */
  readonly path: string;
  readonly inputs: InputMap;
}

export type WitnessReply = { readonly id: number } & (
  | { readonly witness: Uint8Array }
  | { readonly reason: string }
);

const circuits = new Map<string, Promise<Noir>>();

async function load(path: string): Promise<Noir> {
  return new Noir(JSON.parse(await readFile(path, "utf8")) as CompiledCircuit);
}

async function run({ id, path, inputs }: WitnessRequest): Promise<WitnessReply> {
  const loading = circuits.get(path) ?? load(path);
  circuits.set(path, loading);
  try {
    const { witness } = await (await loading).execute(inputs);
    return { id, witness };
  } catch (error) {
    return { id, reason: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on("message", async (request: WitnessRequest) => parentPort?.postMessage(await run(request)));

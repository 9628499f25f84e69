// Runs the circuit on inputs, without proving.

import type { InputMap } from "@noir-lang/noir_js";
import { fail } from "../errors.ts";
import { publicInputList } from "../model/index.ts";
import type { Circuit } from "./circuit.ts";
import type { CircuitInputs } from "./inputs.ts";
import type { Witness } from "./proof-system.ts";
import { runInThread } from "./witness-thread.ts";

/** Solves the circuit for these inputs. Throws WITNESS_REFUSED if they do not satisfy it. */
export async function solve(circuit: Circuit, inputs: CircuitInputs): Promise<Witness> {
  try {
    const bytes = await runInThread(circuit.path, encodeInputs(inputs));
    return { bytes, publicInputs: publicInputList(inputs) };
  } catch (error) {
    return fail("WITNESS_REFUSED", { circuit: circuit.name, reason: reasonOf(error) }, error);
  }
}

/** The message of the assertion that failed, without the solver's preface. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^Circuit execution failed: /, "");
}

/** Numbers as the hex strings that Noir takes. */
export function encodeInputs(inputs: CircuitInputs): InputMap {
  return encode(inputs) as InputMap;
}

function encode(value: unknown): unknown {
  if (typeof value === "bigint") return `0x${value.toString(16)}`;
  if (Array.isArray(value)) return value.map(encode);
  return Object.fromEntries(Object.entries(value as object).map(([name, part]) => [name, encode(part)]));
}

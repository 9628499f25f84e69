// The key before the first contribution. It follows from constraint system and powers of tau, byte by byte.

import { fail } from "../errors.ts";
import type { CeremonyCircuit } from "./circuit.ts";
import { runSnarkjs } from "./snarkjs.ts";
import { readZkey } from "./zkey.ts";

/** Writes it to `path`; returns BLAKE2b-512 of its content. Throws PTAU_REFUSED if the file is too small for the circuit. */
export async function makeInitial(
  { r1csPath }: CeremonyCircuit,
  ptau: string,
  path: string,
): Promise<string> {
  const { wrong } = await runSnarkjs("newZKey", r1csPath, ptau, path);
  if (wrong !== undefined) fail("PTAU_REFUSED", { path: ptau, reason: wrong });
  return (await readZkey(path)).origin;
}

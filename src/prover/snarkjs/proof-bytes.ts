// Proofs as bytes, the way the generated verifier contracts take them: words of 32 bytes, big-endian.

import type { Groth16Proof, PlonkProof } from "snarkjs";
import { fromBytes, toBytes } from "../../model/index.ts";
import { Q, R } from "../bn254.ts";
import { FIELD_BYTES } from "./field.ts";

/** a, b, c: two, four and two words. The EVM has the coordinates of the second group with `u`'s factor first. */
const GROTH16_WORDS = 8;
/** Nine points and six values. */
const PLONK_WORDS = 24;

const PLONK_POINTS = ["A", "B", "C", "Z", "T1", "T2", "T3", "Wxi", "Wxiw"] as const;
const PLONK_VALUES = ["eval_a", "eval_b", "eval_c", "eval_s1", "eval_s2", "eval_zw"] as const;

export function encodeGroth16({ pi_a, pi_b, pi_c }: Groth16Proof): Uint8Array {
  const [x, y] = [pi_b[0], pi_b[1]] as [string[], string[]];
  return encode([...pi_a.slice(0, 2), x[1], x[0], y[1], y[0], ...pi_c.slice(0, 2)] as string[]);
}

/** Undefined if the bytes are no such proof: another length, or a coordinate that is not canonical. */
export function decodeGroth16(bytes: Uint8Array): Groth16Proof | undefined {
  const words = decode(bytes, GROTH16_WORDS, Q);
  if (words === undefined) return undefined;
  const [ax, ay, bx1, bx0, by1, by0, cx, cy] = words as string[];
  return {
    pi_a: point(ax, ay),
    pi_b: [
      [bx0, bx1],
      [by0, by1],
      ["1", "0"],
    ],
    pi_c: point(cx, cy),
    protocol: "groth16",
    curve: "bn128",
  } as Groth16Proof;
}

export function encodePlonk(proof: PlonkProof): Uint8Array {
  const points = PLONK_POINTS.flatMap((name) => proof[name].slice(0, 2));
  return encode([...points, ...PLONK_VALUES.map((name) => proof[name])]);
}

/** Undefined if the bytes are no such proof: another length, or a number that is not canonical. */
export function decodePlonk(bytes: Uint8Array): PlonkProof | undefined {
  // The verifier contract holds coordinates, too, to the order of the scalar field.
  const words = decode(bytes, PLONK_WORDS, R);
  if (words === undefined) return undefined;
  const points = PLONK_POINTS.map((name, i) => [name, point(words[2 * i], words[2 * i + 1])]);
  const values = PLONK_VALUES.map((name, i) => [name, words[2 * PLONK_POINTS.length + i]]);
  return { ...Object.fromEntries([...points, ...values]), protocol: "plonk", curve: "bn128" } as PlonkProof;
}

function encode(numbers: readonly string[]): Uint8Array {
  return Uint8Array.from(numbers.flatMap((number) => [...toBytes(BigInt(number), FIELD_BYTES)]));
}

function decode(bytes: Uint8Array, count: number, bound: bigint): string[] | undefined {
  if (bytes.length !== count * FIELD_BYTES) return undefined;
  const words = Array.from({ length: count }, (_, i) =>
    fromBytes(bytes.subarray(i * FIELD_BYTES, (i + 1) * FIELD_BYTES)),
  );
  return words.every((word) => word < bound) ? words.map(String) : undefined;
}

/** Affine, with the third coordinate that snarkjs adds. */
function point(x: string | undefined, y: string | undefined): string[] {
  return [x, y, "1"] as string[];
}

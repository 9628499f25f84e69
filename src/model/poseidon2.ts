// Poseidon2 over BN254 (protocol §2) in plain bigint arithmetic: about 0.1 ms a permutation. Whatever hashes
// much takes a `Hash` as an option, so that a faster implementation can stand in.

import { P } from "./field.ts";
import { FIRST_ROUNDS, INTERNAL_DIAGONAL, LAST_ROUNDS, PARTIAL_ROUNDS } from "./poseidon2-constants.ts";

export type Hash = (inputs: readonly bigint[]) => bigint;

type Lanes = readonly [bigint, bigint, bigint, bigint];

const RATE = 3;
const [D0, D1, D2, D3] = INTERNAL_DIAGONAL;

/** The sponge: the length stands in the capacity lane, three inputs are added before each permutation. */
export function hash(inputs: readonly bigint[]): bigint {
  let lanes: Lanes = [0n, 0n, 0n, BigInt(inputs.length) << 64n];
  for (let i = 0; i < inputs.length; i += RATE) {
    const [a, b, c, capacity] = lanes;
    lanes = permute([a + (inputs[i] ?? 0n), b + (inputs[i + 1] ?? 0n), c + (inputs[i + 2] ?? 0n), capacity]);
  }
  return lanes[0];
}

/** The permutation. Inputs need not be reduced, outputs are. */
export function permute(input: Lanes): Lanes {
  let lanes = external(input);
  for (const constants of FIRST_ROUNDS) lanes = fullRound(lanes, constants);
  lanes = partialRounds(lanes);
  for (const constants of LAST_ROUNDS) lanes = fullRound(lanes, constants);
  const [a, b, c, d] = lanes;
  return [a % P, b % P, c % P, d % P];
}

function fullRound([a, b, c, d]: Lanes, [k0, k1, k2, k3]: Lanes): Lanes {
  return external([fifthPower(a + k0), fifthPower(b + k1), fifthPower(c + k2), fifthPower(d + k3)]);
}

/** Only lane 0 goes through the S-box; the internal matrix is all ones plus a diagonal. */
function partialRounds([a, b, c, d]: Lanes): Lanes {
  for (const constant of PARTIAL_ROUNDS) {
    a = fifthPower(a + constant);
    const sum = a + b + c + d;
    a = (a * D0 + sum) % P;
    b = (b * D1 + sum) % P;
    c = (c * D2 + sum) % P;
    d = (d * D3 + sum) % P;
  }
  return [a, b, c, d];
}

/** Multiplies by the external matrix [[5,7,1,3],[4,6,1,1],[1,3,5,7],[1,1,4,6]]; the result is not reduced. */
function external([a, b, c, d]: Lanes): Lanes {
  return [
    5n * a + 7n * b + c + 3n * d,
    4n * a + 6n * b + c + d,
    a + 3n * b + 5n * c + 7n * d,
    a + b + 4n * c + 6n * d,
  ];
}

function fifthPower(x: bigint): bigint {
  const square = (x * x) % P;
  return (((square * square) % P) * x) % P;
}

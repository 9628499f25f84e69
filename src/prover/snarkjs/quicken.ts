// Makes ffjavascript's field arithmetic quicker, in this process only. snarkjs builds PLONK's quotient polynomial, and
// Groth16's constraint values, by some hundreds of millions of single field operations. Each copies its operands twice into
// fresh arrays, looks its function up by a name it puts together, and converts small constants anew; the arithmetic is
// the least of it. Here operands are copied once, functions are looked up once, and constants are kept. The WASM that
// computes stays the same; and no proof is handed out that the verifier has not accepted.

import { buildBn128, type Curve } from "ffjavascript";

let quickened: Curve | undefined;

export async function quicken(): Promise<void> {
  const curve = await buildBn128();
  if (quickened === curve) return;
  quickened = curve;
  quickenField(curve);
}

const BYTES = 32;

function quickenField({ Fr, tm }: Curve): void {
  const { exports } = tm.instance;
  const [first, second, result] = [Fr.pOp1, Fr.pOp2, Fr.pOp3];
  const memory = new Uint8Array(tm.memory.buffer);
  // An array of its own for each result: callers keep them.
  const take = () => memory.slice(result, result + BYTES);

  const binary = (name: string) => {
    const compute = exports[`frm_${name}`] as (a: number, b: number, to: number) => void;
    return (a: Uint8Array, b: Uint8Array) => {
      memory.set(a, first);
      memory.set(b, second);
      compute(first, second, result);
      return take();
    };
  };
  Fr.mul = binary("mul");
  Fr.add = binary("add");
  Fr.sub = binary("sub");

  const square = exports.frm_square as (a: number, to: number) => void;
  Fr.square = (a) => {
    memory.set(a, first);
    square(first, result);
    return take();
  };

  const convert = Fr.e.bind(Fr);
  const constants = new Map<number | bigint, Uint8Array>();
  Fr.e = (value) => {
    if (value instanceof Uint8Array) return value;
    const known = constants.get(value);
    if (known !== undefined) return known;
    const converted = convert(value);
    if (value <= SMALL) constants.set(value, converted);
    return converted;
  };
}

/** Constants beyond this are no constants. */
const SMALL = 2 ** 32;

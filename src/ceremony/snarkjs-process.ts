// Process that makes one call to snarkjs and ends: with it go snarkjs's threads, the files that it leaves open, and the
// secret of a contribution.

import * as snarkjs from "snarkjs";
import type { Outcome, SnarkjsCall } from "./snarkjs.ts";

const errors: string[] = [];
const ignore = () => {};
const logger = { debug: ignore, info: ignore, warn: ignore, error: (line: string) => void errors.push(line) };

const { powersOfTau, zKey } = snarkjs;
/** The types of `verify` are of another version: it takes the file and the logger. */
const verifyPtau = powersOfTau.verify as unknown as (file: string, log: object) => Promise<boolean>;

const CALLS: { [Name in keyof SnarkjsCall]: (...args: SnarkjsCall[Name]) => Promise<unknown> } = {
  verifyPtau: (file) => verifyPtau(file, logger),
  newZKey: (r1cs, ptau, to) => zKey.newZKey(r1cs, ptau, to, logger),
  contribute: (from, to, name, entropy) => zKey.contribute(from, to, name, entropy, logger),
  beacon: (from, to, name, value, exponent) => zKey.beacon(from, to, name, value, exponent, logger),
  verifyFromInit: (initial, ptau, file) => zKey.verifyFromInit(initial, ptau, file, logger),
};

// Whoever asked is gone: nobody would take the result.
process.once("disconnect", () => process.exit(1));
process.once("message", async ({ name, args }: { name: keyof SnarkjsCall; args: never }) => {
  process.send?.(await outcomeOf(name, args), () => process.exit(0));
});

async function outcomeOf(name: keyof SnarkjsCall, args: never): Promise<Outcome> {
  try {
    const call = CALLS[name] as (...args: never) => Promise<unknown>;
    const result = await call(...(args as never[] as never));
    if (result instanceof Uint8Array) return { hash: Buffer.from(result).toString("hex") };
    return result === true ? {} : { wrong: errors.join("; ") };
  } catch (error) {
    return { wrong: [...errors, (error as Error).message].join("; ") };
  }
}

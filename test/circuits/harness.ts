// The small instance of the circuit, and inputs for it from the shared vectors.

import { expect } from "chai";
import { isLuntraError } from "../../src/errors.ts";
import {
  applyRecord,
  applySegment,
  type Hash,
  type Instance,
  NO_RECORD,
  publicInputs,
  type RecordWords,
  type SegmentWords,
  State,
  traceSegment,
} from "../../src/model/index.ts";
import { type Circuit, compileSegment } from "../../src/prover/circuit.ts";
import { loadFastHash } from "../../src/prover/fast-hash.ts";
import { buildInputs, type CircuitInputs } from "../../src/prover/inputs.ts";
import { solve } from "../../src/prover/witness.ts";
import { everyCase, SENDER, type SegmentVector } from "../support/vectors.ts";

/** Sizes of the package in `small/`: its tree has 27 leaves, so that it can be full. */
export const SMALL: Instance = { n: 2, D: 3, E: 3 };

export const CONTEXT = {
  chainId: 31337n,
  rollup: `0x${"11".repeat(20)}`,
  batchId: `0x${"22".repeat(32)}`,
  segment: 0,
  beneficiary: `0x${"33".repeat(20)}`,
};

export const hash: Hash = await loadFastHash();

export function smallCircuit(): Promise<Circuit> {
  return compileSegment("small", SMALL);
}

/** What an honest prover feeds the circuit; `b` is the vector's, that is, the model's. */
export function inputsOf(
  { before, words, a, b }: Pick<SegmentVector, Result>,
  instance: Instance = SMALL,
): CircuitInputs {
  const trace = traceSegment(before.clone(), words, instance.n);
  const binding = publicInputs({ a, b, words, n: instance.n, context: CONTEXT, hash });
  return buildInputs(trace, binding, instance, hash);
}

const CASES = new Map(everyCase({ ...SMALL, hash }).map(({ name, vector }) => [name, vector]));

/** A vector of `everyCase` by its name. */
export function caseOf(name: string): SegmentVector {
  return CASES.get(name) ?? expect.fail(`no case named ${name}`);
}

/** A state of the small instance after these records. */
export function stateWith(records: readonly RecordWords[]): State {
  const state = State.genesis({ ...SMALL, hash });
  for (const record of records) applyRecord(state, record);
  return state;
}

/** Words of a forced record, or of a signed one without fee, that moves one wei of ETH. */
export function forced(kind: bigint, recipient: bigint): RecordWords {
  return { ...NO_RECORD, kind, sender: SENDER.address, recipient, amount: 1n };
}

/** A segment of words, with the model's result. */
export function run(before: State, words: SegmentWords): Pick<SegmentVector, Result> {
  const after = before.clone();
  const a = before.checkpoint();
  const { checkpoint, receipts } = applySegment(after, words);
  return { before, words, after, a, b: checkpoint, receipts };
}

type Result = "before" | "words" | "after" | "a" | "b" | "receipts";

export async function expectAccepted(circuit: Circuit, inputs: CircuitInputs, about: string): Promise<void> {
  await solve(circuit, inputs).catch((error) => expect.fail(`${about}: ${error}`));
}

/** Why the circuit refuses the inputs. */
export async function refusal(circuit: Circuit, inputs: CircuitInputs, about: string): Promise<string> {
  try {
    await solve(circuit, inputs);
  } catch (error) {
    if (isLuntraError(error, "WITNESS_REFUSED")) return error.args.reason;
    throw error;
  }
  return expect.fail(`${about}: the circuit accepted it`);
}

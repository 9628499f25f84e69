// How a forgery is played. A forger is not bound to the compiler's witness calculator: it fills hints and signals as it
// likes. Here it does so through a copy of the sources in which a hint has another formula, which leaves the constraints as
// they are, compiled without the calculator's own checks. Two witnesses come of it:
// - against the circuit itself, where at least one constraint must be broken;
// - against the under-constrained circuit in which the one constraint in question is missing: there it must pass. So it is
//   this constraint that stops the forgery, and these tests would notice if it were gone.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { calculate } from "../../src/prover/circom/calculator.ts";
import { type CircomInputs, compileMain, mainOf, toWtns } from "../../src/prover/circom/index.ts";
import { signalsOf } from "./harness.ts";
import { brokenConstraints } from "./r1cs.ts";

export interface Forgery {
  /** What the forger would gain. */
  readonly name: string;
  /** The constraint that stops it: a file below circuits/circom and its text there, which occurs once. */
  readonly file: string;
  readonly constraint: string;
  /** For a `<==`: what the forger assigns instead. A missing `===` assigns nothing. */
  readonly assigns?: string;
  /** Hints that the forger computes in its own way. */
  readonly hints?: readonly Edit[];
  readonly circuit: Main;
  readonly inputs: CircomInputs;
  /** What the forged witness shows where the constraint is missing, as the first signals. */
  readonly shows?: readonly bigint[];
  /** What the truth is; the forged witness must show something else. */
  readonly truth?: readonly bigint[];
}

export interface Main {
  readonly file: string;
  readonly template: string;
  readonly public?: readonly string[];
}

export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const SOURCES = resolve(import.meta.dirname, "../../circuits/circom");

export async function play(forgery: Forgery): Promise<void> {
  const { name, file, constraint, assigns, hints = [], shows, truth } = forgery;
  const intact =
    assigns === undefined ? [] : [{ file, from: constraint, to: `${assigns} ${checkOf(constraint)}` }];
  const missing = { file, from: constraint, to: assigns ?? "" };

  const refused = await attempt(forgery, [...hints, ...intact]);
  expect(refused.broken, `${name}: constraints that the forged witness breaks`).to.be.above(0);

  const accepted = await attempt(forgery, [...hints, missing]);
  expect(accepted.broken, `${name}: constraints broken where the one is missing`).to.equal(0);
  if (shows !== undefined) expect(accepted.first(shows.length), name).to.deep.equal(shows);
  if (truth !== undefined) expect(accepted.first(truth.length), name).to.not.deep.equal(truth);
}

/** Witness of edited sources, without the calculator's checks, and what is wrong with it. */
async function attempt({ circuit, inputs }: Forgery, edits: readonly Edit[]) {
  const main = mainOf(circuit.file, circuit.template, circuit.public);
  const sources = edited(edits);
  try {
    const compiled = await compileMain("test-forgery", main, "O2", { sources });
    const calculator = await WebAssembly.compile(withoutAsserts(readFileSync(compiled.wasmPath)));
    const witness = toWtns(await calculate(calculator, inputs));
    const signal = signalsOf(witness);
    const first = (count: number) => Array.from({ length: count }, (_, i) => signal(i + 1));
    return { broken: await brokenConstraints(compiled.r1csPath, witness), first };
  } finally {
    rmSync(sources, { recursive: true });
  }
}

/** What the calculator does where a constraint fails: `i32.const 4; return; end`, 4 being "assert failed". */
const FAILS = Buffer.from([0x41, 0x04, 0x0f, 0x0b]);
/** `nop; nop; nop; end`: it goes on. */
const GOES_ON = Buffer.from([0x01, 0x01, 0x01, 0x0b]);

function withoutAsserts(wasm: Buffer): Buffer {
  const patched = Buffer.from(wasm);
  for (let at = patched.indexOf(FAILS); at >= 0; at = patched.indexOf(FAILS, at)) GOES_ON.copy(patched, at);
  return patched;
}

/** A copy of the sources with each edit made at the one place where its text occurs. */
function edited(edits: readonly Edit[]): string {
  const folder = mkdtempSync(join(tmpdir(), "luntra-forgery-"));
  cpSync(SOURCES, folder, { recursive: true });
  for (const { file, from, to } of edits) {
    const path = join(folder, file);
    const text = readFileSync(path, "utf8");
    expect(text.split(from).length - 1, `places in ${file} that say "${from}"`).to.equal(1);
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
  }
  return folder;
}

/** `x <== e;` asserted only: `x === e;`. */
function checkOf(constraint: string): string {
  const [target, value] = constraint.split("<==");
  return `${(target ?? "").replace("signal", "").trim()} === ${(value ?? "").trim()}`;
}

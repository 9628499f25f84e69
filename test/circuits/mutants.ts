// The circuit with one thing taken out: what a constraint is for shows when it is gone.

import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Noir } from "@noir-lang/noir_js";
import { expect } from "chai";
import { type Circuit, compileCircuit, LIBRARY } from "../../src/prover/circuit.ts";
import type { CircuitInputs } from "../../src/prover/inputs.ts";
import { encodeInputs } from "../../src/prover/witness.ts";
import { SMALL } from "./harness.ts";

/** Text of the library that is replaced, in one file. It must occur just once. */
export interface Mutation {
  readonly file: "bits" | "interval" | "record" | "segment" | "tree";
  readonly from: string;
  readonly to: string;
}

/** Like an instance's `main`, but tells where the run ends instead of being told. */
const PROBE = `
use luntra::{checkpoint::Checkpoint, record::{Hints, Words}, segment};

fn main(
    a: pub Field,
    b: pub Field,
    h: pub Field,
    r: pub Field,
    y: pub Field,
    context: pub Field,
    before: Checkpoint,
    first: Field,
    words: [Words; ${SMALL.n}],
    hints: [Hints<${SMALL.D}>; ${SMALL.n}],
) -> pub Field {
    let _ = b + context;
    segment::run::<${SMALL.n}, ${SMALL.D}, ${SMALL.E}>(a, h, r, y, before, first, words, hints).hash()
}
`;

const PACKAGE = `[package]
name = "probe"
type = "bin"
authors = [""]

[dependencies]
luntra = { path = "./lib" }
`;

/** A circuit that computes where a run ends, with the mutation in its library. */
export async function probe(mutation?: Mutation): Promise<Circuit> {
  const folder = await mkdtemp(join(tmpdir(), "luntra-mutant-"));
  try {
    await cp(LIBRARY, join(folder, "lib"), { recursive: true });
    await mkdir(join(folder, "src"));
    await writeFile(join(folder, "Nargo.toml"), PACKAGE);
    await writeFile(join(folder, "src/main.nr"), PROBE);
    if (mutation !== undefined) await mutate(join(folder, "lib/src"), mutation);
    return await compileCircuit("probe", folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function mutate(folder: string, { file, from, to }: Mutation): Promise<void> {
  const path = join(folder, `${file}.nr`);
  const source = await readFile(path, "utf8");
  expect(source.split(from), `"${from}" in ${file}.nr`).to.have.length(2);
  await writeFile(
    path,
    source.replace(from, () => to),
  );
}

/** The checkpoint that a probe computes; undefined if it refuses the inputs. */
export async function probed(circuit: Circuit, inputs: CircuitInputs): Promise<bigint | undefined> {
  try {
    const { returnValue } = await new Noir(circuit.program).execute(encodeInputs(inputs));
    return BigInt(returnValue as string);
  } catch {
    return undefined;
  }
}

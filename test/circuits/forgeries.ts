// Attempts to prove what is not so. Each breaks one constraint and satisfies all others, which the tests show by
// taking that constraint out of the circuit.

import { expect } from "chai";
import { covers, flattenWords, type Leaf, mod, type Path, type RecordWords } from "../../src/model/index.ts";
import type { Circuit } from "../../src/prover/circuit.ts";
import type { CircuitInputs, StepInput } from "../../src/prover/inputs.ts";
import { KNOWN, STRANGER } from "../support/vectors.ts";
import {
  ARCS_IN_BOTTOMS,
  arcNumbers,
  arcsByCarry,
  arcsInTops,
  divide,
  forgeable,
  hintsOf,
  insertAfter,
  leafDigest,
  leavesAtC,
  plant,
  rechain,
  stepsOf,
} from "./forge.ts";
import { caseOf, hash, inputsOf, refusal, SMALL } from "./harness.ts";
import { type Mutation, probe, probed } from "./mutants.ts";

export interface Forgery {
  readonly name: string;
  /** Without this constraint the forgery passes. */
  readonly without: Mutation;
  /** What the circuit says when it refuses. */
  readonly refusal: string;
  readonly inputs: () => CircuitInputs;
}

const RICH = 10n ** 30n;
const RANGE = "call to assert_max_bit_size";

/** `assert(…)` taken out; `condition` is how it starts. */
function unasserted(file: Mutation["file"], text: string): Mutation {
  return { file, from: text, to: "" };
}

const ROOT = unasserted("tree", 'assert(flag * (pair.old - root) == 0, "path does not lead to the root");');
const CONTINUITY: Mutation = {
  file: "tree",
  from: "place[0] * children[0] + place[1] * children[1] + place[2] * children[2] == old,",
  to: "old == old,",
};
const CLAIM = unasserted("bits", "(x - y + (1 - claim) * TWO_POW_140).assert_max_bit_size::<140>();");

/** Starts from the honest inputs of a case. */
function forged(name: string, change: (inputs: CircuitInputs) => void): () => CircuitInputs {
  return () => {
    const inputs = forgeable(inputsOf(caseOf(name)));
    change(inputs);
    return inputs;
  };
}

/** Siblings in the empty part of a path, from a level upwards. */
function emptyAbove(level: number): Path {
  const unused = [0n];
  while (unused.length < SMALL.E) {
    const below = unused[unused.length - 1] as bigint;
    unused.push(hash([below, below, below]));
  }
  return unused.slice(level).map((node) => [node, node] as const);
}

/** The way up from the first free place of the empty exit tree. */
function firstExit(): StepInput[] {
  return stepsOf(0n, 0, emptyAbove(0));
}

function rotate([step]: StepInput[]): void {
  const [x, y, z] = step?.place ?? [0n, 0n, 0n];
  if (step !== undefined) step.place = [z, x, y];
}

/** Makes the sender rich and weighs the honest children so that they add up to the forged leaf. */
function mixed(
  inputs: CircuitInputs,
  weigh: (leaf: bigint, children: StepInput["children"]) => StepInput["place"],
): void {
  const { leaf, steps } = hintsOf(inputs).a;
  leaf.lo = RICH;
  const [step] = steps;
  if (step !== undefined) step.place = weigh(leafDigest(leaf), step.children);
}

const TRANSFER = "transferEth, to a known recipient: executed";
const TO_STRANGER = "transferEth, to a stranger: executed";
const WITHDRAWAL = "withdrawEth, to a known recipient: executed";
const LAST_OF_IT = "withdrawEth, spends the last of it: executed";
const WRONG_NONCE = "withdrawEth, nonce ahead: wrong nonce";
const FEE_SHORT = "withdrawEth, balance short of the fee by one: fee not covered";

const STATE: Forgery[] = [
  {
    name: "a balance that is not in the state",
    without: ROOT,
    refusal: "path does not lead to the root",
    inputs: forged(WITHDRAWAL, (inputs) => plant(hintsOf(inputs).a, { lo: RICH })),
  },
  {
    name: "a token balance that is not in the state",
    without: ROOT,
    refusal: "path does not lead to the root",
    inputs: forged("withdrawToken, to a known recipient: executed", (inputs) =>
      plant(hintsOf(inputs).b, { lo: RICH }),
    ),
  },
  {
    name: "a recipient's balance that is not in the state",
    without: ROOT,
    refusal: "path does not lead to the root",
    inputs: forged(TRANSFER, (inputs) => plant(hintsOf(inputs).c, { lo: RICH })),
  },
  {
    name: "a nonce that is not in the state",
    without: ROOT,
    refusal: "path does not lead to the root",
    inputs: forged(WRONG_NONCE, (inputs) => {
      plant(hintsOf(inputs).a, { hi: 1n });
      hintsOf(inputs).append = firstExit();
    }),
  },
  {
    name: "a sibling that is not in the state",
    without: ROOT,
    refusal: "path does not lead to the root",
    inputs: forged(WITHDRAWAL, (inputs) => {
      const { steps } = hintsOf(inputs).a;
      const step = steps[1];
      if (step === undefined) throw new Error("no step");
      step.children[step.place.indexOf(0n)] = 1n;
      rechain(steps, hash(step.children), 2);
    }),
  },
  {
    name: "an exit tree that is not the batch's, with an exit of the prover's own",
    without: ROOT,
    refusal: "path does not lead to the root",
    inputs: forged(WITHDRAWAL, (inputs) => {
      hintsOf(inputs).append = stepsOf(0n, 0, [[hash([0n, STRANGER, RICH]), 0n], ...emptyAbove(1)]);
    }),
  },
];

const PATHS: Forgery[] = [
  {
    name: "a forged leaf below an honest path",
    without: CONTINUITY,
    refusal: "path does not go on from the node below",
    inputs: forged(WITHDRAWAL, (inputs) => Object.assign(hintsOf(inputs).a.leaf, { lo: RICH })),
  },
  {
    name: "another position on an honest path",
    without: CONTINUITY,
    refusal: "path does not go on from the node below",
    inputs: forged(WITHDRAWAL, (inputs) => rotate(hintsOf(inputs).a.steps)),
  },
  {
    name: "an append on top of a leaf in use",
    without: CONTINUITY,
    refusal: "path does not go on from the node below",
    inputs: forged(TO_STRANGER, (inputs) => {
      const step = hintsOf(inputs).append[0];
      if (step === undefined) throw new Error("no step");
      step.children[step.place.indexOf(1n)] = 1n;
    }),
  },
  // A leaf that is not there, balanced against those that are: by one place weighed, and by two places mixed.
  {
    name: "a leaf by weighing its place",
    without: unasserted("tree", 'assert(place[0] + place[1] + place[2] == 1, "not one place in a path");'),
    refusal: "not one place in a path",
    inputs: forged(WITHDRAWAL, (inputs) => mixed(inputs, (leaf, [, one]) => [0n, divide(leaf, one), 0n])),
  },
  {
    name: "a leaf by mixing its place with the first",
    without: unasserted("tree", "assert_bit(place[0]);"),
    refusal: "not a bit",
    inputs: forged(WITHDRAWAL, (inputs) =>
      mixed(inputs, (leaf, [zero, one]) => {
        const share = divide(leaf - one, zero - one);
        return [share, mod(1n - share), 0n];
      }),
    ),
  },
  {
    name: "a leaf by mixing two places other than the first",
    without: unasserted("tree", 'assert(place[1] * place[2] == 0, "two places in a path");'),
    refusal: "two places in a path",
    inputs: forged(WITHDRAWAL, (inputs) =>
      mixed(inputs, (leaf, [, one, two]) => {
        const share = divide(leaf - two, one - two);
        return [0n, share, mod(1n - share)];
      }),
    ),
  },
  {
    name: "a leaf that skips a place",
    without: unasserted(
      "record",
      'assert(inserts * (in_state.index - now.leaf_count) == 0, "leaf not at the leaf count");',
    ),
    refusal: "leaf not at the leaf count",
    inputs: forged(TO_STRANGER, (inputs) => {
      const vector = caseOf(TO_STRANGER);
      const key = hash([1n, STRANGER]);
      const cover = leavesAtC(vector).findIndex((leaf) => covers(leaf, key));
      insertAfter(vector, inputs, cover, key, 1);
    }),
  },
  {
    name: "an exit that skips a place",
    without: unasserted(
      "record",
      'assert(exits * (in_exits.index - now.exit_count) == 0, "exit not at the exit count");',
    ),
    refusal: "exit not at the exit count",
    inputs: forged(WITHDRAWAL, (inputs) => {
      hintsOf(inputs).append = stepsOf(0n, 1, emptyAbove(0));
    }),
  },
];

/** Each way to write three arcs that go round twice as if they went round once. */
const ARCS: readonly {
  readonly by: string;
  readonly without: Mutation;
  readonly arcs: typeof arcsByCarry;
}[] = [
  {
    by: "bottoms that are too large",
    without: unasserted("interval", "(arc - top * TWO_POW_126).assert_max_bit_size::<126>();"),
    arcs: () => ARCS_IN_BOTTOMS,
  },
  {
    by: "tops that are too large",
    without: unasserted("interval", "top.assert_max_bit_size::<140>();"),
    arcs: arcsInTops,
  },
  {
    by: "a carry that is none",
    without: unasserted("interval", "arcs.carry.assert_max_bit_size::<2>();"),
    arcs: arcsByCarry,
  },
];

const INTERVALS: Forgery[] = ARCS.flatMap(({ by, without, arcs }) =>
  [
    { name: "a second record of a known recipient", test: TRANSFER, recipient: KNOWN },
    { name: "an insertion after a leaf that does not cover the key", test: TO_STRANGER, recipient: STRANGER },
  ].map(({ name, test, recipient }) => ({
    name: `${name}, by ${by}`,
    without,
    refusal: RANGE,
    inputs: forged(test, (inputs) => {
      const vector = caseOf(test);
      const key = hash([1n, recipient]);
      const leaves = leavesAtC(vector);
      const low = leaves.findIndex((leaf) => !covers(leaf, key));
      insertAfter(vector, inputs, low, key);
      hintsOf(inputs).c.arcs = arcs(arcNumbers(leaves[low] as Leaf, key));
    }),
  })),
);

const CLAIMS: Forgery[] = [
  {
    name: "that a balance one short covers the amount",
    without: CLAIM,
    refusal: RANGE,
    inputs: forged("withdrawEth, balance short of the amount by one: balance too low", (inputs) => {
      hintsOf(inputs).covers_amount = 1n;
      hintsOf(inputs).append = firstExit();
    }),
  },
  {
    name: "that a balance does not cover the amount, though it does",
    without: CLAIM,
    refusal: RANGE,
    inputs: forged(LAST_OF_IT, (inputs) => {
      hintsOf(inputs).covers_amount = 0n;
    }),
  },
  {
    name: "that a balance one short covers the fee",
    without: CLAIM,
    refusal: RANGE,
    inputs: forged(FEE_SHORT, (inputs) => {
      hintsOf(inputs).covers_fee = 1n;
    }),
  },
  {
    name: "that a balance does not cover the fee, though it does",
    without: CLAIM,
    refusal: RANGE,
    inputs: forged(LAST_OF_IT, (inputs) => {
      hintsOf(inputs).covers_fee = 0n;
    }),
  },
  {
    name: "that a balance one short covers the fee in part",
    without: unasserted("bits", "    assert_bit(claim);"),
    refusal: "not a bit",
    inputs: forged(FEE_SHORT, (inputs) => {
      hintsOf(inputs).covers_fee = mod(1n - divide(2n, 2n ** 140n));
    }),
  },
  {
    name: "flags of a forced withdrawal for a signed one, to do without a signature",
    without: {
      file: "record",
      from: "is_token + 2 * is_debit + 4 * is_credit + 8 * is_signed == kind,",
      to: "kind == kind,",
    },
    refusal: "flags differ from the kind",
    inputs: forged(WRONG_NONCE, (inputs) => {
      hintsOf(inputs).flags = [0n, 1n, 0n, 0n];
      hintsOf(inputs).append = firstExit();
    }),
  },
  {
    name: "a flag of five, to do without a signature",
    without: unasserted("record", "        assert_bit(flag);"),
    refusal: "not a bit",
    inputs: forged(WRONG_NONCE, (inputs) => {
      hintsOf(inputs).flags = [0n, 5n, 0n, 0n];
      hintsOf(inputs).append = firstExit();
    }),
  },
];

const BINDING: Forgery[] = [
  {
    name: "a preimage that is not the checkpoint's",
    without: unasserted("segment", 'assert(before.hash() == a, "preimage does not hash to a");'),
    refusal: "preimage does not hash to a",
    inputs: forged(WITHDRAWAL, (inputs) => {
      inputs.before.leaf_count += 1n;
    }),
  },
  {
    name: "other words, found after r was known",
    without: unasserted("segment", 'assert(hash(list) == h, "words do not hash to h");'),
    refusal: "words do not hash to h",
    inputs: forged(WITHDRAWAL, (inputs) => {
      // The first amount is word 5, and the nonce of the void record after it is word 13: y stays what it was.
      const [words, spare] = inputs.words as [RecordWords, RecordWords];
      const nonce = mod(-divide(1n, inputs.r ** 8n));
      inputs.words = [
        { ...words, amount: words.amount + 1n },
        { ...spare, nonce },
      ];
    }),
  },
  {
    name: "other words, with a hash of their own",
    without: unasserted("segment", 'assert(evaluate(list, r) == y, "words do not evaluate to y");'),
    refusal: "words do not evaluate to y",
    inputs: forged(WITHDRAWAL, (inputs) => {
      const [words, spare] = inputs.words as [RecordWords, RecordWords];
      inputs.words = [{ ...words, amount: words.amount + 1n }, spare];
      inputs.h = hash(flattenWords(inputs.first === 1n, inputs.words, SMALL.n));
    }),
  },
];

export const FORGERIES: readonly Forgery[] = [...STATE, ...PATHS, ...INTERVALS, ...CLAIMS, ...BINDING];

/** What is refused, and that nothing else would have refused it. */
export function titleOf({ name, refusal }: Forgery): string {
  return `${name}: "${refusal}", and only that constraint stands in the way`;
}

export async function expectRefused(circuit: Circuit, forgery: Forgery): Promise<void> {
  const forged = forgery.inputs();
  const end = await probed(await probe(forgery.without), forged);
  expect(end, "without the constraint").to.be.a("bigint");
  expect(end, "what is gained").to.not.equal(forged.b);
  forged.b = end as bigint;
  expect(await refusal(circuit, forged, forgery.name)).to.equal(forgery.refusal);
}

// Rules of the circom circuit changed one at a time: the case table has to notice each change. What leaves no trace in the
// state, such as "executed" where the amount is 0, is for the test of the verdict (record.test.ts).

import { rmSync } from "node:fs";
import { expect } from "chai";
import { isLuntraError } from "../../src/errors.ts";
import { type CircomCircuit, compileMain, mainOf, type Optimization } from "../../src/prover/circom/index.ts";
import { loadFastHash } from "../../src/prover/index.ts";
import { everyCase } from "../support/vectors.ts";
import { type Edit, edited } from "./forge.ts";
import { RECORD, recordCase } from "./forgeries.ts";
import { outputsOf, TINY } from "./harness.ts";

type Case = Awaited<ReturnType<typeof recordCase>>;

const MUTANTS: readonly Edit[] = [
  inVerdict("willing <== rightNonce * paysFee", "willing <== paysFee"),
  inVerdict("willing <== rightNonce * paysFee", "willing <== rightNonce"),
  inVerdict("unentitled <== signed * (1 - entitled)", "unentitled <== 0"),
  inVerdict("accepted <== (1 - noSender) * (1 - unentitled)", "accepted <== 1 - unentitled"),
  inVerdict("feeDue <== signed * fee", "feeDue <== 0"),
  inVerdict("token * (tokenFunds - funds + feeDue)", "token * tokenFunds"),
  inVerdict("covered <== 1 - debit * (1 - enough)", "covered <== 1"),
  inVerdict("covered <== 1 - debit * (1 - enough)", "covered <== enough"),
  inVerdict("noRoom <== needsLeaf * full", "noRoom <== needsLeaf"),
  inVerdict("blocked <== transfer * noRoom", "blocked <== 0"),
  inVerdict("blocked <== transfer * noRoom", "blocked <== credit * noRoom"),
  inVerdict("payable <== authorised * covered", "payable <== covered"),
  inVerdict("moves <== executed * (1 - zero)", "moves <== executed"),
  inRecord("debit - debitToken * (1 - signed)", "debit"),
  inRecord("debit - debitToken * (1 - signed)", "debit - debitToken"),
  inRecord("full <== IsZero()(leafCount - 3 ** D)", "full <== 0"),
  inRecord("charged <== signed * authorised", "charged <== signed"),
  inRecord("charged <== signed * authorised", "charged <== authorised"),
  inRecord("moved <== executed * amount", "moved <== authorised * amount"),
  inRecord("fromAccount <== debit * moved - fromTokens", "fromAccount <== debit * moved"),
  inRecord("paid <== credit * moved", "paid <== credit * amount"),
  inRecord("topUp <== hasRecipient * paid", "topUp <== paid"),
  inRecord("credits <== credit * moves", "credits <== credit * authorised"),
  inRecord("homeless <== credits * (1 - hasRecipient)", "homeless <== credits"),
  inRecord("inserts <== homeless * (1 - full)", "inserts <== homeless"),
  inRecord("withdrawal * moves + homeless - inserts", "withdrawal * moves"),
  inRecord("withdrawal <== debit * (1 - credit)", "withdrawal <== debit"),
  inRecord("leaves[2][3] + inserts * (recipientKey - leaves[2][3])", "leaves[2][3]"),
  inRecord("[recipientKey, amount, 0, leaves[2][3]]", "[recipientKey, amount, 0, 0]"),
  inRecord("leafCountAfter <== leafCount + inserts", "leafCountAfter <== leafCount"),
  inRecord("exitCountAfter <== exitCount + exits", "exitCountAfter <== exitCount"),
  inRecord("feesAfter <== fees + feePaid", "feesAfter <== fees"),
];

describe("circom: mutated rules", () => {
  for (const optimization of ["O2", "O1"] as const) {
    it(`agrees with the model in every case as it is (${optimization})`, async () => {
      expect(await disagreement([], await cases(), optimization)).to.equal(undefined);
    }).timeout(300_000);

    it(`disagrees with the model in some case, whichever rule is changed (${optimization})`, async () => {
      const all = await cases();
      const unnoticed: string[] = [];
      for (const mutant of MUTANTS) {
        const noticed = await disagreement([mutant], all, optimization);
        if (noticed === undefined) unnoticed.push(`${mutant.from} => ${mutant.to}`);
      }
      expect(unnoticed).to.deep.equal([]);
    }).timeout(1_800_000);
  }
});

async function cases(): Promise<ReadonlyMap<string, Case>> {
  const hash = await loadFastHash();
  const named = everyCase({ ...TINY, hash });
  return new Map(
    await Promise.all(named.map(async ({ name, vector }) => [name, await recordCase(vector)] as const)),
  );
}

/** The first case in which the changed circuit does not say what the model says. */
async function disagreement(
  edits: readonly Edit[],
  cases: ReadonlyMap<string, Case>,
  optimization: Optimization,
): Promise<string | undefined> {
  const sources = edited(edits);
  try {
    const main = mainOf(RECORD.file, RECORD.template);
    const circuit = await compileMain("test-mutant", main, optimization, { sources });
    for (const [name, example] of cases) if (!(await agrees(circuit, example))) return name;
    return undefined;
  } finally {
    rmSync(sources, { recursive: true });
  }
}

async function agrees(circuit: CircomCircuit, { inputs, truth }: Case): Promise<boolean> {
  try {
    const outputs = await outputsOf(circuit, inputs, truth.length);
    return outputs.every((output, i) => output === truth[i]);
  } catch (error) {
    if (isLuntraError(error, "WITNESS_REFUSED")) return false;
    throw error;
  }
}

function inVerdict(from: string, to: string): Edit {
  return { file: "verdict.circom", from, to };
}

function inRecord(from: string, to: string): Edit {
  return { file: "record.circom", from, to };
}

// The mutator: a mutant is what it says, keeps its id, and one that no test notices is found out.

import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { analyse, errorsOf } from "../../scripts/mutation/ast.ts";
import { Killers, slowOf } from "../../scripts/mutation/killers.ts";
import { findMutants, type Mutant } from "../../scripts/mutation/mutants.ts";
import { Worker } from "../../scripts/mutation/pool.ts";
import { compilable, prepare, ROOT } from "../../scripts/mutation/project.ts";
import { withAllMutants, withOneMutant } from "../../scripts/mutation/schemata.ts";
import { judge, type Survivor, sample } from "../../scripts/mutation/verdict.ts";
import { Verdicts } from "../../scripts/mutation/verdicts.ts";

const VAULT = `// A vault that pays its owner, and anyone after the deadline.
pragma solidity ^0.8.28;

contract Vault {
    uint256 private constant DELAY = 100;
    address private immutable owner = msg.sender;
    uint256 public deadline;
    uint256 public paid;

    error NotYet();
    error TooMuch();
    event Paid(uint256 amount);

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotYet();
        _;
    }

    function arm(uint256 start) external onlyOwner {
        deadline = start + DELAY;
    }

    function pay(uint256 amount, uint256 time) external returns (uint256 total) {
        if (time < deadline && amount > 0) revert NotYet();
        if (amount > 10) revert TooMuch();
        paid += amount;
        emit Paid(amount);
        return paid;
    }
}
`;
const FILE = "contracts/Vault.sol";

/** Tries every guard but the owner's. */
const VAULT_TEST = `// Tests of the vault.
pragma solidity ^0.8.28;

import {Vault} from "../../contracts/Vault.sol";

contract VaultTest {
    error Failed();

    function test_pays_after_the_deadline_and_no_more_than_ten() external {
        Vault vault = new Vault();
        vault.arm(1);
        try vault.pay(1, 100) { revert Failed(); } catch {}
        if (vault.pay(0, 100) != 0 || vault.pay(10, 101) != 10 || vault.pay(2, 101) != 12) revert Failed();
        try vault.pay(11, 101) { revert Failed(); } catch {}
    }
}
`;

const inVault = (source: string) => new Map([[FILE, source]]);
const mutantsOf = (source: string) => findMutants(inVault(source));
const said = ({ where, operator, original, mutated }: Mutant) =>
  `${where} ${operator}: ${original} -> ${mutated}`;

function find(mutants: readonly Mutant[], where: string, operator: string, original: string): Mutant {
  const found = mutants.find(
    (mutant) => mutant.where === where && mutant.operator === operator && mutant.original === original,
  );
  if (found === undefined) throw new Error(`no mutant ${where} ${operator} ${original}`);
  return found;
}

describe("Mutants of the contracts", () => {
  it("are every guard dropped and inverted, every comparison at its boundary, every write and event left out", () => {
    expect(mutantsOf(VAULT).map(said)).to.have.members([
      "Vault.onlyOwner condition-false: msg.sender != owner -> false",
      "Vault.onlyOwner invert: msg.sender != owner -> !(msg.sender != owner)",
      "Vault.arm drop-modifier: onlyOwner -> ",
      "Vault.arm drop-statement: deadline = start + DELAY; -> ",
      "Vault.arm arithmetic: start + DELAY -> start - DELAY",
      "Vault.DELAY constant-plus-one: uint256 private constant DELAY = 100 -> DELAY + 1",
      "Vault.pay condition-false: time < deadline && amount > 0 -> false",
      "Vault.pay invert: time < deadline && amount > 0 -> !(time < deadline && amount > 0)",
      "Vault.pay and-or: time < deadline && amount > 0 -> (time < deadline) || (amount > 0)",
      "Vault.pay drop-left: time < deadline && amount > 0 -> (amount > 0)",
      "Vault.pay drop-right: time < deadline && amount > 0 -> (time < deadline)",
      "Vault.pay boundary: time < deadline -> !((deadline) < (time))",
      "Vault.pay boundary: amount > 0 -> !((0) > (amount))",
      "Vault.pay literal: 0 -> uint256(0 + 1)",
      "Vault.pay condition-false: amount > 10 -> false",
      "Vault.pay invert: amount > 10 -> !(amount > 10)",
      "Vault.pay boundary: amount > 10 -> !((10) > (amount))",
      "Vault.pay literal: 10 -> uint256(10 + 1)",
      "Vault.pay drop-statement: paid += amount; -> ",
      "Vault.pay arithmetic: paid += amount; -> paid -= amount;",
      "Vault.pay drop-event: emit Paid(amount); -> ",
    ]);
  });

  it("keep their ids when lines move and other functions come, and have ids of their own", () => {
    const before = mutantsOf(VAULT);
    const more = VAULT.replace(
      "contract Vault {",
      "\n// ‖\ncontract Vault {\n    function f(uint256 a) external { paid = a + 2; }\n",
    );
    const ids = new Set(mutantsOf(more).map(({ id }) => id));
    expect(before.filter(({ id }) => !ids.has(id))).to.deep.equal([]);
    expect(new Set(before.map(({ id }) => id)).size).to.equal(before.length);
  });

  it("each change their own place and nothing else, and compile alone", () => {
    const source = VAULT.replace("// A vault", "// Σ vault");
    const bytes = inVault(Buffer.from(source).toString("latin1"));
    for (const mutant of findMutants(bytes)) {
      const alone = withOneMutant(bytes, mutant);
      const [edit] = mutant.edits;
      const text = alone.get(FILE) ?? "";
      expect(text.slice(0, edit?.start)).to.equal(bytes.get(FILE)?.slice(0, edit?.start));
      expect(text).to.not.equal(bytes.get(FILE));
      expect(errorsOf(analyse(alone)), said(mutant)).to.deep.equal([]);
    }
  });

  it("that Solidity's types forbid are set aside with the compiler's words", () => {
    const source = VAULT.replace("return paid;", "tag(0); return paid;").replace(
      "modifier onlyOwner",
      "function tag(bytes32 x) private pure {}\n    modifier onlyOwner",
    );
    const { mutants, notCompilable, mutated } = compilable(inVault(source), mutantsOf(source));
    expect(notCompilable.map(({ mutant }) => said(mutant))).to.deep.equal(["Vault.pay literal: 0 -> 0 + 1"]);
    expect(notCompilable[0]?.reason).to.include("bytes32");
    expect(errorsOf(analyse(mutated))).to.deep.equal([]);
    expect(mutants.length).to.be.greaterThan(20);
  });

  it("in one build stand each behind a switch of their own", () => {
    const mutants = mutantsOf(VAULT);
    const tree = analyse(inVault(VAULT)).sources[FILE]?.ast;
    if (tree === undefined) throw new Error("no syntax tree");
    const all = withAllMutants(inVault(VAULT), new Map([[FILE, tree]]), mutants).get(FILE) ?? "";
    mutants.forEach((_, i) => {
      expect(all.split(`mutant__(${i + 1})`).length, `mutant ${i + 1}`).to.equal(2);
    });
  });
});

describe("A run of mutants", () => {
  const folder = join(ROOT, ".cache", "mutation-test");
  const worker = new Worker();

  after(async () => {
    worker.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("kills what a test notices, and finds the guard that no test tries", async () => {
    const project = join(folder, "vault");
    for (const [file, source] of [
      [FILE, VAULT],
      ["test/sol/Vault.t.sol", VAULT_TEST],
    ] as const) {
      await mkdir(dirname(join(project, file)), { recursive: true });
      await writeFile(join(project, file), source);
    }
    const { prepared } = await prepare(join(folder, "copy"), project);
    const order = { folder: prepared.folder, viaIR: prepared.viaIR };
    await worker.run({ ...order, what: "build" }, 100);
    const failed = async (where: string, operator: string, original: string) => {
      const what = prepared.mutants.indexOf(find(prepared.mutants, where, operator, original)) + 1;
      return (await worker.run({ ...order, what }, 100)).failed;
    };
    const killer = ["VaultTest: test_pays_after_the_deadline_and_no_more_than_ten()"];

    const { ran, failed: without } = await worker.run({ ...order, what: 0 }, 100);
    expect(ran.map(({ name }) => name)).to.deep.equal(killer);
    expect(without).to.deep.equal([]);
    expect(await failed("Vault.pay", "condition-false", "amount > 10")).to.deep.equal(killer);
    expect(await failed("Vault.pay", "boundary", "amount > 10")).to.deep.equal(killer);
    expect(await failed("Vault.pay", "drop-right", "time < deadline && amount > 0")).to.deep.equal(killer);
    expect(await failed("Vault.onlyOwner", "invert", "msg.sender != owner")).to.deep.equal(killer);
    expect(
      await failed("Vault.DELAY", "constant-plus-one", "uint256 private constant DELAY = 100"),
    ).to.deep.equal(killer);
    // Planted: nobody but the owner calls `arm` in a test, and nobody looks at the event.
    expect(await failed("Vault.onlyOwner", "condition-false", "msg.sender != owner")).to.deep.equal([]);
    expect(await failed("Vault.arm", "drop-modifier", "onlyOwner")).to.deep.equal([]);
    expect(await failed("Vault.pay", "drop-event", "emit Paid(amount);")).to.deep.equal([]);
  });

  it("is at odds with the list if a survivor is missing there, or a listed one was killed or is no more", () => {
    const [a, b, c] = mutantsOf(VAULT) as [Mutant, Mutant, Mutant];
    const listed = (id: string): Survivor => ({
      id,
      where: "",
      operator: "",
      original: "",
      mutated: "",
      reason: "",
    });
    const results = [
      { mutant: a, verdict: "survived" as const, by: [] },
      { mutant: b, verdict: "killed" as const, by: ["a test"] },
    ];
    const judged = (ids: readonly string[]) => {
      const { unexplained, stale } = judge(results, ids.map(listed), [a, b, c]);
      return [unexplained.map(({ id }) => id), stale.map(({ id }) => id)];
    };
    expect(judged([])).to.deep.equal([[a.id], []]);
    expect(judged([a.id])).to.deep.equal([[], []]);
    expect(judged([a.id, b.id])).to.deep.equal([[], [b.id]]);
    // Not in this sample, so nothing is known of it.
    expect(judged([a.id, c.id])).to.deep.equal([[], []]);
    expect(judged([a.id, "no such"])).to.deep.equal([[], ["no such"]]);
  });

  it("counts a mutant with which the tests do not end as killed, and says how many there are", () => {
    const [a, b] = mutantsOf(VAULT) as [Mutant, Mutant];
    const verdict = judge(
      [
        { mutant: a, verdict: "unfinished", by: ["no reply in 120 s"] },
        { mutant: b, verdict: "killed", by: ["a test"] },
      ],
      [],
      [a, b],
    );
    expect(verdict).to.deep.include({ killed: 2, unfinished: 1, survived: 0, unexplained: [] });
  });

  it("of a sample takes the same ones for the same seed", () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    expect(sample(items, 10, 3)).to.deep.equal(sample(items, 10, 3));
    expect(sample(items, 10, 3)).to.not.deep.equal(sample(items, 10, 4));
    expect(new Set(sample(items, 60, 5)).size).to.equal(50);
  });
});

describe("Verdicts", () => {
  const [a, b, c] = mutantsOf(VAULT) as [Mutant, Mutant, Mutant];
  const killed = { verdict: "killed", by: ["VaultTest: test_pays()"], seconds: 1.5 } as const;
  const survived = { verdict: "survived", by: [], seconds: 9 } as const;
  let path: string;

  beforeEach(async () => {
    path = join(await mkdtemp(join(tmpdir(), "luntra-verdicts-")), "verdicts.jsonl");
  });
  afterEach(async () => rm(dirname(path), { recursive: true }));

  it("outlive the process that reached them, and hold for the contracts and tests that they were reached with", async () => {
    const before = await Verdicts.open(path, "key");
    await before.add(a, killed);
    await before.add(b, survived);

    const same = await Verdicts.open(path, "key");
    expect(same.of(a)).to.deep.include(killed);
    expect(same.of(b)).to.deep.include(survived);
    expect(same.of(c)).to.equal(undefined);

    const other = await Verdicts.open(path, "other key");
    expect(other.of(a)).to.equal(undefined);
    expect(other.all.map(({ id }) => id)).to.deep.equal([a.id, b.id]);
  });

  it("say who was not killed the last time, with any contracts and tests", async () => {
    const before = await Verdicts.open(path, "key");
    await before.add(a, survived);
    await before.add(b, survived);
    await before.add(c, { verdict: "unfinished", by: ["no reply in 120 s"], seconds: 120 });
    const after = await Verdicts.open(path, "other key");
    await after.add(a, killed);
    expect([...after.notKilled()]).to.deep.equal([b.id, c.id]);
  });

  it("lose no more than the line that a killed process was writing", async () => {
    await (await Verdicts.open(path, "key")).add(a, killed);
    const [line = ""] = (await readFile(path, "utf8")).split("\n");
    await appendFile(path, line.replace(a.id, b.id).slice(0, -9));

    const again = await Verdicts.open(path, "key");
    expect(again.of(a)).to.deep.include(killed);
    expect(again.of(b)).to.equal(undefined);
    await again.add(c, survived);
    expect((await Verdicts.open(path, "key")).of(c)).to.deep.include(survived);
  });
});

describe("Likely killers", () => {
  const tests = ["VaultTest: test_arms()", "VaultTest: test_pays()", "LateTest: testFuzz_late(uint256)"];
  const mutants = mutantsOf(VAULT);
  const [first, second] = mutants.filter(({ where }) => where === "Vault.pay") as [Mutant, Mutant];
  const elsewhere = find(mutants, "Vault.arm", "drop-modifier", "onlyOwner");

  it("are those that killed the mutant, then those of its function, then those of its file", () => {
    const killers = new Killers(tests);
    killers.note(elsewhere, ["VaultTest: test_arms()"]);
    killers.note(first, ["LateTest: testFuzz_late(uint256)"]);
    killers.note(second, ["VaultTest: test_pays()"]);
    expect(killers.likely(first)).to.deep.equal(["testFuzz_late", "test_pays", "test_arms"]);
    expect(killers.likely({ ...first, where: "Vault.other" })).to.deep.equal([
      "testFuzz_late",
      "test_pays",
      "test_arms",
    ]);
  });

  it("of a set-up that failed are a test of its suite", () => {
    const killers = new Killers(tests);
    killers.note(first, ["VaultTest: setUp()", "model: is the model's hash"]);
    expect(killers.likely(first)).to.deep.equal(["test_pays"]);
  });

  it("come before the few tests that take most of the time", () => {
    const ran = ["a", "b", "c", "d", "e"].map((name, i) => ({
      name: `VaultTest: test_${name}()`,
      ms: 10 ** i,
    }));
    expect(slowOf(ran)).to.deep.equal(["test_d", "test_e"]);
    const invariant = { name: "InvariantTest: invariant_1()", ms: 10 ** 9 };
    expect(slowOf([...ran, invariant])).to.deep.equal(["test_d", "test_e"]);
    expect(slowOf([])).to.deep.equal([]);
  });
});

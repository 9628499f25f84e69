import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ether } from "../../src/chain/amounts.ts";
import {
  checkEconomics,
  type DisputeCosts,
  disputeCosts,
  type Measured,
  type Row,
} from "../../src/chain/economics.ts";
import { PRESETS, type Parameters, type PresetName, presetFor } from "../../src/chain/presets.ts";
import { type Hex, NOTHING_ADDRESS } from "../../src/chain/types.ts";
import { fail, LuntraError } from "../../src/errors.ts";
import { INSTANCES, type InstanceName, MAX_SEGMENTS } from "../../src/model/params.ts";
import type { ProofSystemName } from "../../src/prover/proof-system.ts";
import { action } from "../support/action.ts";
import {
  parseChoice,
  parseDuration,
  parseEtherAmount,
  parseHexAddress,
  parseNatural,
} from "../support/arguments.ts";
import type { CommonArgs } from "../support/define.ts";
import { span, table } from "../support/output.ts";
import { type ProofSystemArgs, parseProofSystems } from "../support/proof-systems.ts";

type Args = CommonArgs &
  ProofSystemArgs & {
    preset: string;
    set: string | undefined;
    measured: string | undefined;
    gasPrice: string;
    stallPrice: string | undefined;
    delayPrice: string | undefined;
  };

const ROLES = ["guardian", "primary"] as const;
const MONEY: readonly string[] = [
  "batchBond",
  "minChallengeBond",
  "provingCost",
  "baseEnqueuePrice",
  "highBaseFee",
];
const COUNTS: readonly string[] = ["maxForced", "burnShareBps", "answerGas", "exitLimitBps"];
/** Roles that the mainnet preset is meant to be checked with, whoever has them. */
const SOMEBODY: Hex = `0x${"0".repeat(39)}1`;
const GWEI = 10n ** 9n;

export default action<Args>(async (args) => {
  const preset = parseChoice(args.preset, "--preset", Object.keys(PRESETS) as PresetName[]);
  const { systems, instance } = parseProofSystems({
    ...args,
    instance: args.instance ?? (args.proofSystem === "ultrahonk" ? "standard" : undefined),
  });
  const { n } = INSTANCES[instance];
  const roles = preset === "local" ? {} : { guardian: SOMEBODY, primary: SOMEBODY };
  const parameters = presetFor(preset, instance, systems, { ...roles, ...overridesOf(args.set) });
  const measured = args.measured === undefined ? {} : await measuredIn(args.measured, instance, systems);
  const { stallPrice, delayPrice } = args;
  const prices = {
    ...(stallPrice === undefined ? {} : { stall: parseEtherAmount(stallPrice, "--stall-price") }),
    ...(delayPrice === undefined ? {} : { delay: parseEtherAmount(delayPrice, "--delay-price") }),
  };
  const capacity = BigInt(MAX_SEGMENTS * n);
  const rows = checkEconomics(parameters, { measured, prices, capacity });
  const gasPrice = parseEtherAmount(args.gasPrice, "--gas-price");
  const fees = [...new Set([gasPrice, GWEI, 30n * GWEI, 100n * GWEI])].sort((a, b) => Number(a - b));
  const costs = fees.map((fee) => disputeCosts(parameters, fee, measured));
  const bad = rows.find(({ ok }) => !ok);
  return {
    json: { preset, instance, systems, ok: bad === undefined, rows, costs, parameters },
    lines: [...rowTable(rows.filter(({ kind, ok }) => kind === "rule" || !ok)), "", ...costTable(costs)],
    ...(bad === undefined ? {} : { failure: new LuntraError("PARAMETERS_REFUSED", bad) }),
  };
});

/** `challengeWindow=2d,batchBond=5ether`. */
function overridesOf(set: string | undefined): Partial<Parameters> {
  if (set === undefined) return {};
  return Object.fromEntries(set.split(",").map((pair) => override(pair.trim())));
}

function override(pair: string): [string, bigint | Hex] {
  const [name = "", value = ""] = pair.split("=");
  const known = [...Object.keys(PRESETS.local), ...ROLES];
  const argument = `--set ${name}`;
  if (!known.includes(name) || value === "") {
    return fail("ARGUMENT_INVALID", {
      argument,
      expected: `one of ${known.join(", ")} = value`,
      actual: pair,
    });
  }
  if ((ROLES as readonly string[]).includes(name)) {
    return [name, value === "0" ? NOTHING_ADDRESS : parseHexAddress(value, argument)];
  }
  if (MONEY.includes(name)) return [name, parseEtherAmount(value, argument)];
  return [name, COUNTS.includes(name) ? parseNatural(value, argument) : parseDuration(value, argument)];
}

const results = z.object({
  proving: z.array(z.object({ records: z.number(), provingSeconds: z.number(), witnessSeconds: z.number() })),
  systems: z
    .array(
      z.object({
        system: z.string(),
        records: z.number(),
        proofSeconds: z.number().optional(),
        witnessSeconds: z.number().optional(),
      }),
    )
    .default([]),
  gas: z.record(z.string(), z.record(z.string(), z.number())),
});

/** From the bench's file: one proof by each system of this instance's size, and the dearest of answer and fraud proof. */
async function measuredIn(
  path: string,
  instance: InstanceName,
  systems: readonly ProofSystemName[],
): Promise<Measured> {
  const { n } = INSTANCES[instance];
  try {
    const { proving, systems: rows, gas } = results.parse(JSON.parse(await readFile(path, "utf8")));
    const measured = [
      ...proving.map(({ provingSeconds, ...its }) => ({
        ...its,
        system: "ultrahonk",
        proofSeconds: provingSeconds,
      })),
      ...rows,
    ];
    const times = systems.map((system) => {
      const row = measured.find((its) => its.system === system && its.records === n);
      return (row?.proofSeconds ?? Number.NaN) + (row?.witnessSeconds ?? Number.NaN);
    });
    const time = times.reduce((sum, its) => sum + its, 0);
    // With other systems the gas was measured on one small circuit only.
    const calls = systems.every((system) => system === "ultrahonk") ? (gas[instance] ?? {}) : {};
    const dearest = Math.max(calls["answer (validity proof)"] ?? 0, calls["fraud proof"] ?? 0);
    return {
      ...(Number.isNaN(time) ? {} : { proofTime: BigInt(Math.ceil(time)) }),
      ...(dearest === 0 ? {} : { answerGas: BigInt(dearest) }),
    };
  } catch (error) {
    const expected = "a file of bench results";
    return fail("ARGUMENT_INVALID", { argument: "--measured", expected, actual: `${path}: ${error}` }, error);
  }
}

function rowTable(rows: readonly Row[]): string[] {
  return table(
    ["parameter", "", "bound", "actual", "margin", "", "checked by"],
    rows.map(({ parameter, bound, limit, actual, margin, ok, checkedBy }) => [
      parameter,
      bound,
      shown(parameter, limit),
      shown(parameter, actual),
      margin < 0n ? `-${shown(parameter, -margin)}` : shown(parameter, margin),
      ok ? "ok" : "NO",
      checkedBy,
    ]),
  );
}

function shown(parameter: string, value: bigint): string {
  if (MONEY.includes(parameter)) return ether(value);
  return COUNTS.includes(parameter) ? String(value) : span(value);
}

function costTable(costs: readonly DisputeCosts[]): string[] {
  const row = (what: string, of: (its: DisputeCosts) => bigint) => [
    what,
    ...costs.map((its) => ether(of(its))),
  ];
  return table(
    ["at a base fee of", ...costs.map(({ baseFee }) => `${Number(baseFee) / 1e9} gwei`)],
    [
      row("answer on L1", ({ gas }) => gas),
      row("bond of a challenge", (its) => its.challengeBond),
      row("answerer gets, net", (its) => its.answererNet),
      row("of a lost challenge burns", (its) => its.burned),
      row("fraud prover gets, net", (its) => its.refuterNet),
      row("a day's delay costs", (its) => its.delayDay),
      row("a day's stall burns", (its) => its.stallDay),
    ],
  );
}

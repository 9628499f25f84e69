// The file that says what a launch deploys: JSON with comments. What is wrong with it is LAUNCH_FILE_MALFORMED; what the contracts
// would refuse is left to economics.ts.

import { readFile } from "node:fs/promises";
import { isAddress } from "ethers";
import JSON5 from "json5";
import { z } from "zod";
import { parseDuration, parseEtherAmount } from "../chain/amounts.ts";
import { type Parameters, type PresetName, PRESETS, type Preset } from "../chain/presets.ts";
import { type Hex, NOTHING_ADDRESS } from "../chain/types.ts";
import { fail, isLuntraError } from "../errors.ts";
import { INSTANCES, type InstanceName } from "../model/params.ts";
import { PROOF_SYSTEMS, type ProofSystemName } from "../prover/proof-system.ts";
import { EXPLANATIONS, type Unit } from "./explain.ts";

export const LAUNCH_FORMAT = 1;

/** Who does what. Only their addresses stand in the file. */
export const ROLES = ["deployer", "sequencer", "watchtower", "guardian"] as const;
export type RoleName = (typeof ROLES)[number];

export interface LaunchFile {
  readonly chainId: bigint;
  /** Where the values came from; the contracts get `parameters`. */
  readonly preset: PresetName;
  readonly instance: InstanceName;
  readonly proofSystems: readonly ProofSystemName[];
  /** Blocks of L1 on every transaction before the next is sent. */
  readonly confirmations: number;
  /** Lower case. Nobody (address 0) may be guardian. */
  readonly roles: Readonly<Record<RoleName, Hex>>;
  /** One account may have several roles. */
  readonly sharedAccounts: boolean;
  readonly funds: Readonly<{
    /** Most that a unit of L1 gas may cost: while it costs more, nothing is deployed; balances are checked at it. */
    maxFeePerGas: bigint;
    sequencerBond: bigint;
    watchtowerBond: bigint;
  }>;
  readonly parameters: Parameters;
}

const NOBODY = "nobody";
const INTEGER = /^\d+$/;

/** A value with its unit, as text. */
function quantity(unit: Unit) {
  const parse: Readonly<Record<Unit, (text: string) => bigint>> = {
    duration: (text) => parseDuration(text, "a duration"),
    money: (text) => parseEtherAmount(text, "an amount"),
    count: natural,
    share: natural,
  };
  return z.union([z.string(), z.number().int()]).transform((value, context) => {
    try {
      return parse[unit](String(value));
    } catch (error) {
      if (!isLuntraError(error, "ARGUMENT_INVALID")) throw error;
      const { expected, actual } = error.args;
      context.addIssue({ code: "custom", message: expected, params: { actual } });
      return z.NEVER;
    }
  });
}

function natural(text: string): bigint {
  if (INTEGER.test(text)) return BigInt(text);
  return fail("ARGUMENT_INVALID", { argument: "a number", expected: "a whole number", actual: text });
}

/** Letters of both cases are a checksum: a role cannot be changed once it is deployed. */
const address = z
  .string()
  .refine(
    (text) => text.startsWith("0x") && isAddress(text),
    "an address, with a right checksum if it has one",
  )
  .transform((text) => text.toLowerCase());
/** Nobody sends a transaction, and a rollup whose sequencer is nobody has no primary. */
const somebody = address.refine((text) => text !== NOTHING_ADDRESS, "somebody's address");
const addressOrNobody = z.preprocess((value) => (value === NOBODY ? NOTHING_ADDRESS : value), address);

type Names = keyof Preset;
const parameters = z.strictObject(
  Object.fromEntries(
    (Object.keys(PRESETS.local) as Names[]).map((name) => [name, quantity(EXPLANATIONS[name].unit)]),
  ) as Record<Names, ReturnType<typeof quantity>>,
);

const schema = z.strictObject({
  format: z.literal(LAUNCH_FORMAT),
  chainId: quantity("count"),
  preset: z.enum(Object.keys(PRESETS) as PresetName[]),
  instance: z.enum(Object.keys(INSTANCES) as InstanceName[]),
  proofSystems: z.array(z.enum(PROOF_SYSTEMS)).min(1),
  confirmations: z.number().int().min(1).max(100),
  roles: z.strictObject({
    deployer: somebody,
    sequencer: somebody,
    watchtower: somebody,
    guardian: addressOrNobody,
  }),
  sequencerHasPriority: z.boolean(),
  sharedAccounts: z.boolean(),
  funds: z.strictObject({
    maxFeePerGas: quantity("money"),
    sequencerBond: quantity("money"),
    watchtowerBond: quantity("money"),
  }),
  parameters,
});

/** Throws LAUNCH_FILE_MALFORMED. */
export async function readLaunchFile(path: string): Promise<LaunchFile> {
  const text = await readFile(path, "utf8").catch((error: unknown) =>
    fail(
      "LAUNCH_FILE_MALFORMED",
      { path, what: "the file", expected: "there", actual: String(error) },
      error,
    ),
  );
  return parseLaunchFile(text, path);
}

export function parseLaunchFile(text: string, path: string): LaunchFile {
  let document: unknown;
  try {
    document = JSON5.parse(text);
  } catch (error) {
    return fail(
      "LAUNCH_FILE_MALFORMED",
      { path, what: "the text", expected: "JSON5", actual: String(error) },
      error,
    );
  }
  const parsed = schema.safeParse(document);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path ?? [];
    return fail("LAUNCH_FILE_MALFORMED", {
      path,
      what: where.map(String).join(".") || "the document",
      expected: issue?.message ?? "as the schema says",
      actual: shown(where.reduce<unknown>((value, key) => (value as never)?.[key], document)),
    });
  }
  const { format: _, sequencerHasPriority, parameters: values, ...rest } = parsed.data;
  const { guardian, sequencer } = rest.roles;
  return {
    ...rest,
    parameters: {
      ...values,
      guardian,
      primary: sequencerHasPriority ? sequencer : NOTHING_ADDRESS,
    },
  };
}

const KEY = /[0-9a-f]{64}/i;

/** Who writes a key where an address belongs does not find it in a log. */
function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : (JSON.stringify(value) ?? String(value));
  return KEY.test(text) ? "something as long as a key, which has no place here" : text;
}

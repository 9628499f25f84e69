// The trained model as a file: what it was trained on, its curves, and how it did on traffic that it had not seen.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { fail } from "../errors.ts";
import { type AdditiveModel, RARITY } from "./additive.ts";
import { BATCH_FEATURE_NAMES, TRANSACTION_FEATURE_NAMES } from "./features.ts";

/** Of the file, and of what the features mean: a change of either makes old files useless. */
export const FORMAT = 1;

const curve = z.object({
  name: z.string(),
  edges: z.array(z.number()).readonly(),
  slopes: z.array(z.number().min(0)).readonly(),
  mean: z.number(),
  rare: z.array(z.number()).readonly(),
});

const additive = (names: readonly string[]) =>
  z.object({
    bias: z.number(),
    prior: z.number().gt(0).lt(1),
    curves: z
      .array(curve)
      .readonly()
      .refine(
        (its) => its.map(({ name }) => name).join() === [...names, RARITY].join(),
        "other features, or another order",
      )
      .refine(
        (its) => its.every(({ edges, slopes }) => slopes.length === edges.length - 1),
        "slopes missing",
      ),
  });

const size = { worlds: z.int(), batches: z.int() };
const metrics = z.object({
  count: z.int(),
  hostile: z.int(),
  auc: z.number(),
  brier: z.number(),
  brierOfPrior: z.number(),
  calibrationError: z.number(),
  foundAtOnePercent: z.number(),
});

const file = z.object({
  format: z.literal(FORMAT),
  /** Seed, and the beginning of the hash of the curves. */
  name: z.string(),
  seed: z.string(),
  trained: z.object({ ...size, rows: z.object({ batch: z.int(), transaction: z.int() }) }),
  /** SHA-256 of all rows that it was trained on. */
  trainingHash: z.string(),
  batch: additive(BATCH_FEATURE_NAMES),
  transaction: additive(TRANSACTION_FEATURE_NAMES),
  metrics: z.object({ test: z.object(size), batch: metrics, transaction: metrics }),
});

export type RiskModel = z.output<typeof file>;

export function nameOf(
  seed: string,
  { batch, transaction }: { readonly batch: AdditiveModel; readonly transaction: AdditiveModel },
): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([batch, transaction]))
    .digest("hex");
  return `${FORMAT}-${seed}-${hash.slice(0, 8)}`;
}

export function encodeModel(model: RiskModel): string {
  return `${JSON.stringify(model, null, 1)}\n`;
}

/** Throws RISK_MODEL_INVALID. */
export function decodeModel(text: string, path: string): RiskModel {
  let reason = "its name does not fit its curves";
  try {
    const parsed = file.safeParse(JSON.parse(text));
    if (parsed.success && parsed.data.name === nameOf(parsed.data.seed, parsed.data)) return parsed.data;
    if (!parsed.success) reason = z.prettifyError(parsed.error);
  } catch (error) {
    reason = String(error);
  }
  return fail("RISK_MODEL_INVALID", { path, reason });
}

export const MODEL_PATH = `${import.meta.dirname}/model.json`;

/** The one that comes with this version if no path is given. Throws RISK_MODEL_INVALID. */
export function readModel(path: string = MODEL_PATH): RiskModel {
  return decodeModel(textOf(path), path);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    return fail("RISK_MODEL_INVALID", { path, reason: String(error) }, error);
  }
}

import { writeFile } from "node:fs/promises";
import { encodeModel } from "../../src/risk/model.ts";
import { FULL, train } from "../../src/risk/train.ts";
import { action } from "../support/action.ts";
import type { CommonArgs } from "../support/define.ts";
import { count } from "../support/output.ts";
import { metricsTable } from "./lines.ts";
import { sizeOf } from "./size.ts";

type Args = CommonArgs & { seed: string; worlds: string | undefined; out: string | undefined };

export default action<Args>(async ({ seed, worlds, out }, { progress }) => {
  const size = sizeOf(worlds, FULL.train);
  progress(`simulating ${size.worlds} deployments and training on them (about a minute for all)`);
  const model = train({ seed, train: size, test: sizeOf(worlds, FULL.test) });
  if (out !== undefined) await writeFile(out, encodeModel(model));
  const { name, trainingHash, trained, metrics } = model;
  return {
    json: { name, trainingHash, trained, metrics, ...(out === undefined ? {} : { out }) },
    lines: [
      `Model ${name}, trained on ${count(trained.rows.batch)} batches and ${count(trained.rows.transaction)} transactions`,
      `Training data ${trainingHash}`,
      "",
      ...metricsTable(metrics),
      ...(out === undefined ? [] : ["", `Written to ${out}`]),
    ],
  };
});

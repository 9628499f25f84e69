import { SCENARIOS } from "../../src/scenarios/index.ts";
import { action } from "../support/action.ts";
import type { CommonArgs } from "../support/define.ts";
import { wrap } from "../support/output.ts";

export default action<CommonArgs>(async () => ({
  json: SCENARIOS.map(({ name, summary }) => ({ name, summary })),
  lines: SCENARIOS.flatMap(({ name, summary }) => [name, ...wrap(summary, 2)]),
}));

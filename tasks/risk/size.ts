// How many deployments are simulated.

import type { Size } from "../../src/risk/train.ts";
import { parseNatural, parsePositive } from "../support/arguments.ts";

export function sizeOf(worlds: string | undefined, usual: Size): Size {
  if (worlds === undefined) return usual;
  return { ...usual, worlds: Number(parsePositive(parseNatural(worlds, "--worlds"), "--worlds")) };
}

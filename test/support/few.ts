// A seeded few of many: what the default tier has time for, the same ones in every run.

import { Random } from "./vectors.ts";

export function few<T>(many: readonly T[], count: number): readonly T[] {
  const random = new Random("forgeries");
  const left = [...many];
  return Array.from({ length: count }, () => left.splice(random.integer(left.length), 1)).flat();
}

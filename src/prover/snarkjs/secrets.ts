// The secrets behind development keys. Whoever knows them can prove anything, and everybody does; that is the point.

import { createHash } from "node:crypto";
import { R } from "../bn254.ts";

export function developmentSecret(label: string): bigint {
  const digest = createHash("sha256")
    .update(`luntra development keys, known to everybody: ${label}`)
    .digest("hex");
  return BigInt(`0x${digest}`) % R;
}

// A file that saves reading L1 again. Only a cache: whatever it says is checked like L1's own answers, and a file
// that cannot be read is as good as none.

import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { readIfThere } from "./address-book.ts";
import type { L1Record } from "./l1.ts";
import type { Hex } from "./types.ts";

/** Records up to a block that has been read completely. */
export interface Scanned {
  readonly number: number;
  readonly hash: Hex;
  readonly records: readonly L1Record[];
}

const block = { number: z.number().int().nonnegative(), hash: z.string() };
const schema = z.object({
  ...block,
  records: z.array(
    z.object({
      ...block,
      timestamp: z.string().transform(BigInt),
      logs: z.array(
        z.object({
          address: z.string(),
          topics: z.array(z.string()),
          data: z.string(),
          index: z.number(),
          transaction: z.string(),
        }),
      ),
      inputs: z.record(z.string(), z.string()),
    }),
  ),
});

export async function loadScanned(path: string): Promise<Scanned | undefined> {
  try {
    return schema.parse(JSON.parse((await readIfThere(path)) ?? ""));
  } catch {
    return undefined;
  }
}

export async function saveScanned(path: string, scanned: Scanned): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  await writeFile(
    draft,
    JSON.stringify(scanned, (_, v) => (typeof v === "bigint" ? v.toString() : v)),
  );
  await rename(draft, path);
}

// A file that saves reading L1 again. Only a cache: whatever it says is checked like L1's own answers, and a file
// that cannot be read is as good as none. It has a line a block and grows at its end alone, so that neither reading nor
// writing ever holds more than one block as text; a reorg cuts it, and a crash leaves whole lines before a torn one.

import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { L1Record } from "./l1.ts";
import type { Hex } from "./types.ts";

/** Records up to a block that has been read completely. */
export interface Scanned {
  readonly number: number;
  readonly hash: Hex;
  readonly records: readonly L1Record[];
}

type Place = Pick<Scanned, "number" | "hash">;

/** Whose records a file holds; another's are of no use. */
export interface CacheIdentity {
  readonly chainId: string;
  readonly rollup: Hex;
  readonly fromBlock: number;
}

/** Of the file's format. */
const VERSION = 1;

/** Bytes. No block of L1 has room for so much: what is longer is no line of ours. */
const LONGEST_LINE = 1 << 28;

/** Without records, how far L1 was read is written down only if it is so many blocks on. */
const BLOCKS_WORTH_A_LINE = 1000;

const block = { number: z.number().int().nonnegative(), hash: z.string() };
const log = z.object({
  address: z.string(),
  topics: z.array(z.string()),
  data: z.string(),
  index: z.number(),
  transaction: z.string(),
});
const record = z.object({
  ...block,
  timestamp: z.string().transform(BigInt),
  logs: z.array(log),
  inputs: z.record(z.string(), z.string()),
});
/** A block with logs; or one up to which there are no others. */
const schema = z.union([record, z.strictObject(block)]);

export class L1Cache {
  readonly #path: string;
  readonly #header: string;
  /** The first of these are in the file, as many as `#ends` has beyond the header's. */
  #records: readonly L1Record[] = [];
  /** Where the lines of the header and of each record end. */
  #ends: number[] = [];
  /** Where the last whole line ends: what is beyond it counts for nothing. */
  #end = 0;
  /** The last block that was read. */
  #last: Place | undefined;
  /** The file's size when it was last looked at; undefined if a failure left it unknown. */
  #size: number | undefined = 0;
  /** Somebody else writes the file. One writer is enough. */
  #isOthers = false;

  constructor(path: string, identity: CacheIdentity) {
    this.#path = path;
    this.#header = JSON.stringify({ version: VERSION, ...identity });
  }

  /** What the file says, up to its first line that makes no sense. */
  async load(): Promise<Scanned | undefined> {
    const records: L1Record[] = [];
    this.#records = records;
    try {
      this.#size = undefined;
      const { size } = await stat(this.#path);
      this.#size = size;
      for await (const { text, end } of linesOf(this.#path, size)) {
        if (!this.#take(text, end, records)) break;
      }
    } catch (error) {
      if (isMissing(error)) this.#size = 0;
    }
    return this.#last === undefined ? undefined : { ...this.#last, records };
  }

  /**
   * Adds what is new; without new records only now and then. Throws what the file system throws: the file is then as good as
   * its whole lines, and the next call goes on from there.
   */
  async save({ number, hash, records }: Scanned): Promise<void> {
    if (this.#isOthers) return;
    const held = Math.max(0, this.#ends.length - 1);
    const common = commonPrefix(this.#records.slice(0, held), records);
    const last = this.#last?.number ?? -1;
    const next = records[common];
    const cut = common < held || number < last || (next !== undefined && next.number <= last);
    const worthIt = cut || next !== undefined || number >= last + BLOCKS_WORTH_A_LINE;
    if (!worthIt) return;

    await mkdir(dirname(this.#path), { recursive: true });
    const file = await open(this.#path, "a");
    try {
      const { size } = await file.stat();
      this.#isOthers = size < this.#end || (this.#size !== undefined && this.#size !== size);
      if (this.#isOthers) return;
      this.#size = undefined;
      if (cut) this.#cutTo(common, records);
      if (size > this.#end) await file.truncate(this.#end);
      this.#records = records;
      if (this.#ends.length === 0) this.#ends.push(await this.#append(file, this.#header));
      for (const its of records.slice(common)) {
        this.#ends.push(await this.#append(file, textOf(its)));
        this.#last = placeOf(its);
      }
      await this.#append(file, JSON.stringify({ number, hash }));
      this.#last = { number, hash };
      this.#size = this.#end;
    } finally {
      await file.close();
    }
  }

  #take(text: string, end: number, records: L1Record[]): boolean {
    if (this.#ends.length === 0) {
      if (text !== this.#header) return false;
      this.#ends.push(end);
    } else {
      const line = schema.parse(JSON.parse(text));
      const isRecord = "logs" in line;
      const least = (this.#last?.number ?? -1) + (isRecord ? 1 : 0);
      if (line.number < least) return false;
      if (isRecord) {
        records.push(line);
        this.#ends.push(end);
      }
      this.#last = placeOf(line);
    }
    this.#end = end;
    return true;
  }

  #cutTo(count: number, records: readonly L1Record[]): void {
    this.#ends = this.#ends.slice(0, count + 1);
    this.#end = this.#ends[count] ?? 0;
    const last = records[count - 1];
    this.#last = last && placeOf(last);
  }

  async #append(file: FileHandle, text: string): Promise<number> {
    const line = Buffer.from(`${text}\n`);
    await file.appendFile(line);
    this.#end += line.length;
    return this.#end;
  }
}

/** Both are made by cutting and extending one list, so they are alike up to the last element that they share. */
function commonPrefix(a: readonly L1Record[], b: readonly L1Record[]): number {
  let count = Math.min(a.length, b.length);
  while (count > 0 && a[count - 1] !== b[count - 1]) count--;
  return count;
}

function placeOf({ number, hash }: Place): Place {
  return { number, hash };
}

function textOf(its: L1Record): string {
  return JSON.stringify({ ...its, timestamp: its.timestamp.toString() });
}

/** The whole lines of a file's first bytes, each with its end in the file. */
async function* linesOf(path: string, size: number): AsyncGenerator<{ text: string; end: number }> {
  let parts: Buffer[] = [];
  let start = 0;
  let at = 0;
  if (size === 0) return;
  for await (const chunk of createReadStream(path, { end: size - 1, highWaterMark: 1 << 20 })) {
    const bytes = chunk as Buffer;
    let from = 0;
    for (let to = bytes.indexOf("\n"); to >= 0; to = bytes.indexOf("\n", from)) {
      parts.push(bytes.subarray(from, to));
      from = to + 1;
      start = at + from;
      yield { text: Buffer.concat(parts).toString("utf8"), end: start };
      parts = [];
    }
    parts.push(bytes.subarray(from));
    at += bytes.length;
    if (at - start > LONGEST_LINE) return;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

// Files that can always be made again: compiled circuits, reference strings, keys. An entry is a folder named by a
// hash of all that it derives from, with a manifest of its files' checksums. It is built aside and appears by one
// rename, so that no reader ever sees half an entry, and two processes may build the same one at once.

import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";

const DEFAULT_ROOT = resolve(import.meta.dirname, "../../.cache/luntra");
const MANIFEST = "manifest.json";
/** To put a new entry in a damaged one's place, while others try the same. */
const MOST_ATTEMPTS = 10;

export interface CacheEntry {
  /** What it is, for whoever looks at the folder. */
  readonly label: string;
  /** All that the files derive from. */
  readonly from: unknown;
  /** Files that `build` has to write. */
  readonly files: readonly string[];
  readonly build: (folder: string) => Promise<void>;
}

export interface CacheOptions {
  readonly root?: string;
}

/** Folders found good by this process. */
const checked = new Map<string, Promise<string>>();

/** Folder of the entry; built first if it is missing or damaged. */
export function cached(entry: CacheEntry, { root = defaultRoot() }: CacheOptions = {}): Promise<string> {
  const folder = join(root, `${entry.label}-${digest(entry.from).slice(0, 16)}`);
  const known = checked.get(folder);
  if (known !== undefined) return known;
  const result = ensure(folder, entry);
  checked.set(folder, result);
  result.catch(() => checked.delete(folder));
  return result;
}

/** LUNTRA_CACHE names another folder than the project's own. */
function defaultRoot(): string {
  return process.env.LUNTRA_CACHE || DEFAULT_ROOT;
}

/** Makes the next `cached` look at the files again. */
export function forgetChecked(): void {
  checked.clear();
}

export function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

export async function fileDigest(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

async function ensure(folder: string, entry: CacheEntry): Promise<string> {
  if (await intact(folder, entry.files)) return folder;

  const aside = `${folder}.${process.pid}-${randomBytes(4).toString("hex")}`;
  await mkdir(aside, { recursive: true });
  try {
    await entry.build(aside);
    const sums = await Promise.all(
      entry.files.map(async (name) => [name, await fileDigest(join(aside, name))]),
    );
    await writeFile(join(aside, MANIFEST), JSON.stringify(Object.fromEntries(sums)));
    await publish(aside, folder, entry.files);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return folder;
}

async function publish(aside: string, folder: string, files: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(aside, folder);
    } catch (error) {
      if (!isOccupied(error) || attempt > MOST_ATTEMPTS) throw error;
      // Somebody else was first, or what lies there is damaged: then it makes way.
      if (await intact(folder, files)) return;
      const damaged = `${aside}.damaged`;
      await rename(folder, damaged).catch(() => {});
      await rm(damaged, { recursive: true, force: true });
    }
  }
}

async function intact(folder: string, files: readonly string[]): Promise<boolean> {
  try {
    const sums = JSON.parse(await readFile(join(folder, MANIFEST), "utf8")) as Record<string, string>;
    const found = await Promise.all(files.map((name) => fileDigest(join(folder, name))));
    return files.every((name, i) => sums[name] === found[i]);
  } catch {
    return false;
  }
}

function isOccupied(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOTEMPTY" || code === "EEXIST";
}

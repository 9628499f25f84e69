// Files that are there as a whole or not at all, after a crash, too: written aside, flushed, then given their name.

import { link, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isAlive } from "./process-alive.ts";

const ASIDE = ".partial-";

/** A name for an unfinished `path`; tells which process works on it. */
export function asideOf(path: string): string {
  return `${path}${ASIDE}${process.pid}`;
}

/** Removes unfinished files of processes that are gone. They hold nothing that anybody needs. */
export async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = Number(name.split(ASIDE)[1] ?? Number.NaN);
    if (!Number.isNaN(pid) && !isAlive(pid)) await rm(join(folder, name), { force: true });
  }
}

/** Gives a finished file its name. `false` if that name is taken: nothing is ever replaced. */
export async function publish(aside: string, path: string): Promise<boolean> {
  await flush(aside);
  try {
    await link(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
  await flush(dirname(path));
  return true;
}

/** Replaces the file. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const aside = join(dirname(path), `.${basename(path)}${ASIDE}${process.pid}`);
  const file = await open(aside, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
  await flush(dirname(path));
}

async function flush(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

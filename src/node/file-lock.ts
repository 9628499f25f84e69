// A lock between processes of one machine: a file that only one of them can create. It names its owner, so that the
// lock of a process that died is broken instead of waited for.

import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { readIfThere } from "../chain/address-book.ts";
import { fail } from "../errors.ts";
import { isAlive } from "../process-alive.ts";

const POLL_MS = 20;

/** Locks that this process holds or is trying to get: one with its pid and another token is of a dead namesake. */
const own = new Set<string>();

export async function withFileLock<T>(path: string, action: () => Promise<T>, timeoutMs: number): Promise<T> {
  const token = `${process.pid} ${randomUUID()}`;
  const deadline = Date.now() + timeoutMs;
  own.add(token);
  try {
    while (!(await create(path, token))) {
      const owner = await readIfThere(path);
      if (owner !== undefined && isStale(owner)) await breakLock(path, owner);
      else if (Date.now() >= deadline) fail("POOL_LOCKED", { path, owner: String(pidOf(owner ?? "")) });
      else await sleep(POLL_MS);
    }
    return await action();
  } finally {
    if ((await readIfThere(path)) === token) await rm(path, { force: true });
    own.delete(token);
  }
}

/** The file appears with its content or not at all: it is linked, not written, into place. */
async function create(path: string, token: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, token);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Takes a dead owner's lock away. If somebody else just did and locked again, that lock is put back. */
async function breakLock(path: string, owner: string): Promise<void> {
  const taken = `${path}.${randomUUID()}`;
  try {
    await rename(path, taken);
  } catch {
    return; // Somebody was faster.
  }
  if ((await readFile(taken, "utf8")) !== owner) await link(taken, path).catch(() => undefined);
  await rm(taken, { force: true });
}

function pidOf(owner: string): number {
  return Number(owner.split(" ")[0]);
}

/** Whether nobody is left who would release it. Pids repeat, above all in containers; an empty file names nobody. */
function isStale(owner: string): boolean {
  const pid = pidOf(owner);
  if (owner === "" || Number.isNaN(pid)) return true;
  return pid === process.pid ? !own.has(owner) : !isAlive(pid);
}

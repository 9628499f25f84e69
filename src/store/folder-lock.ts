// An exclusive lock on a folder that its owner's death releases. Each contender leaves a file of its own whose name says who
// it is, then looks who else is there: of two, the later sees the earlier. A dead one's file has a name that nobody will use
// again, so that removing it can never take a living lock away. Processes must see each other's pids: one machine, and no
// containers that share nothing but the folder.

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fail } from "../errors.ts";
import { isAlive } from "../process-alive.ts";

const NAME = /^lock\.(\d+)\.(\d+)\.[0-9a-f-]{36}$/;
/** Contenders who saw each other try again after different times. */
const TRIES = 5;
const WAIT_MS = 40;

export interface FolderLock {
  release(): Promise<void>;
}

/** Throws STORE_LOCKED if a living process, be it this one, has the folder. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true });
  for (let tries = 1; ; tries++) {
    const own = `lock.${process.pid}.${startOf(process.pid)}.${randomUUID()}`;
    const path = join(folder, own);
    await writeFile(path, "", { flag: "wx" });
    const owner = await otherOwner(folder, own);
    if (owner === undefined) return { release: () => rm(path, { force: true }) };
    await rm(path, { force: true });
    if (tries === TRIES) fail("STORE_LOCKED", { where: folder, owner });
    await sleep(WAIT_MS * (1 + Math.random()));
  }
}

/** The pid of another living contender. Files of the dead are removed on the way. */
async function otherOwner(folder: string, own: string): Promise<number | undefined> {
  let owner: number | undefined;
  for (const name of await readdir(folder)) {
    const match = NAME.exec(name);
    if (match === null || name === own) continue;
    const pid = Number(match[1]);
    if (isAlive(pid) && startOf(pid) === match[2]) owner = pid;
    else await rm(join(folder, name), { force: true });
  }
  return owner;
}

/** When a process began, so that its pid's next owner is not taken for it; 0 where the system does not tell. */
function startOf(pid: number): string {
  if (process.platform !== "linux") return "0";
  try {
    // The name before it is in parentheses and may hold anything.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "0";
  } catch {
    return "none";
  }
}

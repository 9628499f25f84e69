// What tasks share that run until they are interrupted.

import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

/** Resolves when the process is asked to end: Ctrl-C, or SIGTERM of whoever started it. A second signal ends it at once. */
export function interrupted(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => resolve(signal));
    }
  });
}

/** A port that nobody listens on right now. */
export async function freePort(host = "127.0.0.1"): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

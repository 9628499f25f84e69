// A wire to PostgreSQL that can be cut at the worst moment: when the server has done what it was asked, before the client knows.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Wire {
  /** As the target's, by way of this wire. */
  readonly url: string;
  /** From the next COMMIT on a connection on which `text` was sent before: it is passed on, its answer is not. Once. */
  loseCommitAfter(text: string): void;
  /** Whether that has happened. */
  readonly lost: boolean;
  close(): Promise<void>;
}

export async function wireTo(target: string): Promise<Wire> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let armed: string | undefined;
  let lost = false;

  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let marked = false;
    let deaf = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on("data", (bytes) => {
      const text = bytes.toString("latin1");
      marked ||= armed !== undefined && text.includes(armed);
      if (marked && /commit/i.test(text)) {
        armed = undefined;
        marked = false;
        deaf = true;
      }
      upstream.write(bytes);
    });
    upstream.on("data", (bytes) => {
      if (!deaf) return void client.write(bytes);
      // The server has answered: it is done.
      lost = true;
      client.destroy();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    loseCommitAfter(text) {
      armed = text;
      lost = false;
    },
    get lost() {
      return lost;
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}

// Finds WebSocket clients that are gone without a word.

import type { FastifyInstance } from "fastify";
import type { WebSocket } from "ws";

const INTERVAL_MS = 30_000;

/** Who has not answered the last ping by the time of the next is disconnected. */
export function keepAlive(app: FastifyInstance): void {
  const alive = new WeakSet<WebSocket>();
  app.websocketServer.on("connection", (socket) => {
    alive.add(socket);
    socket.on("pong", () => alive.add(socket));
  });
  const timer = setInterval(() => {
    for (const socket of app.websocketServer.clients) {
      if (!alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, INTERVAL_MS).unref();
  app.addHook("preClose", (done) => {
    clearInterval(timer);
    done();
  });
}

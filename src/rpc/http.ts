// Routes and plugins: one address, POST for calls, an upgrade to WebSocket for whoever wants to be told.

import cors from "@fastify/cors";
import rateLimit from "@fastify/rate-limit";
import websocket from "@fastify/websocket";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { LuntraError } from "../errors.ts";
import type { CallBudget } from "./budget.ts";
import { type Dispatcher, errorText } from "./dispatcher.ts";
import { FORWARDED_HEADER } from "./forward.ts";
import { keepAlive } from "./heartbeat.ts";
import type { RpcLimits } from "./limits.ts";
import { serveSocket } from "./socket.ts";

export type CorsOrigins = "*" | readonly string[];

const JSON_TYPE = "application/json";
const SECOND = 1000;
const NO_HEADERS = { "x-ratelimit-limit": false, "x-ratelimit-remaining": false, "x-ratelimit-reset": false };

/** What browsers get where everybody else asks by POST. */
export interface Page {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Service {
  readonly dispatcher: Dispatcher;
  readonly budget: CallBudget;
  readonly limits: RpcLimits;
  readonly origins: CorsOrigins;
  readonly page?: Page | undefined;
}

export async function serveHttp(app: FastifyInstance, service: Service): Promise<void> {
  const { dispatcher, limits, origins, page } = service;
  answerErrors(app, limits);
  await app.register(cors, { origin: origins === "*" ? "*" : [...origins], methods: ["POST"] });
  await app.register(rateLimit, {
    max: limits.requestsPerSecond,
    timeWindow: SECOND,
    addHeadersOnExceeding: NO_HEADERS,
  });
  await app.register(websocket, {
    options: { maxPayload: limits.messageBytes, perMessageDeflate: false },
    errorHandler: (_error, socket) => socket.terminate(),
    preClose(done) {
      for (const socket of this.websocketServer.clients) leave(socket);
      this.websocketServer.close();
      done();
    },
  });
  keepAlive(app);

  // Whatever the content type says, it is JSON or an error.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  app.post("/", async (request, reply) => {
    const { id, ip, headers } = request;
    const session = { address: ip, request: id, forwarded: headers[FORWARDED_HEADER] !== undefined };
    reply.header("x-request-id", id);
    const answer = await dispatcher.answer(String(request.body ?? ""), session);
    if (answer === undefined) return reply.code(204).send();
    return reply.type(JSON_TYPE).send(answer);
  });

  const connections = new Map<string, number>();
  app.route({
    method: "GET",
    url: "/",
    preValidation: async (request, reply) => {
      const refusal = request.ws ? refusalOf(request, origins, connections, limits) : undefined;
      if (refusal !== undefined) await say(reply, refusal.status, refusal.error);
    },
    handler: async ({ headers }, reply) => {
      if (page !== undefined && headers.accept?.includes("text/html")) {
        return reply
          .headers(page.headers)
          .header("vary", "accept")
          .type("text/html; charset=utf-8")
          .send(page.html);
      }
      const error = new LuntraError("RPC_REQUEST", { reason: "calls are sent by POST" });
      return say(reply.header("allow", "POST"), 405, error);
    },
    wsHandler(socket, { ip, id }) {
      connections.set(ip, (connections.get(ip) ?? 0) + 1);
      socket.on("close", () => {
        const left = (connections.get(ip) ?? 1) - 1;
        if (left > 0) connections.set(ip, left);
        else connections.delete(ip);
      });
      serveSocket(socket, { address: ip, request: id }, service);
    },
  });
}

/** Why a client may not connect by WebSocket. Browsers send a page's origin, and leave the decision to the server. */
function refusalOf(
  { headers: { origin }, ip }: FastifyRequest,
  origins: CorsOrigins,
  connections: ReadonlyMap<string, number>,
  limits: RpcLimits,
) {
  if (origin !== undefined && origins !== "*" && !origins.includes(origin)) {
    return {
      status: 403,
      error: new LuntraError("RPC_REQUEST", { reason: "pages of this origin may not connect" }),
    };
  }
  const all = [...connections.values()].reduce((sum, one) => sum + one, 0);
  const own = connections.get(ip) ?? 0;
  const full = (what: string, most: number, actual: number) =>
    actual <= most ? undefined : { status: 503, error: new LuntraError("RPC_LIMIT", { what, most, actual }) };
  return (
    full("connections", limits.connections, all + 1) ??
    full("connections of one address", limits.connectionsPerAddress, own + 1)
  );
}

function say(reply: FastifyReply, status: number, error: unknown): FastifyReply {
  return reply.code(status).type(JSON_TYPE).send(errorText(null, error));
}

/** What goes wrong before a call is read, or while it is answered, is told as any other error. */
function answerErrors(app: FastifyInstance, { bodyBytes, requestsPerSecond }: RpcLimits): void {
  app.setNotFoundHandler((_request, reply) =>
    say(reply, 404, new LuntraError("RPC_REQUEST", { reason: "there is nothing but /" })),
  );
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status === 413) {
      const actual = Number(request.headers["content-length"] ?? bodyBytes + 1);
      return say(
        reply,
        status,
        new LuntraError("RPC_LIMIT", { what: "bytes of body", most: bodyBytes, actual }),
      );
    }
    if (status === 429) {
      const [what, most] = ["requests per second", requestsPerSecond];
      return say(reply, status, new LuntraError("RPC_LIMIT", { what, most, actual: most + 1 }));
    }
    return say(
      reply,
      status,
      status < 500 ? new LuntraError("RPC_REQUEST", { reason: error.message }) : error,
    );
  });
}

const GOING_AWAY = 1001;
const FAREWELL_MS = 100;

/** A client that does not say goodbye in turn holds nobody up. */
function leave(socket: { close(code: number): void; terminate(): void }): void {
  socket.close(GOING_AWAY);
  setTimeout(() => socket.terminate(), FAREWELL_MS);
}

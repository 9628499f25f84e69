// A receiver of alerts that checks what it gets as receivers are told to, and can be made to misbehave.

import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Alert, alertSchema } from "../../src/watchtower/alert.ts";

export interface HookServer {
  readonly url: string;
  readonly secret: string;
  /** Each once, in the order of arrival. */
  readonly alerts: readonly Alert[];
  /** Of all requests, by the id in their header. */
  readonly requests: readonly string[];
  /** What was wrong with requests. */
  readonly complaints: readonly string[];
  /** hang: takes the request and never answers. lose: takes it, and cuts the connection. */
  mood: "well" | "hang" | "lose" | "refuse";
  close(): Promise<void>;
}

export async function hookServer(): Promise<HookServer> {
  const secret = "a secret of the tests";
  const alerts: Alert[] = [];
  const requests: string[] = [];
  const complaints: string[] = [];
  const state = { mood: "well" as HookServer["mood"] };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const id = String(request.headers["webhook-id"]);
    requests.push(id);
    if (state.mood === "hang") return;
    if (state.mood === "refuse") return void response.writeHead(503).end();
    const signed = `${id}.${request.headers["webhook-timestamp"]}.${body}`;
    const mac = createHmac("sha256", secret).update(signed).digest("base64");
    if (request.headers["webhook-signature"] !== `v1,${mac}`) complaints.push(`signature of ${id}`);
    const parsed = alertSchema.safeParse(JSON.parse(body));
    if (!parsed.success) complaints.push(parsed.error.message);
    else if (parsed.data.id !== id) complaints.push(`id ${id}`);
    else if (!alerts.some((alert) => alert.id === id)) alerts.push(parsed.data);
    if (state.mood === "lose") return void response.destroy();
    response.writeHead(204).end();
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    secret,
    alerts,
    requests,
    complaints,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
}

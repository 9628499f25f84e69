// Lets other processes of this machine use an embedded database as if it were PostgreSQL. There is one session behind all
// connections, so a connection has it alone from the first message of a statement or transaction to its end. PGlite's own
// socket server does not keep its process's statements out of a client's transaction, where a rollback takes them along, and
// lets other clients in between the messages of one statement. Limits that remain: one statement runs at a time; session
// settings (SET), session advisory locks and LISTEN belong to everybody or nobody; prepared statements have no names; queries
// cannot be cancelled; who pauses within a transaction loses it after `idleMs`.

import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { PGlite } from "@electric-sql/pglite";
import { isLuntraError } from "../errors.ts";
import type { Embedded } from "./embedded.ts";
import type { EmbeddedStore } from "./open.ts";
import * as wire from "./wire.ts";

export interface ServeOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** How long a client may keep everybody waiting in the middle of a transaction. */
  readonly idleMs?: number;
}

export interface StoreServer {
  /** For `openStore` and any PostgreSQL client. Holds a password made for this server. */
  readonly connectionString: string;
  /** Ends all connections; what they were in the middle of is rolled back. The store stays open. */
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
const DEFAULT_IDLE_MS = 10_000;
const PASSWORD_BYTES = 24;
/** How long a client may take to say who it is. */
const OPENING_MS = 5_000;

export async function serveStore(
  { embedded }: EmbeddedStore,
  { port = 0, idleMs = DEFAULT_IDLE_MS }: ServeOptions = {},
): Promise<StoreServer> {
  const password = randomBytes(PASSWORD_BYTES).toString("base64url");
  const parameters = await parametersOf(embedded);
  const sockets = new Map<Socket, Promise<void>>();
  const server = createServer({ noDelay: true }, (socket) => {
    const session = new Session(socket, embedded, { password, parameters, idleMs });
    sockets.set(
      socket,
      session.run().finally(() => {
        socket.destroySoon();
        sockets.delete(socket);
      }),
    );
  });
  server.listen(port, HOST);
  await once(server, "listening");
  const { port: actual } = server.address() as AddressInfo;
  return {
    connectionString: `postgres://luntra:${password}@${HOST}:${actual}/luntra`,
    async close() {
      server.close();
      const sessions = [...sockets.values()];
      for (const socket of sockets.keys()) socket.destroy();
      await Promise.all(sessions);
    },
  };
}

async function parametersOf(embedded: Embedded): Promise<Record<string, string>> {
  const { rows } = await embedded.query<{ server_version: string }>("show server_version");
  return {
    server_version: rows[0]?.server_version ?? "",
    server_encoding: "UTF8",
    client_encoding: "UTF8",
    DateStyle: "ISO, MDY",
    integer_datetimes: "on",
    standard_conforming_strings: "on",
  };
}

interface SessionOptions {
  readonly password: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly idleMs: number;
}

class Session {
  readonly #socket: Socket;
  readonly #embedded: Embedded;
  readonly #options: SessionOptions;
  readonly #messages: AsyncGenerator<wire.Message>;
  #opened = false;

  constructor(socket: Socket, embedded: Embedded, options: SessionOptions) {
    this.#socket = socket;
    this.#embedded = embedded;
    this.#options = options;
    this.#messages = wire.clientMessages(socket, () => this.#opened);
    // The end of the messages tells.
    socket.on("error", () => undefined);
  }

  /** Ends when the client leaves or has to. Never throws. */
  async run(): Promise<void> {
    try {
      if (!(await this.#open())) return;
      for (;;) {
        const message = await this.#next();
        if (message === undefined || message.type === "X") return;
        const stays = await this.#embedded.exclusively((pglite) => this.#untilIdle(pglite, message));
        if (!stays) return;
      }
    } catch (error) {
      const reason = isLuntraError(error) ? error.message : "the connection broke";
      this.#end("57P01", reason);
    }
  }

  async #open(): Promise<boolean> {
    for (;;) {
      const message = await this.#nextWithin(OPENING_MS);
      if (message === undefined || message.bytes.length < 8) return false;
      const code = message.bytes.readUInt32BE(4);
      if (code === wire.SSL_REQUEST || code === wire.GSS_REQUEST) this.#socket.write("N");
      else if (code >>> 16 === wire.PROTOCOL_MAJOR) break;
      else return false; // A request to cancel, which has no answer, or a protocol that we do not speak.
    }
    this.#opened = true;
    this.#socket.write(wire.passwordRequest());
    const message = await this.#nextWithin(OPENING_MS);
    const given = message === undefined ? undefined : wire.passwordOf(message);
    if (given === undefined || !sameSecret(given, this.#options.password)) {
      this.#end("28P01", "wrong password");
      return false;
    }
    this.#socket.write(wire.greeting(this.#options.parameters));
    return true;
  }

  /** Passes messages on until the session is nobody's again. Returns whether the client stays. */
  async #untilIdle(pglite: PGlite, first: wire.Message): Promise<boolean> {
    let message: wire.Message | undefined = first;
    for (;;) {
      if (message === undefined || message.type === "X") return await this.#abandon(pglite);
      if (wire.isNamedStatement(message)) {
        this.#end("0A000", "prepared statements cannot have names here");
        return await this.#abandon(pglite);
      }
      if ((await this.#pass(pglite, message.bytes, true)) === "I") return true;
      message = await this.#nextWithin(this.#options.idleMs);
    }
  }

  /** Leaves no transaction behind. */
  async #abandon(pglite: PGlite): Promise<false> {
    const status = await this.#pass(pglite, wire.SYNC, false);
    if (status !== "I") await pglite.exec("rollback");
    this.#end("25P03", "the transaction was left alone for too long");
    return false;
  }

  async #pass(pglite: PGlite, bytes: Buffer, answered: boolean) {
    const chunks: Buffer[] = [];
    await pglite.execProtocolRawStream(bytes, {
      // A copy: PGlite reuses its buffer.
      onRawData: (data) => chunks.push(Buffer.from(data)),
    });
    const answers = Buffer.concat(chunks);
    if (answered && this.#socket.writable) this.#socket.write(answers);
    return wire.readyStatus(answers);
  }

  async #next(): Promise<wire.Message | undefined> {
    const { done, value } = await this.#messages.next();
    return done ? undefined : value;
  }

  /** Undefined too if nothing came; then the connection is to be ended, as what comes later would be lost. */
  async #nextWithin(ms: number): Promise<wire.Message | undefined> {
    const timer = new AbortController();
    try {
      return await Promise.race([this.#next(), sleep(ms, undefined, { signal: timer.signal })]);
    } finally {
      timer.abort();
    }
  }

  #end(code: string, reason: string): void {
    if (this.#socket.writable) this.#socket.end(wire.fatal(code, reason));
  }
}

function sameSecret(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

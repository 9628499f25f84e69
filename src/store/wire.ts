// As much of PostgreSQL's wire protocol as a server needs that passes on everything else.

import type { Readable } from "node:stream";

export interface Message {
  /** Of one letter; empty for those that open a connection. */
  readonly type: string;
  readonly bytes: Buffer;
}

export const SSL_REQUEST = 80877103;
export const GSS_REQUEST = 80877104;
export const PROTOCOL_MAJOR = 3;

/** No message that we would wait for is longer. */
const MOST_BYTES = 64 * 1024 * 1024;
const LENGTH_BYTES = 4;

/** Messages from a client, each whole. Those that open the connection have no letter: `opened` says when they are over. */
export async function* clientMessages(input: Readable, opened: () => boolean): AsyncGenerator<Message> {
  let buffer: Buffer = Buffer.alloc(0);
  for await (const chunk of input as AsyncIterable<Buffer>) {
    buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
    for (;;) {
      const letters = opened() ? 1 : 0;
      const message = takeMessage(buffer, letters);
      if (message === undefined) break;
      buffer = buffer.subarray(message.bytes.length);
      yield message;
    }
  }
}

function takeMessage(buffer: Buffer, letters: number): Message | undefined {
  if (buffer.length < letters + LENGTH_BYTES) return undefined;
  const length = letters + buffer.readUInt32BE(letters);
  if (length > MOST_BYTES || length < letters + LENGTH_BYTES)
    throw new RangeError(`message of ${length} bytes`);
  if (buffer.length < length) return undefined;
  return { type: buffer.toString("latin1", 0, letters), bytes: buffer.subarray(0, length) };
}

/** The transaction status after the last ReadyForQuery in whole answers: idle, in a transaction, or failed in one. */
export function readyStatus(answers: Buffer): "I" | "T" | "E" | undefined {
  let status: string | undefined;
  for (let at = 0; at + 1 + LENGTH_BYTES <= answers.length; at += 1 + answers.readUInt32BE(at + 1)) {
    if (answers[at] === "Z".charCodeAt(0)) status = answers.toString("latin1", at + 5, at + 6);
  }
  return status as "I" | "T" | "E" | undefined;
}

/** Whether a Parse message names its statement. */
export function isNamedStatement({ type, bytes }: Message): boolean {
  return type === "P" && bytes[1 + LENGTH_BYTES] !== 0;
}

export function passwordOf({ type, bytes }: Message): string | undefined {
  return type === "p" ? bytes.toString("utf8", 1 + LENGTH_BYTES, bytes.length - 1) : undefined;
}

export function passwordRequest(): Buffer {
  return answer("R", int32(3));
}

/** What follows the right password, up to the first ReadyForQuery. */
export function greeting(parameters: Readonly<Record<string, string>>): Buffer {
  const statuses = Object.entries(parameters).map(([name, value]) => answer("S", text(name), text(value)));
  return Buffer.concat([answer("R", int32(0)), ...statuses, answer("K", int32(0), int32(0)), READY]);
}

export function fatal(code: string, reason: string): Buffer {
  const fields = [text("SFATAL"), text("VFATAL"), text(`C${code}`), text(`M${reason}`), Buffer.alloc(1)];
  return answer("E", ...fields);
}

export const SYNC = answer("S");
const READY = answer("Z", Buffer.from("I"));

function answer(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type, "latin1"), int32(LENGTH_BYTES + body.length), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(LENGTH_BYTES);
  bytes.writeInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`, "utf8");
}

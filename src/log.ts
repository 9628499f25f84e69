// The log of a service: structured lines on standard error, beside what its task tells on standard output. It holds no secrets.

import { type DestinationStream, type Logger, pino } from "pino";
import pretty from "pino-pretty";
import { isLuntraError } from "./errors.ts";
import { withoutUrls } from "./without-urls.ts";

export type { Logger } from "pino";

export const LOG_LEVELS = ["silent", "error", "warn", "info", "debug"] as const;
export const LOG_FORMATS = ["json", "pretty"] as const;

export interface LogOptions {
  /** Default silent. */
  readonly level?: (typeof LOG_LEVELS)[number];
  /** Default json. */
  readonly format?: (typeof LOG_FORMATS)[number];
  /** Default standard error. */
  readonly destination?: DestinationStream;
}

const STANDARD_ERROR = 2;

/** Fields that nobody should log, and that are blotted out if somebody does. */
const SECRETS = ["password", "privateKey", "mnemonic", "secret", "authorization", "connectionString"];

export function openLog({ level = "silent", format = "json", destination }: LogOptions = {}): Logger {
  const sink = destination ?? pino.destination({ dest: STANDARD_ERROR, sync: true });
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describe },
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: "[secret]" },
    // The text as a whole: errors of libraries quote the addresses that they asked.
    hooks: { streamWrite: withoutUrls },
  };
  if (format === "json") return pino(options, sink);
  return pino(options, pretty({ destination: sink, colorize: process.stderr.isTTY, sync: true }));
}

function describe(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, stack, cause } = error;
  return {
    ...(isLuntraError(error) ? { code: error.code, args: error.args } : { type: error.name }),
    message,
    stack,
    ...(cause === undefined ? {} : { cause: describe(cause) }),
  };
}

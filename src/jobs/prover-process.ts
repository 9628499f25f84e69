// A prover in a process of its own, kept from one proof to the next. An abort kills it with all that it started: a prover that
// hangs can be stopped in no other way, and what it leaves cannot disturb the next proof.

import { type ChildProcess, fork } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { type ErrorArgs, type ErrorCode, ERRORS, fail, isLuntraError, LuntraError } from "../errors.ts";
import type { InstanceName } from "../model/index.ts";
import type { ProofSystemName, Setups } from "../prover/index.ts";
import type { JobPayload } from "./payload.ts";

/** Systems and where their keys come from. It crosses to another process, so it is data. */
export interface ProverSpec {
  readonly instance: InstanceName;
  /** In the order in which the deployment's verifier asks them. */
  readonly systems: readonly ProofSystemName[];
  readonly setups: { readonly [Name in ProofSystemName]?: Setups[Name] };
  /** Of the backend's; as many as the machine has cores if left out. Several provers on one machine do best to share its cores. */
  readonly threads?: number;
}

export interface JobProver {
  readonly pid: number | undefined;
  /** One at a time. Throws PROVER_CANCELLED if aborted, PROVER_CRASHED if the process ended. */
  prove(payload: JobPayload, signal: AbortSignal): Promise<Uint8Array>;
  close(): void;
}

export type Reply =
  | { readonly proof: Uint8Array }
  | { readonly code: ErrorCode; readonly args: unknown }
  | { readonly message: string };

const CHILD = new URL("./prover-child.ts", import.meta.url);
const FIRST_DELAY_MS = 250;
const MOST_DELAY_MS = 30_000;
/** How much of a process's last words an error carries. */
const OUTPUT_TAIL = 1000;

export function proverProcess(spec: ProverSpec): JobProver {
  return new ProverProcess(spec);
}

interface Running {
  readonly child: ChildProcess;
  said: string;
}

class ProverProcess implements JobProver {
  readonly #spec: ProverSpec;
  #running: Running | undefined;
  /** In a row. */
  #crashes = 0;

  constructor(spec: ProverSpec) {
    this.#spec = spec;
  }

  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  async prove(payload: JobPayload, signal: AbortSignal): Promise<Uint8Array> {
    await this.#pauseAfterCrashes(signal);
    if (signal.aborted) fail("PROVER_CANCELLED", {});
    if (this.#running?.child.connected !== true) this.#running = start(this.#spec);
    const running = this.#running;
    const abort = () => this.close();
    signal.addEventListener("abort", abort, { once: true });
    try {
      const reply = await ask(running, payload);
      this.#crashes = 0;
      return proofOf(reply);
    } catch (error) {
      if (signal.aborted) fail("PROVER_CANCELLED", {}, error);
      if (isLuntraError(error, "PROVER_CRASHED")) {
        this.#crashes++;
        this.close();
      }
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  close(): void {
    const pid = this.pid;
    this.#running = undefined;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // It is gone already.
    }
  }

  async #pauseAfterCrashes(signal: AbortSignal): Promise<void> {
    if (this.#crashes === 0) return;
    const ms = Math.min(MOST_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#crashes - 1));
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }
}

/** At the head of a group, which is killed as one; and so that a terminal's interrupt is ours alone to act on. */
function start(spec: ProverSpec): Running {
  const child = fork(CHILD, [], {
    // It gets what it needs and nothing else.
    env: {
      ...{ PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR },
      ...(spec.threads === undefined ? {} : { HARDWARE_CONCURRENCY: String(spec.threads) }),
    },
    execArgv: [],
    serialization: "advanced",
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const running: Running = { child, said: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      running.said = (running.said + text).slice(-OUTPUT_TAIL);
    });
  }
  child.send(spec, () => undefined);
  return running;
}

function ask(running: Running, payload: JobPayload): Promise<Reply> {
  const { child } = running;
  return new Promise<Reply>((done, failed) => {
    const settle = (act: () => void) => {
      child.off("message", replied).off("error", broke).off("exit", ended);
      act();
    };
    const replied = (reply: unknown) => settle(() => done(reply as Reply));
    const broke = ({ message }: Error) =>
      settle(() => failed(new LuntraError("PROVER_CRASHED", { reason: message })));
    const ended = (code: number | null, signal: string | null) =>
      broke(new Error(`${code ?? signal} ${running.said.trim()}`.trim()));
    child.on("message", replied).on("error", broke).on("exit", ended);
    child.send(payload, (error) => {
      if (error !== null) broke(error);
    });
  });
}

function proofOf(reply: Reply): Uint8Array {
  if ("proof" in reply) return reply.proof;
  if ("code" in reply && reply.code in ERRORS) {
    throw new LuntraError(reply.code, reply.args as ErrorArgs<ErrorCode>);
  }
  return fail("PROVER_FAILED", { reason: "message" in reply ? reply.message : "it said nothing" });
}

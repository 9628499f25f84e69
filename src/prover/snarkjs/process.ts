// A process that runs snarkjs, one call after the other. It is kept for a while after a call: the next one finds code,
// threads and key loaded. An aborted call takes the process with it, because snarkjs itself cannot be stopped.

import { type ChildProcess, fork } from "node:child_process";
import { fail, LuntraError } from "../../errors.ts";
import type { Argument, CallName, Reply, Result } from "./calls.ts";

export interface ProcessOptions {
  /** How long an idle process is kept, in ms; at 0 every call has its own. */
  readonly keepMs?: number;
  /** snarkjs as it comes: its own field arithmetic, and the key read from its file as it goes. */
  readonly plain?: boolean;
}

export interface Answer<Name extends CallName> {
  readonly result: Result<Name>;
  /** Most memory that the process ever held. */
  readonly peakBytes: number;
}

const CHILD = new URL("./child.ts", import.meta.url);
const KEEP_MS = 60_000;
/** How much of a failed process's output an error carries. */
const OUTPUT_TAIL = 1000;

interface Running {
  readonly child: ChildProcess;
  said: string;
}

export class SnarkjsProcess {
  readonly #keepMs: number;
  readonly #plain: boolean;
  #running: Running | undefined;
  #idle: NodeJS.Timeout | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ keepMs = KEEP_MS, plain = false }: ProcessOptions = {}) {
    this.#keepMs = keepMs;
    this.#plain = plain;
  }

  /** Waits for earlier calls. Throws PROVER_CANCELLED if aborted, before or during the call, and SNARKJS_FAILED. */
  call<Name extends CallName>(
    name: Name,
    argument: Argument<Name>,
    signal?: AbortSignal,
  ): Promise<Answer<Name>> {
    let begun = false;
    const turn = this.#last.then(() => {
      begun = true;
      return this.#run(name, argument, signal);
    });
    this.#last = turn.catch(() => {});
    return new Promise((done, failed) => {
      const abort = () => {
        if (!begun) failed(new LuntraError("PROVER_CANCELLED", {}));
      };
      signal?.addEventListener("abort", abort);
      turn.then(done, failed).finally(() => signal?.removeEventListener("abort", abort));
    });
  }

  async #run<Name extends CallName>(
    name: Name,
    argument: Argument<Name>,
    signal: AbortSignal | undefined,
  ): Promise<Answer<Name>> {
    if (signal?.aborted) fail("PROVER_CANCELLED", {});
    clearTimeout(this.#idle);
    // It may have died of something else meanwhile.
    if (this.#running?.child.connected !== true) this.#running = start(this.#plain);
    const running = this.#running;
    try {
      const reply = await ask(running, { name, argument }, signal);
      if ("error" in reply) fail("SNARKJS_FAILED", { command: name, reason: reply.error });
      return { result: reply.result as Result<Name>, peakBytes: reply.peakBytes };
    } catch (error) {
      this.#stop();
      throw error;
    } finally {
      this.#rest();
    }
  }

  /** Lets this process end although the other one is idle. */
  #rest(): void {
    if (this.#keepMs === 0) this.#stop();
    if (this.#running === undefined) return;
    this.#running.child.unref();
    this.#running.child.channel?.unref();
    this.#idle = setTimeout(() => this.#stop(), this.#keepMs).unref();
  }

  #stop(): void {
    this.#running?.child.kill("SIGKILL");
    this.#running = undefined;
  }
}

function start(plain: boolean): Running {
  const child = fork(CHILD, plain ? ["plain"] : [], {
    // It gets what it needs and nothing else.
    env: { PATH: process.env.PATH },
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const running: Running = { child, said: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      running.said = (running.said + text).slice(-OUTPUT_TAIL);
    });
    // A pipe would keep this process alive, as the child itself would.
    (stream as unknown as { unref?: () => void } | null)?.unref?.();
  }
  return running;
}

/** Sends one request and waits for its reply. Aborted, kills the process. */
function ask(running: Running, request: object, signal: AbortSignal | undefined): Promise<Reply> {
  const { child } = running;
  child.ref();
  child.channel?.ref();
  return new Promise<Reply>((done, failed) => {
    const abort = () => child.kill("SIGKILL");
    const settle = (act: () => void) => {
      child.off("message", replied).off("error", broke).off("exit", ended);
      signal?.removeEventListener("abort", abort);
      act();
    };
    const refuse = (reason: string) =>
      settle(() =>
        failed(
          signal?.aborted
            ? new LuntraError("PROVER_CANCELLED", {})
            : new LuntraError("SNARKJS_FAILED", { command: "process", reason }),
        ),
      );
    const replied = (reply: unknown) => settle(() => done(reply as Reply));
    const broke = (error: Error) => refuse(error.message);
    const ended = (code: number | null, killed: string | null) =>
      refuse(`it ended with ${code ?? killed}: ${running.said.trim()}`);
    child.on("message", replied).on("error", broke).on("exit", ended);
    signal?.addEventListener("abort", abort, { once: true });
    child.send(request, (error) => {
      if (error !== null) broke(error);
    });
  });
}

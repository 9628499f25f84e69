// The thread in which this process runs its circuits. It starts with the first run, and keeps no process alive that has nothing else to do.

import { Worker } from "node:worker_threads";
import type { InputMap } from "@noir-lang/noir_js";
import type { WitnessReply } from "./witness-worker.ts";

interface Waiting {
  readonly done: (witness: Uint8Array) => void;
  readonly failed: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
}

let thread: Thread | undefined;
let runs = 0;

/** The witness of the circuit that is compiled at `path`; rejects with the reason if the inputs do not satisfy it. */
export function runInThread(path: string, inputs: InputMap): Promise<Uint8Array> {
  thread ??= start();
  const { worker, waiting } = thread;
  const id = ++runs;
  return new Promise((done, failed) => {
    waiting.set(id, { done, failed });
    worker.ref();
    worker.postMessage({ id, path, inputs });
  });
}

function start(): Thread {
  const worker = new Worker(new URL("./witness-worker.ts", import.meta.url));
  const started: Thread = { worker, waiting: new Map() };
  worker.unref();
  worker.on("message", (reply: WitnessReply) => {
    const one = started.waiting.get(reply.id);
    started.waiting.delete(reply.id);
    if (started.waiting.size === 0) worker.unref();
    if ("witness" in reply) one?.done(reply.witness);
    else one?.failed(new Error(reply.reason));
  });
  const end = (error: Error) => {
    if (thread === started) thread = undefined;
    for (const { failed } of started.waiting.values()) failed(error);
    started.waiting.clear();
  };
  worker.on("error", end);
  worker.on("exit", (code) => end(new Error(`its thread ended with ${code}`)));
  return started;
}

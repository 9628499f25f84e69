// snarkjs as ceremonies use it, each call in a process of its own.

import { fork } from "node:child_process";
import { versionOf } from "../prover/versions.ts";

export const SNARKJS_VERSION = versionOf("snarkjs");

/** All arguments but value, exponent, name and entropy are paths. */
export interface SnarkjsCall {
  verifyPtau: [file: string];
  newZKey: [r1cs: string, ptau: string, to: string];
  contribute: [from: string, to: string, contributor: string, entropy: string];
  beacon: [from: string, to: string, name: string, value: string, exponent: number];
  verifyFromInit: [initial: string, ptau: string, file: string];
}

export interface Outcome {
  /** Hexadecimal, of calls that make something. */
  readonly hash?: string;
  /** Why it failed, or did not verify; undefined if it did. */
  readonly wrong?: string;
}

const PROCESS = new URL("./snarkjs-process.ts", import.meta.url);
const UNEXPLAINED = "snarkjs does not say why";

export async function runSnarkjs<Name extends keyof SnarkjsCall>(
  name: Name,
  ...args: SnarkjsCall[Name]
): Promise<Outcome> {
  // Some reasons are only printed, and standard output is not snarkjs's to print on.
  const child = fork(PROCESS, { execArgv: [], stdio: ["ignore", "pipe", "pipe", "ipc"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  let outcome: Outcome | undefined;
  child.once("message", (message) => {
    outcome = message as Outcome;
  });
  child.send({ name, args });
  const code = await new Promise<unknown>((done, failed) => {
    child.once("error", failed);
    child.once("close", (code, signal) => done(code ?? signal));
  });
  if (outcome === undefined) return { wrong: `snarkjs ended with ${code}: ${said.trim()}` };
  if (outcome.wrong === undefined) return outcome;
  return { wrong: [outcome.wrong, said.trim()].filter((text) => text !== "").join("; ") || UNEXPLAINED };
}

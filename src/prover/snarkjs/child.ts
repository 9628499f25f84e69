// The process that snarkjs runs in: there it may be killed at any moment, its threads end with it, and what stays loaded
// from one proof to the next (code, threads, key) is nobody else's. The only argument is "plain" to use snarkjs as it comes.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { groth16, plonk, zKey } from "snarkjs";
import type { Calls, Reply, Request } from "./calls.ts";
import { quicken } from "./quicken.ts";

const SYSTEMS = { groth16, plonk };

const plain = process.argv[2] === "plain";
const complaints: string[] = [];
const ignore = () => {};
const logger = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: (line: string) => void complaints.push(line),
};

/** snarkjs's declared types leave out what it takes in place of a file's name. */
type Memory = { readonly type: "mem"; readonly data: Uint8Array };
const anyFile = (file: string | Memory | Uint8Array) => file as string;

const calls: Calls = {
  async plonkSetup({ r1cs, ptau, zkey }) {
    const code = (await plonk.setup(r1cs, ptau, zkey, logger)) as unknown;
    if (code === -1) throw new Error("snarkjs refuses the setup");
  },

  async export({ system, zkey }) {
    const template = readFileSync(join(templates(), `verifier_${system}.sol.ejs`), "utf8");
    const verificationKey = (await zKey.exportVerificationKey(zkey, logger)) as object;
    const texts = { [system]: template } as { groth16: string };
    return {
      verificationKey,
      solidity: await zKey.exportSolidityVerifier(zkey, texts, logger),
    };
  },

  async prove({ system, zkey, witness }) {
    const started = performance.now();
    const key = plain ? zkey : { type: "mem" as const, data: await keyOf(zkey) };
    const { proof, publicSignals } = await SYSTEMS[system].prove(anyFile(key), anyFile(witness), logger);
    return { proof, publicInputs: publicSignals.map(BigInt), ms: performance.now() - started };
  },

  async verify({ system, verificationKey, publicInputs, proof }) {
    const verify = SYSTEMS[system].verify as (
      key: object,
      inputs: string[],
      proof: object,
    ) => Promise<boolean>;
    return verify(verificationKey, publicInputs.map(String), proof);
  },
};

/** The last key, read once. */
let loaded: { readonly path: string; readonly data: Promise<Uint8Array> } | undefined;

function keyOf(path: string): Promise<Uint8Array> {
  if (loaded?.path !== path) loaded = { path, data: readFile(path) };
  return loaded.data;
}

function templates(): string {
  return join(dirname(createRequire(import.meta.url).resolve("snarkjs")), "../templates");
}

// Whoever asked is gone: nobody would take the result.
process.once("disconnect", () => process.exit(1));
process.on("message", async (request: Request) => {
  process.send?.(await reply(request));
});

async function reply({ name, argument }: Request): Promise<Reply> {
  complaints.length = 0;
  const answer = await attempt(name, argument);
  return { ...answer, peakBytes: process.resourceUsage().maxRSS * 1024 };
}

async function attempt(name: Request["name"], argument: Request["argument"]) {
  try {
    if (!plain) await quicken();
    const call = calls[name] as (argument: Request["argument"]) => Promise<never>;
    return { result: await call(argument) };
  } catch (error) {
    return { error: [...complaints, error instanceof Error ? error.message : String(error)].join("; ") };
  }
}

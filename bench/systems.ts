// Proof systems side by side: size, keys, time, memory and gas by records in a segment, at the production depth. And what
// snarkjs takes as it comes, beside what it takes here.

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Interface } from "ethers";
import circuits from "../circuits/circuits.json" with { type: "json" };
import {
  bindWords,
  claimOf,
  flattenWords,
  INSTANCES,
  type InstanceName,
  toBytes32,
} from "../src/model/index.ts";
import {
  type CircomCircuit,
  circomInputs,
  circomWordsHash,
  compileCircom,
  OPTIMIZATIONS,
  sizeOfCircom,
  solveCircom,
} from "../src/prover/circom/index.ts";
import type { ProofSystemName } from "../src/prover/index.ts";
import { groth16Secrets, writeGroth16DevelopmentKey } from "../src/prover/snarkjs/groth16-keys.ts";
import { writePlonkDevelopmentKey } from "../src/prover/snarkjs/plonk.ts";
import { plonkGates } from "../src/prover/snarkjs/plonk-gates.ts";
import { plonkSecret } from "../src/prover/snarkjs/plonk-keys.ts";
import { type ProcessOptions, SnarkjsProcess } from "../src/prover/snarkjs/process.ts";
import { readR1cs } from "../src/prover/snarkjs/r1cs.ts";
import { inTemporaryFolder } from "../src/prover/temporary-folder.ts";
import { fullSegment, seconds, timed } from "./measuring.ts";
import { measureProving } from "./proving.ts";
import { openBench } from "./support.ts";

export interface SystemCost {
  readonly system: "ultrahonk" | "groth16" | "plonk";
  readonly records: number;
  /** Gates; for Groth16 rank-1 constraints. */
  readonly size?: number;
  /** Proving key; UltraHonk has none but the reference string, which all its circuits share. */
  readonly keyMegabytes?: number;
  readonly compileSeconds?: number;
  /** Development keys, from nothing but the compiled circuit. */
  readonly setupSeconds?: number;
  readonly witnessSeconds?: number;
  readonly proofSeconds?: number;
  readonly peakMegabytes?: number;
  readonly proofBytes?: number;
  /** Why there is no number. */
  readonly failed?: string;
}

type SnarkjsName = "groth16" | "plonk";

const DEPTHS = { D: INSTANCES.standard.D, E: INSTANCES.standard.E };
/** As the instance of that size has it. */
const capOf = (records: number) =>
  Object.values(circuits).find(({ n, D }) => n === records && D === DEPTHS.D)?.cap ?? circuits.single.cap;
const VERIFIER = new Interface([
  "function verify((bytes32 a, bytes32 b, bytes32 context, uint256[] words) claim, bytes proof) view returns (bool)",
]);
const VERIFIED: readonly ProofSystemName[][] = [
  ["ultrahonk"],
  ["groth16"],
  ["plonk"],
  ["ultrahonk", "groth16"],
];
const PROOF_BYTES = { groth16: 256, plonk: 768 };

/** What the contract has to pay for one proof by each system, on the circuit that all of them prove. */
export interface VerificationCost {
  readonly systems: string;
  readonly instance: InstanceName;
  /** Of a call of the deployment's verifier, with the transaction's 21 000 and the proof's calldata. */
  readonly gas: number;
}

/** Rows that a default run has: `ultrahonk:32` is UltraHonk with 32 records. */
export const SYSTEM_ROWS = [
  "ultrahonk:1",
  "ultrahonk:4",
  "ultrahonk:8",
  "ultrahonk:32",
  "groth16:1",
  "groth16:4",
  "groth16:8",
  "groth16:23",
  "plonk:1",
] as const;

/** One row each, from an empty cache. What cannot be built or proven is a row that says why. */
export async function measureSystems(rows: readonly string[] = SYSTEM_ROWS): Promise<SystemCost[]> {
  return await inTemporaryFolder(async (folder) => {
    const before = process.env.LUNTRA_CACHE;
    process.env.LUNTRA_CACHE = folder;
    try {
      return await measureRows(rows);
    } finally {
      if (before === undefined) delete process.env.LUNTRA_CACHE;
      else process.env.LUNTRA_CACHE = before;
    }
  });
}

async function measureRows(rows: readonly string[]): Promise<SystemCost[]> {
  const costs: SystemCost[] = [];
  for (const row of rows) {
    const [system, count] = row.split(":") as [SystemCost["system"], string];
    const records = Number(count);
    try {
      costs.push(system === "ultrahonk" ? await measureHonk(records) : await measureSnarkjs(system, records));
    } catch (error) {
      const failed = error instanceof Error ? error.message : String(error);
      costs.push({ system, records, failed });
    }
    console.log(JSON.stringify(costs.at(-1)));
  }
  return costs;
}

async function measureHonk(records: number): Promise<SystemCost> {
  const cost = await measureProving(records);
  return {
    system: "ultrahonk",
    records,
    size: cost.gates,
    compileSeconds: cost.compileSeconds,
    setupSeconds: cost.setupSeconds,
    witnessSeconds: cost.witnessSeconds,
    proofSeconds: cost.provingSeconds,
    peakMegabytes: cost.peakMegabytes,
    proofBytes: cost.proofBytes,
  };
}

async function measureSnarkjs(system: SnarkjsName, records: number): Promise<SystemCost> {
  const sizes = { n: records, ...DEPTHS, cap: capOf(records) };
  const [circuit, compileMs] = await timed(() =>
    compileCircom(`bench-${records}`, sizes, OPTIMIZATIONS[system]),
  );
  const { constraints } = await sizeOfCircom(circuit);
  const size = system === "plonk" ? plonkGates(await readR1cs(circuit.r1csPath)) : constraints;
  return await inTemporaryFolder(async (folder) => {
    const zkey = join(folder, "proving.zkey");
    const [, setupMs] = await timed(() => writeKey(system, circuit, zkey));
    const inputs = await inputsFor(records);
    const [witness, witnessMs] = await timed(() => solveCircom(circuit, inputs));
    const { provingMs, peakBytes } = await prove(system, zkey, witness, {});
    return {
      system,
      records,
      size,
      keyMegabytes: megabytes((await stat(zkey)).size),
      compileSeconds: seconds(compileMs),
      setupSeconds: seconds(setupMs),
      witnessSeconds: seconds(witnessMs),
      proofSeconds: seconds(provingMs),
      peakMegabytes: megabytes(peakBytes),
      proofBytes: PROOF_BYTES[system],
    };
  });
}

/** One full segment, proven and verified on a local chain. */
export async function measureVerification(instance: InstanceName = "mini"): Promise<VerificationCost[]> {
  const run = await fullSegment(INSTANCES[instance]);
  const { a, b, context, words } = claimOf({ ...run.trace, ...run });
  const claim = { a: toBytes32(a), b: toBytes32(b), context: toBytes32(context), words };
  const costs: VerificationCost[] = [];
  for (const systems of VERIFIED) {
    const { world, prover } = await openBench(instance, systems);
    const proof = await prover.prove(run);
    const data = VERIFIER.encodeFunctionData("verify", [claim, proof]);
    const gas = await world.user.estimateGas({ to: world.book.addresses.segmentVerifier, data });
    costs.push({ systems: systems.join(" and "), instance, gas: Number(gas) });
  }
  return costs;
}

export interface SnarkjsGain {
  readonly system: SnarkjsName;
  readonly records: number;
  /** snarkjs as it comes: a process for each proof, the key read from its file, its own field arithmetic. */
  readonly plainSeconds: number;
  /** As the provers here call it, the first proof of a process. */
  readonly firstSeconds: number;
  /** And the next ones. */
  readonly nextSeconds: number;
  readonly gain: number;
}

/** Before and after, one circuit and one witness. */
export async function measureSnarkjsGain(system: SnarkjsName, records = 1): Promise<SnarkjsGain> {
  const sizes = { n: records, ...DEPTHS, cap: capOf(records) };
  const circuit = await compileCircom(`bench-${records}`, sizes, OPTIMIZATIONS[system]);
  return await inTemporaryFolder(async (folder) => {
    const zkey = join(folder, "proving.zkey");
    await writeKey(system, circuit, zkey);
    const witness = await solveCircom(circuit, await inputsFor(records));
    const [, plainMs] = await timed(() => prove(system, zkey, witness, { plain: true, keepMs: 0 }));
    const warm = new SnarkjsProcess({});
    const call = () => warm.call("prove", { system, zkey, witness });
    const [, firstMs] = await timed(call);
    const [, nextMs] = await timed(call);
    return {
      system,
      records,
      plainSeconds: seconds(plainMs),
      firstSeconds: seconds(firstMs),
      nextSeconds: seconds(nextMs),
      gain: Math.round((plainMs / nextMs) * 100) / 100,
    };
  });
}

async function writeKey(system: SnarkjsName, { r1csPath, hash }: CircomCircuit, zkey: string): Promise<void> {
  if (system === "groth16") await writeGroth16DevelopmentKey(r1csPath, zkey, groth16Secrets(hash));
  else await writePlonkDevelopmentKey(r1csPath, zkey, plonkSecret());
}

async function prove(system: SnarkjsName, zkey: string, witness: Uint8Array, options: ProcessOptions) {
  const { result, peakBytes } = await new SnarkjsProcess({ keepMs: 0, ...options }).call("prove", {
    system,
    zkey,
    witness,
  });
  return { provingMs: result.ms, peakBytes };
}

/** A full segment of random records, and what the circuit is given for it. */
async function inputsFor(records: number) {
  const { trace, words, context } = await fullSegment({ n: records, ...DEPTHS });
  const h = await circomWordsHash(flattenWords(words.first, words.records, records));
  const publicInputs = bindWords(claimOf({ a: trace.a, b: trace.b, words, context }), h);
  return circomInputs(trace, publicInputs, { n: records, ...DEPTHS, cap: capOf(records) });
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

// Segments to prove, on the smallest instance, and the deployment that they are of.

import type { JobDeployment, ProverSpec } from "../../src/jobs/index.ts";
import { publicInputList } from "../../src/model/index.ts";
import { proofSystem, type ProofSystem, type SegmentRun } from "../../src/prover/index.ts";
import { miniRun } from "../prover/snarkjs/run.ts";

export const DEPLOYMENT: JobDeployment = { l2ChainId: 90_210n, instance: "mini", systems: ["ultrahonk"] };
export const SPEC: ProverSpec = { instance: "mini", systems: ["ultrahonk"], setups: {} };
export const BATCH = `0x${"ab".repeat(32)}`;
export const BENEFICIARY = `0x${"cd".repeat(20)}`;

const run = miniRun();

/** The same run, bound to another segment each time: proofs of them differ. */
export async function segmentOf(segment: number, batchId = BATCH): Promise<SegmentRun> {
  const { trace, words, context } = await run;
  return { trace, words, context: { ...context, batchId, segment, beneficiary: BENEFICIARY } };
}

const system: ProofSystem = proofSystem("ultrahonk", "mini");
const H_BYTES = 32;

/** Whether a proof, as a deployment's verifier takes it, is one of this run. */
export async function isProofOf(run: SegmentRun, proof: Uint8Array): Promise<boolean> {
  return await system.verify(publicInputList(await system.publicInputs(run)), proof.slice(H_BYTES));
}

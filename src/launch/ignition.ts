// Runs the module with Ignition: its journal says what was sent, so that a launch that was killed goes on with the next contract.

import { join } from "node:path";
import {
  type Artifact,
  type ArtifactResolver,
  type BuildInfo,
  type DeploymentResult,
  DeploymentResultType,
  deploy,
  type EIP1193Provider,
  type ExecutionEventListener,
  ExecutionEventType,
  listTransactions,
} from "@nomicfoundation/ignition-core";
import { readFile } from "node:fs/promises";
import { rollupModule } from "../../ignition/modules/rollup.ts";
import type { PlannedContract } from "../chain/deployment-plan.ts";
import type { Hex } from "../chain/types.ts";
import { fail, isLuntraError } from "../errors.ts";
import { adoptLost } from "./lost.ts";

/** What Hardhat knows of compiled contracts; `hre.artifacts` fits. */
export interface BuildReader {
  readArtifact(name: string): Promise<unknown>;
  getBuildInfoId(name: string): Promise<string | undefined>;
  getBuildInfoPath(id: string): Promise<string | undefined>;
}

const BLOCK_POLL_MS = 200;

export interface IgnitionOptions {
  readonly steps: readonly PlannedContract[];
  readonly artifacts: BuildReader;
  readonly provider: EIP1193Provider;
  readonly deployer: Hex;
  readonly confirmations: number;
  /** While a unit of gas costs more, nothing is sent. */
  readonly maxFeePerGas: bigint;
  /** Folder of the launch; the journal lies in it. Without it nothing is kept. */
  readonly folder?: string;
  /** Block from which on the deployer's transactions are looked for. */
  readonly since?: number;
  readonly onStep?: (step: string) => void;
}

/** Deploys what is not there yet. Throws IGNITION_FAILED. */
export async function deployModule(options: IgnitionOptions): Promise<void> {
  const { steps, artifacts, provider, deployer, confirmations, maxFeePerGas, folder, onStep, since } =
    options;
  const deploymentDir = folder === undefined ? undefined : journalFolder(folder);
  if (deploymentDir !== undefined) {
    await adoptLost({
      journal: deploymentDir,
      provider,
      deployer,
      since: since ?? 0,
      ...(onStep && { onStep }),
    });
  }
  let result: DeploymentResult;
  try {
    result = await deploy({
      ignitionModule: rollupModule(steps),
      artifactResolver: resolverOf(artifacts),
      provider,
      executionEventListener: listenerOf(onStep ?? (() => undefined)),
      ...(deploymentDir === undefined ? {} : { deploymentDir }),
      deploymentParameters: {},
      accounts: [deployer],
      defaultSender: deployer,
      maxFeePerGasLimit: maxFeePerGas,
      config: {
        requiredConfirmations: (await minesAtOnce(provider)) ? 1 : confirmations,
        blockPollingInterval: BLOCK_POLL_MS,
      },
    });
  } catch (error) {
    if (isLuntraError(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return fail("IGNITION_FAILED", { reason }, error);
  }
  if (result.type === DeploymentResultType.SUCCESSFUL_DEPLOYMENT) return;
  fail("IGNITION_FAILED", { reason: reasonOf(result) });
}

/** A development chain that makes a block for each transaction makes none after it: nobody would ever confirm. */
async function minesAtOnce(provider: EIP1193Provider): Promise<boolean> {
  return await provider.request({ method: "hardhat_getAutomine" }).then(Boolean, () => false);
}

/** Hashes of the transactions that deployed, by artifact. */
export async function creations(folder: string, artifacts: BuildReader): Promise<ReadonlyMap<string, Hex>> {
  const sent = await listTransactions(journalFolder(folder), resolverOf(artifacts));
  // Of one contract the last counts: fees may have been raised.
  return new Map(sent.map(({ name = "", txHash }) => [name, txHash]));
}

export function journalFolder(folder: string): string {
  return join(folder, "ignition");
}

function resolverOf(artifacts: BuildReader): ArtifactResolver {
  return {
    loadArtifact: async (name) => (await artifacts.readArtifact(name)) as Artifact,
    getBuildInfo: (name) => buildInfoOf(artifacts, name),
  };
}

/** What the compiler was given when it made this contract. */
export async function buildInfoOf(artifacts: BuildReader, name: string): Promise<BuildInfo | undefined> {
  const id = await artifacts.getBuildInfoId(name);
  const path = id === undefined ? undefined : await artifacts.getBuildInfoPath(id);
  return path === undefined ? undefined : (JSON.parse(await readFile(path, "utf8")) as BuildInfo);
}

/** Tells when a contract's turn comes, and when it is sent. */
function listenerOf(onStep: (step: string) => void): ExecutionEventListener {
  const quiet = Object.values(ExecutionEventType).map((type) => [camel(type), async () => undefined]);
  return {
    ...(Object.fromEntries(quiet) as unknown as ExecutionEventListener),
    deploymentExecutionStateInitialize: async ({ futureId }) => onStep(`deploying ${nameOf(futureId)}`),
    transactionSend: async ({ futureId, hash }) => onStep(`sent ${nameOf(futureId)}: ${hash}`),
    onchainInteractionBumpFees: async ({ futureId }) => onStep(`raising the fees of ${nameOf(futureId)}`),
  };
}

/** `DEPLOYMENT_START`: `deploymentStart`. */
function camel(type: string): string {
  return type.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** `Luntra#Rollup`: `Rollup`. */
function nameOf(futureId: string): string {
  return futureId.split("#").at(-1) ?? futureId;
}

function reasonOf(result: DeploymentResult): string {
  if (result.type === DeploymentResultType.EXECUTION_ERROR) {
    const failed = result.failed.map(({ futureId, error }) => `${nameOf(futureId)}: ${error}`);
    const late = result.timedOut.map(({ futureId }) => `${nameOf(futureId)} was not taken by L1 in time`);
    return [...failed, ...late, ...result.held.map(({ reason }) => reason)].join("; ");
  }
  if (result.type === DeploymentResultType.SUCCESSFUL_DEPLOYMENT) return "nothing";
  return Object.entries(result.errors)
    .map(([id, reasons]) => `${nameOf(id)}: ${reasons.join(", ")}`)
    .join("; ");
}

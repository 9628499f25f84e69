// What the steps of a launch share: file, keys, network.

import { resolve } from "node:path";
import type { ArtifactReader } from "../../src/chain/artifacts.ts";
import type { VerifierSource } from "../../src/chain/deploy.ts";
import { type DryRun, dryRun } from "../../src/launch/dry-run.ts";
import { type LaunchFile, readLaunchFile } from "../../src/launch/file.ts";
import type { BuildReader } from "../../src/launch/ignition.ts";
import { ceremonyPlaces } from "../../src/ceremony/index.ts";
import { verifierSources } from "../../src/node/verifier-sources.ts";
import type { Context } from "../support/action.ts";
import { required } from "../support/arguments.ts";
import { buildProofSystems } from "../support/build.ts";
import { chainIdOf, type Connection, connect, providerOf } from "../support/connection.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { type KeyArgs, keySources } from "../support/key-sources.ts";
import { type Place, placeOf } from "../support/workspace.ts";
import { fail } from "../../src/errors.ts";

export type LaunchArgs = DeploymentArgs & KeyArgs & { parameters: string | undefined };

export interface LaunchSite {
  readonly connection: Connection;
  readonly place: Place;
  readonly file: LaunchFile;
  readonly verifiers: readonly VerifierSource[];
  readonly artifacts: ArtifactReader & BuildReader;
}

/** Everything that a step starts from. Throws LAUNCH_FILE_MALFORMED or WRONG_CHAIN. */
export async function openSite(args: LaunchArgs, context: Context): Promise<LaunchSite> {
  const { hre } = context;
  const file = await readLaunchFile(pathOf(args, context));
  const connection = await connect(hre);
  const chainId = await chainIdOf(connection);
  if (chainId !== file.chainId) fail("WRONG_CHAIN", { expected: file.chainId, actual: chainId });
  const keys = keySources(file.proofSystems, args);
  const systems = await buildProofSystems(context, {
    systems: file.proofSystems,
    instance: file.instance,
    keys,
  });
  return {
    connection,
    place: placeOf(context, connection, args),
    file,
    verifiers: await verifierSources(systems, keys),
    artifacts: hre.artifacts as unknown as ArtifactReader & BuildReader,
  };
}

export function pathOf({ parameters }: LaunchArgs, { hre }: Context): string {
  return resolve(hre.config.paths.root, required(parameters, "--parameters"));
}

/** The launch on a chain inside this process. */
export async function rehearse(
  { connection, place, file, verifiers, artifacts }: LaunchSite,
  args: LaunchArgs,
  { hre, progress }: Context,
): Promise<DryRun> {
  progress("deploying on a chain inside this process");
  const nonce = await providerOf(connection).getTransactionCount(file.roles.deployer, "pending");
  const { provider, ethers } = await hre.network.create({
    network: "default",
    override: { chainId: Number(file.chainId) },
  });
  return await dryRun({
    file: { ...file, confirmations: 1 },
    verifiers,
    artifacts,
    network: place.name,
    ceremonies: ceremonyPlaces({ deployments: args.deployments }),
    provider,
    ethers,
    nonce,
  });
}

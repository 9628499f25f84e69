// What scenarios are played with.

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { ArtifactReader } from "../../src/chain/artifacts.ts";
import { honkVerifier } from "../../src/node/honk-verifier.ts";
import { loadFastHash, segmentProver } from "../../src/prover/index.ts";
import type { LocalChain, Theatre } from "../../src/scenarios/index.ts";
import type { Context } from "./action.ts";
import { buildProofSystem } from "./build.ts";
import { increaseTime, providerOf } from "./connection.ts";

/** Everything that scenarios share: artifacts, keys, prover. Each one opens a chain of its own. */
export async function openTheatre(context: Pick<Context, "hre" | "progress">): Promise<Theatre> {
  const system = await buildProofSystem(context, { instance: "dev" });
  return {
    openChain: () => openLocalChain(context.hre),
    artifacts: context.hre.artifacts as ArtifactReader,
    prover: segmentProver(system),
    verifier: await honkVerifier(system, true),
    hash: await loadFastHash(),
  };
}

async function openLocalChain({ network }: HardhatRuntimeEnvironment): Promise<LocalChain> {
  const connection = await network.create("default");
  return {
    provider: providerOf(connection),
    signers: (await connection.ethers.getSigners()) as never[],
    increaseTime: (seconds: bigint) => increaseTime(connection, seconds),
    close: () => connection.close(),
  };
}

// What scenarios are played with.

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { ArtifactReader } from "../../src/chain/artifacts.ts";
import { verifierSources } from "../../src/node/verifier-sources.ts";
import { loadFastHash, segmentProver } from "../../src/prover/index.ts";
import type { LocalChain, Theatre } from "../../src/scenarios/index.ts";
import type { Context } from "./action.ts";
import { buildProofSystems } from "./build.ts";
import { increaseTime, providerOf } from "./connection.ts";
import { DEVELOPMENT_KEYS } from "./key-sources.ts";
import type { ChosenSystems } from "./proof-systems.ts";

/** Everything that scenarios share: artifacts, keys, prover. Each one opens a chain of its own. Development keys only. */
export async function openTheatre(
  context: Pick<Context, "hre" | "progress">,
  { systems, instance }: ChosenSystems,
): Promise<Theatre> {
  const made = await buildProofSystems(context, { systems, instance, keys: DEVELOPMENT_KEYS });
  return {
    openChain: () => openLocalChain(context.hre),
    artifacts: context.hre.artifacts as ArtifactReader,
    instance,
    prover: segmentProver(made),
    verifiers: await verifierSources(made, DEVELOPMENT_KEYS),
    hash: await loadFastHash(),
  };
}

async function openLocalChain({ network }: HardhatRuntimeEnvironment): Promise<LocalChain> {
  const connection = await network.create("default");
  return {
    provider: providerOf(connection),
    signers: (await connection.ethers.getSigners()) as never[],
    increaseTime: (seconds: bigint) => increaseTime(connection, seconds),
    setNextTime: async (second: bigint) => {
      await connection.provider.request({ method: "evm_setNextBlockTimestamp", params: [Number(second)] });
    },
    snapshot: async () => {
      const id = await connection.provider.request({ method: "evm_snapshot", params: [] });
      return async () => void (await connection.provider.request({ method: "evm_revert", params: [id] }));
    },
    close: () => connection.close(),
  };
}

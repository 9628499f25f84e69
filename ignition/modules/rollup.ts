// The whole system as one Ignition module. Contracts know one another by addresses that follow from the deployer's nonce, so
// each waits for the one before it, and the module is built from a plan (src/chain/deployment-plan.ts) that says which and with what.

import {
  type ArgumentType,
  buildModule,
  type NamedArtifactContractDeploymentFuture,
} from "@nomicfoundation/ignition-core";
import type { PlannedContract } from "../../src/chain/deployment-plan.ts";

type Contract = NamedArtifactContractDeploymentFuture<string>;

export function rollupModule(steps: readonly PlannedContract[]) {
  return buildModule("Luntra", (m) => {
    const contracts: Record<string, Contract> = {};
    let before: Contract | undefined;
    for (const { artifact, args } of steps) {
      const after = before === undefined ? [] : [before];
      // Plain data, all of it: Ignition compares it with its journal when a deployment goes on.
      before = m.contract(artifact, args as ArgumentType[], { after });
      contracts[artifact] = before;
    }
    return contracts;
  });
}

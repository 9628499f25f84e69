import { INSTANCES, type InstanceName } from "../../src/model/index.ts";
import { action } from "../support/action.ts";
import { parseChoice } from "../support/arguments.ts";
import { buildProofSystem, ceremonyFolder } from "../support/build.ts";
import type { CommonArgs } from "../support/define.ts";
import { count, facts } from "../support/output.ts";

type Args = CommonArgs & { instance: string; ceremony: string | undefined };

export default action<Args>(async ({ instance: name, ...args }, context) => {
  const ceremony = ceremonyFolder(args.ceremony);
  const instance = parseChoice(name, "--instance", Object.keys(INSTANCES) as InstanceName[]);
  const system = await buildProofSystem(context, { instance, ceremony });
  const hashes = await system.setup();
  const { gates } = await system.size();
  const { contractName } = await system.exportVerifier();
  const setup = ceremony === undefined ? "development" : "ceremony";
  return {
    json: { instance, setup, system: system.name, gates, contractName, hashes },
    lines: facts({
      circuit: `${instance}, ${count(gates)} gates, ${system.name}`,
      keys: setup === "development" ? "development: anyone can forge proofs, local chain only" : "ceremony",
      "circuit hash": hashes.circuit,
      "verification key": hashes.verificationKey,
      verifier: `${contractName}, ${hashes.verifier}`,
    }),
  };
});

import type { CircuitSize, ProofSystem } from "../../src/prover/index.ts";
import { action } from "../support/action.ts";
import { buildProofSystems, ceremonyFolder } from "../support/build.ts";
import type { CommonArgs } from "../support/define.ts";
import { count, facts } from "../support/output.ts";
import { type ProofSystemArgs, parseProofSystems } from "../support/proof-systems.ts";

type Args = CommonArgs & ProofSystemArgs & { ceremony: string | undefined };

export default action<Args>(async (args, context) => {
  const ceremony = ceremonyFolder(args.ceremony);
  const { systems, instance } = parseProofSystems(args);
  const made = await buildProofSystems(context, { systems, instance, ceremony });
  const setup = ceremony === undefined ? "development" : "ceremony";
  const described = [];
  for (const system of made) described.push(await describe(system));
  return {
    json: { instance, setup, systems: described },
    lines: described.flatMap(({ system, size, contractName, hashes }, i) => [
      ...(i === 0 ? [] : [""]),
      ...facts({
        circuit: `${instance}, ${sizeText(size)}, ${system}`,
        keys: setup === "development" ? "development: anyone can forge proofs, local chain only" : "ceremony",
        "circuit hash": hashes.circuit,
        "verification key": hashes.verificationKey,
        verifier: `${contractName}, ${hashes.verifier}`,
      }),
    ]),
  };
});

async function describe(system: ProofSystem) {
  const hashes = await system.setup();
  const { contractName } = await system.exportVerifier();
  return { system: system.name, size: await system.size(), contractName, hashes };
}

/** In the terms that people compare circuits of one system by. */
function sizeText({ gates, constraints }: CircuitSize): string {
  const parts = [
    ...(gates === undefined ? [] : [`${count(gates)} gates`]),
    ...(constraints === undefined ? [] : [`${count(constraints)} constraints`]),
  ];
  return parts.join(" of ");
}

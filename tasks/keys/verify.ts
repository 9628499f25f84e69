import { keccak256 } from "ethers";
import { ask } from "../../src/chain/l1.ts";
import { LuntraError } from "../../src/errors.ts";
import { verifierSources } from "../../src/node/verifier-sources.ts";
import { action } from "../support/action.ts";
import { buildProofSystems, ceremonyFolder } from "../support/build.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { short, table } from "../support/output.ts";
import { openWorkspace } from "../support/workspace.ts";

interface Comparison {
  readonly what: string;
  readonly here: string;
  readonly deployed: string;
  readonly same: boolean;
}

export default action<DeploymentArgs & { ceremony: string | undefined }>(async (args, context) => {
  const ceremony = ceremonyFolder(args.ceremony);
  const { book, provider } = await openWorkspace(context, args);
  const { instance, verifiers } = book;
  const names = verifiers.map(({ system }) => system);
  const systems = await buildProofSystems(context, { systems: names, instance, ceremony });
  const sources = await verifierSources(systems, ceremony === undefined);
  const comparisons: Comparison[] = [];
  for (const [i, system] of systems.entries()) {
    const [source, deployed] = [sources[i], verifiers[i]];
    if (source === undefined || deployed === undefined) continue;
    const { contractName } = await system.exportVerifier();
    const { deployedBytecode } = await context.hre.artifacts.readArtifact(contractName);
    const code = await ask("the verifier's code", () => provider.getCode(deployed.generated));
    comparisons.push(
      compare(`${system.name}: circuit`, source.circuitHash, deployed.circuitHash),
      compare(`${system.name}: verification key`, source.vkHash, deployed.vkHash),
      compare(`${system.name}: the verifier's code`, keccak256(deployedBytecode), keccak256(code)),
    );
  }
  const different = comparisons.find(({ same }) => !same);
  return {
    json: { ok: different === undefined, comparisons },
    lines: table(
      ["what", "made here", "deployed", "same"],
      comparisons.map(({ what, here, deployed, same }) => [
        what,
        short(here),
        short(deployed),
        same ? "yes" : "NO",
      ]),
    ),
    ...(different === undefined ? {} : { failure: failureOf(different) }),
  };
});

function compare(what: string, here: string, deployed: string): Comparison {
  return { what, here, deployed, same: here.toLowerCase() === deployed.toLowerCase() };
}

function failureOf({ what, here, deployed }: Comparison): LuntraError {
  return new LuntraError("KEYS_DIFFER", { what, expected: deployed, actual: here });
}

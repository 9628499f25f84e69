import { keccak256 } from "ethers";
import { ask } from "../../src/chain/l1.ts";
import { LuntraError } from "../../src/errors.ts";
import { honkVerifier } from "../../src/node/honk-verifier.ts";
import { action } from "../support/action.ts";
import { buildProofSystem, ceremonyFolder } from "../support/build.ts";
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
  const system = await buildProofSystem(context, { instance: book.instance, ceremony });
  const { circuitHash, vkHash } = await honkVerifier(system, ceremony === undefined);
  const { contractName } = await system.exportVerifier();
  const { deployedBytecode } = await context.hre.artifacts.readArtifact(contractName);
  const code = await ask("the verifier's code", () => provider.getCode(book.addresses.honkVerifier));
  const comparisons = [
    compare("circuit", circuitHash, book.circuitHash),
    compare("verification key", vkHash, book.vkHash),
    compare("the verifier's code", keccak256(deployedBytecode), keccak256(code)),
  ];
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

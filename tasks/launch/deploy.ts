import { relative } from "node:path";
import { launch } from "../../src/launch/launch.ts";
import { ceremonyPlaces } from "../../src/ceremony/index.ts";
import { signerOf } from "../support/accounts.ts";
import { action } from "../support/action.ts";
import { facts } from "../support/output.ts";
import { proofSystemText } from "../support/proof-systems.ts";
import { type LaunchArgs, openSite } from "./support.ts";

type Args = LaunchArgs & { from: string };

export default action<Args>(async (args, context) => {
  const { connection, place, file, verifiers, artifacts } = await openSite(args, context);
  const signer = await signerOf(connection, args.from);
  const book = await launch({
    file,
    verifiers,
    signer,
    provider: connection.provider,
    artifacts,
    directory: place.directory,
    network: place.name,
    ceremonies: ceremonyPlaces({ deployments: args.deployments }),
    onStep: context.progress,
  });
  const { addresses, l2ChainId, chainId, fromBlock } = book;
  const root = context.hre.config.paths.root;
  const inside = relative(root, place.path);
  return {
    json: { path: place.path, ...book },
    lines: [
      `Deployed to ${connection.networkName} (chain ${chainId}), L2 chain id ${l2ChainId}.`,
      "",
      ...facts({
        Rollup: addresses.rollup,
        Challenges: addresses.challenges,
        Bridge: addresses.bridge,
        BondManager: addresses.bonds,
        Clock: addresses.clock,
        "From block": fromBlock,
        "Proof system": proofSystemText(book),
        "Address book": inside.startsWith("..") ? place.path : inside,
      }),
    ],
  };
});

import { readAddressBook, readIfThere } from "../../src/chain/address-book.ts";
import { ether } from "../../src/chain/amounts.ts";
import type { ArtifactReader } from "../../src/chain/artifacts.ts";
import { deploy } from "../../src/chain/deploy.ts";
import { type Parameters, PRESETS, type PresetName } from "../../src/chain/presets.ts";
import { NOTHING_ADDRESS } from "../../src/chain/types.ts";
import { ceremonyPlaces } from "../../src/ceremony/index.ts";
import { fail } from "../../src/errors.ts";
import { verifierSources } from "../../src/node/verifier-sources.ts";
import { addressOf, signerOf } from "../support/accounts.ts";
import { action, type Context } from "../support/action.ts";
import { parseChoice, parseNatural } from "../support/arguments.ts";
import { buildProofSystems } from "../support/build.ts";
import { type Connection, chainIdOf, connect, providerOf } from "../support/connection.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { deployDemoToken } from "../support/demo-token.ts";
import { type KeyArgs, keySources } from "../support/key-sources.ts";
import { facts, span } from "../support/output.ts";
import { type ProofSystemArgs, parseProofSystems, proofSystemText } from "../support/proof-systems.ts";
import { isGone, type Place, placeOf } from "../support/workspace.ts";

type Args = DeploymentArgs &
  ProofSystemArgs &
  KeyArgs & {
    from: string;
    preset: string;
    challengeWindow: string | undefined;
    provingWindow: string | undefined;
    primary: string | undefined;
    guardian: string | undefined;
    demoToken: boolean;
    force: boolean;
  };

const LOCAL_CHAIN = 31337n;

export default action<Args>(async (args, context) => {
  const { hre, progress } = context;
  const preset = parseChoice(args.preset, "--preset", Object.keys(PRESETS) as PresetName[]);
  const { systems, instance } = parseProofSystems(args);
  const windows = overridesOf(args);
  const connection = await connect(hre);
  const chainId = await chainIdOf(connection);
  if (chainId !== LOCAL_CHAIN) fail("LAUNCH_REQUIRED", { chainId });
  const deployer = await signerOf(connection, args.from);
  const { primary, guardian } = args;
  const overrides = {
    ...windows,
    ...(primary === undefined ? {} : { primary: await addressOf(connection, primary) }),
    ...(guardian === undefined ? {} : { guardian: await addressOf(connection, guardian) }),
  };
  const place = placeOf(context, connection, args);
  const forgotten = await isForgotten(connection, place, context);

  const keys = keySources(systems, args);
  const made = await buildProofSystems(context, { systems, instance, keys });
  const artifacts = hre.artifacts as ArtifactReader;
  const book = await deploy({
    deployer,
    artifacts,
    network: place.name,
    preset,
    instance,
    overrides,
    verifiers: await verifierSources(made, keys),
    directory: place.directory,
    ceremonies: ceremonyPlaces({ deployments: args.deployments }),
    force: args.force || forgotten,
    onStep: progress,
  });
  const holders = (await connection.ethers.getSigners()) as never[];
  const token = args.demoToken ? await deployDemoToken(artifacts, deployer, holders, place) : undefined;

  const { addresses, parameters, l2ChainId } = book;
  return {
    json: { path: place.path, ...book, ...(token === undefined ? {} : { demoToken: token }) },
    lines: [
      `Deployed to ${connection.networkName} (chain ${chainId}), L2 chain id ${l2ChainId}.`,
      "",
      ...facts({
        Rollup: addresses.rollup,
        Challenges: addresses.challenges,
        Bridge: addresses.bridge,
        BondManager: addresses.bonds,
        ...(token === undefined ? {} : { "Demo token": token }),
        "Challenge window": span(parameters.challengeWindow),
        "Proving window": span(parameters.provingWindow),
        "Bond of a batch": ether(parameters.batchBond),
        Primary: parameters.primary === NOTHING_ADDRESS ? "nobody" : parameters.primary,
        Guardian: parameters.guardian === NOTHING_ADDRESS ? "nobody" : parameters.guardian,
        "Proof system": proofSystemText(book),
        "Address book": place.path,
      }),
    ],
  };
});

function overridesOf({ challengeWindow, provingWindow }: Args): Partial<Parameters> {
  return {
    ...(challengeWindow === undefined
      ? {}
      : { challengeWindow: parseNatural(challengeWindow, "--challenge-window") }),
    ...(provingWindow === undefined
      ? {}
      : { provingWindow: parseNatural(provingWindow, "--proving-window") }),
  };
}

/** A restarted local chain does not know the deployment that the address book describes any more. */
async function isForgotten(connection: Connection, place: Place, { progress }: Context): Promise<boolean> {
  if ((await readIfThere(place.path)) === undefined) return false;
  const book = await readAddressBook(place.directory, place.name);
  const gone = await isGone(providerOf(connection), book);
  if (gone) progress("the chain was restarted and has forgotten the last deployment: deploying anew");
  return gone;
}

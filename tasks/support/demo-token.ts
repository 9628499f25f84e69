// The ERC-20 of local demonstrations: deployed beside a rollup, known to other tasks as `--token demo`.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { ContractFactory, type Signer } from "ethers";
import { readIfThere } from "../../src/chain/address-book.ts";
import type { ArtifactReader } from "../../src/chain/artifacts.ts";
import { send } from "../../src/chain/client.ts";
import type { Hex } from "../../src/chain/types.ts";
import { fail } from "../../src/errors.ts";
import { parseHexAddress } from "./arguments.ts";
import type { Place } from "./workspace.ts";

/** Units that each account gets. */
export const DEMO_TOKENS_EACH = 1_000_000n;
const HOLDERS = 10;

export async function deployDemoToken(
  artifacts: ArtifactReader,
  deployer: Signer,
  holders: readonly Signer[],
  place: Place,
): Promise<Hex> {
  const { abi, bytecode } = await artifacts.readArtifact("DemoToken");
  const factory = new ContractFactory(abi as never, bytecode, deployer);
  const chain = { abis: [abi], provider: deployer.provider as never };
  const token = await factory.deploy();
  await token.waitForDeployment();
  for (const holder of holders.slice(0, HOLDERS)) {
    const account = await holder.getAddress();
    await send(chain, `demo tokens for ${account}`, () =>
      token.getFunction("mint")(account, DEMO_TOKENS_EACH),
    );
  }
  const address = (await token.getAddress()).toLowerCase();
  await mkdir(dirname(place.path), { recursive: true });
  await writeFile(pathOf(place), `${JSON.stringify({ address }, undefined, 2)}\n`);
  return address;
}

/** Address of a token by address, or of the deployment's demo token by `demo`; undefined for ETH. */
export async function tokenOf(place: Place, token: string | undefined): Promise<Hex | undefined> {
  if (token === undefined) return undefined;
  if (token !== "demo") return parseHexAddress(token, "--token");
  const text = await readIfThere(pathOf(place));
  if (text === undefined) {
    const expected = "an address, as this deployment has no demo token (rollup deploy --demo-token)";
    return fail("ARGUMENT_INVALID", { argument: "--token", expected, actual: token });
  }
  return (JSON.parse(text) as { address: Hex }).address;
}

function pathOf({ path }: Place): string {
  return path.replace(/\.json$/, ".demo-token.json");
}

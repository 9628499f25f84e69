// The network that `--network` names. Tasks of one process share it, so that they can share an in-process chain.

import type { Provider } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { ask } from "../../src/chain/l1.ts";
import { fail } from "../../src/errors.ts";

export type Connection = Awaited<ReturnType<HardhatRuntimeEnvironment["network"]["getOrCreate"]>>;

export async function connect(hre: HardhatRuntimeEnvironment): Promise<Connection> {
  return await hre.network.getOrCreate();
}

export function providerOf({ ethers }: Connection): Provider {
  return ethers.provider as unknown as Provider;
}

export async function chainIdOf(connection: Connection): Promise<bigint> {
  const { networkName: network } = connection;
  try {
    const { chainId } = await ask("eth_chainId", () => providerOf(connection).getNetwork());
    return chainId;
  } catch (error) {
    const reason = configurationTrouble(error);
    return reason === undefined ? rethrow(error) : fail("CONFIGURATION_MISSING", { network, reason }, error);
  }
}

/** Hardhat reads URL and key with the first request, and says so with errors of its own: no variable, or none of that form. */
const CONFIGURATION = ["HHE7", "HHE28", "HHE30", "HHE50002"];

function configurationTrouble(error: unknown): string | undefined {
  for (let its = error; its instanceof Error; its = its.cause) {
    if (CONFIGURATION.includes(String((its as { errorCode?: unknown }).errorCode))) return its.message;
  }
  return undefined;
}

function rethrow(error: unknown): never {
  throw error;
}

const LOCAL_CHAIN = 31337n;

/** Throws LOCAL_CHAIN_ONLY. */
export async function localOnly(connection: Connection, what: string): Promise<void> {
  const chainId = await chainIdOf(connection);
  if (chainId !== LOCAL_CHAIN) fail("LOCAL_CHAIN_ONLY", { what, chainId });
}

export async function increaseTime(
  { provider }: Pick<Connection, "provider">,
  seconds: bigint,
): Promise<void> {
  await provider.request({ method: "evm_increaseTime", params: [Number(seconds)] });
  await provider.request({ method: "evm_mine", params: [] });
}

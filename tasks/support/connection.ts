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
  const { chainId } = await ask("eth_chainId", () => providerOf(connection).getNetwork());
  return chainId;
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

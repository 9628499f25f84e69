// How nodes of these tests ask L1: by HTTP, one question at a time, remembering nothing.

import { JsonRpcProvider } from "ethers";

const LOCAL_CHAIN = 31337;

export function l1Provider(url: string): JsonRpcProvider {
  const options = { staticNetwork: true, batchMaxCount: 1, cacheTimeout: -1, pollingInterval: 50 };
  return new JsonRpcProvider(url, LOCAL_CHAIN, options);
}

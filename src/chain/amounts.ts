// Amounts as people read them.

import { formatEther } from "ethers";

/** `1.5 ETH`, exact to the wei. */
export function ether(wei: bigint): string {
  return `${formatEther(wei).replace(/\.0$/, "")} ETH`;
}

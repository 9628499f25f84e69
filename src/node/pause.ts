// The guardian's calls: stop the protocol's time for a while, and let it run again.

import type { Signer } from "ethers";
import { type Receipt, send, withSigner } from "../chain/client.ts";
import type { Node } from "./node.ts";

/** Stops the protocol's time for so many seconds; it runs again by itself. */
export async function pauseClock(node: Node, signer: Signer, seconds: bigint): Promise<Receipt> {
  const { clock } = withSigner(node.chain, signer);
  return await send(node.chain, `a pause of ${seconds} s`, () => clock.pause(seconds));
}

/** Ends a running pause early. */
export async function resumeClock(node: Node, signer: Signer): Promise<Receipt> {
  const { clock } = withSigner(node.chain, signer);
  return await send(node.chain, "the end of the pause", () => clock.resume());
}

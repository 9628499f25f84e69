// Methods about accounts: balances, nonces, code.

import { ZeroHash } from "ethers";
import { z } from "zod";
import type { Hex } from "../../chain/types.ts";
import { BRIDGE_ADDRESS } from "../../l2/events.ts";
import { knownBlock, type RpcContext, stateAt } from "../context.ts";
import { toQuantity } from "../json.ts";
import { type Methods, method } from "../method.ts";
import * as params from "../params.ts";

/** The invalid instruction: there is something, and it runs nothing. */
const STUB = "0xfe";

export function accountMethods(context: RpcContext): Methods {
  const { knownTokens, pool } = context;
  const isContract = (account: Hex) => account === BRIDGE_ADDRESS || knownTokens.has(account);
  const ofAccount = z.tuple([params.address, params.blockOrLatest]);

  return {
    eth_accounts: method(params.nothing, () => []),
    eth_getBalance: method(ofAccount, ([account, at]) =>
      toQuantity(stateAt(context, at).account(BigInt(account)).balance),
    ),
    eth_getTransactionCount: method(ofAccount, ([account, at]) => {
      if ("tag" in at && at.tag === "pending") return toQuantity(pool.nextNonce(account));
      return toQuantity(stateAt(context, at).account(BigInt(account)).nonce);
    }),
    eth_getCode: method(ofAccount, ([account, at]) => {
      knownBlock(context, at);
      return isContract(account) ? STUB : "0x";
    }),
    eth_getStorageAt: method(z.tuple([params.address, params.quantity, params.blockOrLatest]), ([, , at]) => {
      knownBlock(context, at);
      return ZeroHash;
    }),
  };
}

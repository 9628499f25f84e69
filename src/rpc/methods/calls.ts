// eth_call and eth_estimateGas: views of tokens, and transactions that are tried out.

import { z } from "zod";
import type { Hex } from "../../chain/types.ts";
import { Kind, type State } from "../../model/index.ts";
import { knownBlock, type RpcContext, stateAt } from "../context.ts";
import { ERC20, type Intent, intentOf, refuse } from "../intent.ts";
import { toQuantity } from "../json.ts";
import { type Methods, method } from "../method.ts";
import * as params from "../params.ts";
import { simulate } from "../simulate.ts";
import type { TokenMetadata } from "../tokens.ts";

export function callMethods(context: RpcContext): Methods {
  const { pool } = context;
  const its = z.tuple([params.call, params.blockOrLatest]);
  return {
    eth_call: method(its, ([call, at]) => {
      const intent = intentOf(call);
      const state = stateAt(context, at);
      if (intent.is === "view") return lookAt(context, intent, state, at);
      simulate(state, call, intent, pool.baseFee);
      return intent.kind === Kind.transferToken ? ERC20.encodeFunctionResult("transfer", [true]) : "0x";
    }),
    eth_estimateGas: method(its, ([call, at]) => {
      const intent = intentOf(call);
      // A transaction may hold a view as little as any other call.
      if (intent.is === "view") return refuse(`${intent.view} is a view: call it without a transaction`);
      return toQuantity(simulate(stateAt(context, at), call, intent, pool.baseFee));
    }),
  };
}

type ViewIntent = Extract<Intent, { is: "view" }>;

function lookAt(
  context: RpcContext,
  { view, token, account }: ViewIntent,
  state: State,
  at: params.BlockRef,
) {
  const encode = (value: unknown) => ERC20.encodeFunctionResult(view, [value]);
  switch (view) {
    case "balanceOf":
      return encode(state.tokenBalance(BigInt(token), BigInt(account ?? 0)));
    case "allowance":
      return encode(0n);
    case "totalSupply":
      return encode(context.supplies.at(token, knownBlock(context, at).number));
    case "name":
    case "symbol":
    case "decimals":
      return metadata(context, token, view).then(encode);
  }
}

/** L1 is asked about tokens that came over the bridge alone: nobody makes it look at whatever address they like. */
async function metadata({ knownTokens, metadata: read }: RpcContext, token: Hex, field: keyof TokenMetadata) {
  if (!knownTokens.has(token)) return refuse("no token of this address has been deposited");
  return (await read(token))[field] ?? refuse(`the token on L1 has no ${field}`);
}

// Tokens of L1 that the bridge has brought in, and what they say of themselves there.

import { Contract, isError, type Provider } from "ethers";
import { ask } from "../chain/l1.ts";
import type { Hex } from "../chain/types.ts";
import { Kind } from "../model/index.ts";
import type { Node } from "../node/node.ts";

/** A field that the token does not have is undefined. */
export interface TokenMetadata {
  readonly name?: string;
  readonly symbol?: string;
  readonly decimals?: bigint;
}

/** Longer names are nobody's: a hostile token would fill the memory. */
const LONGEST_NAME = 256;

/** By address on L1. Throws L1_UNAVAILABLE. */
export type TokenReader = (token: Hex) => Promise<TokenMetadata>;

const ERC20 = [
  "function name() view returns (string)",
  "function symbol() view returns (string)",
  "function decimals() view returns (uint8)",
];

/** Asks L1 once a token: none of it ever changes in a token that one should use. */
export function l1TokenReader(provider: Provider): TokenReader {
  const known = new Map<Hex, Promise<TokenMetadata>>();
  return (token) => {
    const its = known.get(token);
    if (its !== undefined) return its;
    const fresh = readToken(provider, token);
    known.set(token, fresh);
    fresh.catch(() => known.delete(token));
    return fresh;
  };
}

async function readToken(provider: Provider, token: Hex): Promise<TokenMetadata> {
  const erc20 = new Contract(token, ERC20, provider);
  const field = (name: string) =>
    ask(`${name} of token ${token}`, async () => {
      try {
        const value: unknown = await erc20.getFunction(name)();
        return typeof value === "string" && value.length > LONGEST_NAME ? undefined : value;
      } catch (error) {
        if (isError(error, "CALL_EXCEPTION") || isError(error, "BAD_DATA")) return undefined;
        throw error;
      }
    });
  const [name, symbol, decimals] = await Promise.all(["name", "symbol", "decimals"].map(field));
  return {
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof symbol === "string" ? { symbol } : {}),
    ...(typeof decimals === "bigint" ? { decimals } : {}),
  };
}

export interface KnownTokens {
  has(token: Hex): boolean;
}

/** Tokens of which L1's queue has a deposit. */
export function knownTokens({ derivation }: Pick<Node, "derivation">): KnownTokens {
  let tokens = new Set<Hex>();
  let seen = 0;
  let chain: Hex | undefined;
  return {
    has(token) {
      const { queue } = derivation.view;
      // A reorg of L1 changes the queue: then all of it is looked at again.
      if (seen > 0 && queue[seen - 1]?.chain !== chain) {
        tokens = new Set();
        seen = 0;
      }
      for (; seen < queue.length; seen++) {
        const item = queue[seen];
        if (item?.kind === Kind.depositToken) tokens.add(item.token.toLowerCase());
      }
      chain = queue[seen - 1]?.chain;
      return tokens.has(token);
    },
  };
}

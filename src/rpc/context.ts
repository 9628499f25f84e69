// What the methods answer from.

import { fail } from "../errors.ts";
import type { ProofWork } from "../jobs/index.ts";
import type { L2Block, L2Chain, Pool } from "../l2/types.ts";
import { INSTANCES, type State } from "../model/index.ts";
import type { Node } from "../node/node.ts";
import type { RiskMeter } from "../risk/index.ts";
import type { DroppedTransactions } from "./dropped.ts";
import type { BlockContext } from "./format-block.ts";
import type { Happenings } from "./happenings.ts";
import type { RpcLimits } from "./limits.ts";
import type { BlockRef } from "./params.ts";
import type { ReceivedTimes } from "./received.ts";
import type { Supplies } from "./supply.ts";
import type { KnownTokens, TokenReader } from "./tokens.ts";

export interface RpcContext {
  readonly chain: L2Chain;
  readonly pool: Pool;
  readonly node: Node;
  readonly limits: RpcLimits;
  readonly happenings: Happenings;
  readonly dropped: DroppedTransactions;
  readonly received: ReceivedTimes;
  readonly supplies: Supplies;
  readonly knownTokens: KnownTokens;
  readonly metadata: TokenReader;
  readonly risk: RiskMeter;
  /** URL of the leader, if it is another node and known. */
  readonly leader: () => string | undefined;
  readonly leading: () => boolean;
  readonly proofs: () => Promise<ProofWork>;
}

export function blockContext({ chain, pool, node }: RpcContext): BlockContext {
  const { n } = INSTANCES[node.chain.book.instance];
  return { chainId: chain.chainId, n, baseFee: pool.baseFee };
}

export function blockAt({ chain }: RpcContext, ref: BlockRef): L2Block | undefined {
  if ("tag" in ref) return chain.block(chain.number(ref.tag));
  return chain.block(ref.number ?? ref.hash);
}

/** Throws RPC_BLOCK_UNKNOWN. */
export function knownBlock(context: RpcContext, ref: BlockRef): L2Block {
  const found = blockAt(context, ref);
  if (found !== undefined) return found;
  const block = "tag" in ref ? ref.tag : String(ref.number ?? ref.hash);
  return fail("RPC_BLOCK_UNKNOWN", { block });
}

/** Throws RPC_BLOCK_UNKNOWN or STATE_UNAVAILABLE. */
export function stateAt(context: RpcContext, ref: BlockRef): State {
  return context.chain.stateAt(knownBlock(context, ref).number);
}

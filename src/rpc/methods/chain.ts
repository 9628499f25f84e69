// Methods about the chain and the node as a whole: names, blocks, fees.

import { keccak256 } from "ethers";
import { z } from "zod";
import type { L2Block } from "../../l2/types.ts";
import { blockAt, blockContext, knownBlock, type RpcContext } from "../context.ts";
import { baseFeeOf, formatBlock, gasLimit } from "../format-block.ts";
import { toQuantity } from "../json.ts";
import { type Methods, method } from "../method.ts";
import * as params from "../params.ts";

/** Blocks in a fee history. */
const MOST_HISTORY = 1024n;
/** Blocks times percentiles in one. */
const MOST_REWARDS = 10_240n;

const CLIENT = "luntra/0.1.0";
const MODULES = { eth: "1.0", net: "1.0", web3: "1.0", rpc: "1.0", txpool: "1.0", luntra: "1.0" };

export function chainMethods(context: RpcContext): Methods {
  const { chain, pool } = context;
  const show = (block: L2Block | undefined, full: boolean) =>
    block === undefined ? null : formatBlock(block, full, blockContext(context));
  const count = (block: L2Block | undefined) =>
    block === undefined ? null : toQuantity(block.transactions.length);
  const uncles = (block: L2Block | undefined) => (block === undefined ? null : "0x0");
  const byNumber = z.tuple([params.blockNumber]);
  const byHash = z.tuple([params.hash]);
  const full = z.boolean().nullish();

  return {
    eth_chainId: method(params.nothing, () => toQuantity(chain.chainId)),
    net_version: method(params.nothing, () => String(chain.chainId)),
    net_listening: method(params.nothing, () => true),
    web3_clientVersion: method(params.nothing, () => CLIENT),
    web3_sha3: method(z.tuple([params.bytes]), ([bytes]) => keccak256(bytes)),
    rpc_modules: method(params.nothing, () => MODULES),
    eth_syncing: method(params.nothing, () => false),
    eth_blockNumber: method(params.nothing, () => toQuantity(chain.number("latest"))),

    eth_getBlockByNumber: method(z.tuple([params.blockNumber, full]), ([at, all]) =>
      show(blockAt(context, at), all ?? false),
    ),
    eth_getBlockByHash: method(z.tuple([params.hash, full]), ([hash, all]) =>
      show(chain.block(hash), all ?? false),
    ),
    eth_getBlockTransactionCountByNumber: method(byNumber, ([at]) => count(blockAt(context, at))),
    eth_getBlockTransactionCountByHash: method(byHash, ([hash]) => count(chain.block(hash))),
    eth_getUncleCountByBlockNumber: method(byNumber, ([at]) => uncles(blockAt(context, at))),
    eth_getUncleCountByBlockHash: method(byHash, ([hash]) => uncles(chain.block(hash))),

    // Blocks have room: nobody needs to pay more than the base fee.
    eth_gasPrice: method(params.nothing, () => toQuantity(pool.baseFee)),
    eth_maxPriorityFeePerGas: method(params.nothing, () => "0x0"),
    eth_feeHistory: method(
      z.tuple([params.count, params.blockNumber, z.array(z.number().min(0).max(100)).max(100).nullish()]),
      ([blocks, newest, percentiles]) => {
        // As geth does: it answers about fewer.
        const rewards = MOST_REWARDS / BigInt(Math.max(percentiles?.length ?? 0, 1));
        const bound = rewards < MOST_HISTORY ? rewards : MOST_HISTORY;
        const most = blocks > bound ? bound : blocks;
        return feeHistory(context, most, knownBlock(context, newest), percentiles ?? undefined);
      },
      50,
    ),
  };
}

function feeHistory(
  context: RpcContext,
  most: bigint,
  newest: L2Block,
  percentiles: readonly number[] | undefined,
) {
  const { chain, pool } = context;
  const count = most > newest.number + 1n ? newest.number + 1n : most;
  const oldest = newest.number + 1n - count;
  const blocks = Array.from({ length: Number(count) }, (_, i) => chain.block(oldest + BigInt(i))).filter(
    (block) => block !== undefined,
  );
  const its = blockContext(context);
  const next = chain.block(newest.number + 1n)?.baseFee ?? pool.baseFee;
  return {
    oldestBlock: toQuantity(oldest),
    baseFeePerGas: [...blocks.map((block) => toQuantity(baseFeeOf(block, its))), toQuantity(next)],
    gasUsedRatio: blocks.map(({ gasUsed }) => Number(gasUsed) / Number(gasLimit(its))),
    ...(percentiles === undefined ? {} : { reward: blocks.map((block) => rewards(block, percentiles)) }),
  };
}

/** Tips at percentiles of the block's gas. */
function rewards({ transactions, baseFee, gasUsed }: L2Block, percentiles: readonly number[]) {
  const paid = transactions
    .map(({ gasUsed: gas, fee }) => ({
      gas,
      tip: gas > 0n && fee > baseFee * gas ? fee / gas - baseFee : 0n,
    }))
    .sort((a, b) => (a.tip < b.tip ? -1 : 1));
  return percentiles.map((percentile) => {
    let left = (Number(gasUsed) * percentile) / 100;
    const its = paid.find(({ gas }) => {
      left -= Number(gas);
      return left <= 0;
    });
    return toQuantity(its?.tip ?? 0n);
  });
}

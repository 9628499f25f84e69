// Methods about transactions: sending, finding, receipts, and what waits in the pool.

import { z } from "zod";
import type { Hex } from "../../chain/types.ts";
import { isLuntraError } from "../../errors.ts";
import type { L2Block } from "../../l2/types.ts";
import { blockAt, type RpcContext } from "../context.ts";
import { formatPooled, formatReceipt, formatTransaction } from "../format-transaction.ts";
import { forwardRaw } from "../forward.ts";
import { toQuantity } from "../json.ts";
import { type Methods, method } from "../method.ts";
import * as params from "../params.ts";
import { placedIn } from "../placed.ts";

export function transactionMethods(context: RpcContext): Methods {
  const { chain, pool, leader, limits } = context;

  async function submit(raw: Hex, forwarded: boolean): Promise<Hex> {
    const forward = (url: string) => forwardRaw(url, raw, limits.forwardTimeoutMs);
    const url = forwarded ? undefined : leader();
    if (url !== undefined) return await forward(url);
    try {
      return await pool.submit(raw);
    } catch (error) {
      // It lost the lead this very moment.
      const other = forwarded || !isLuntraError(error, "NOT_LEADING") ? undefined : leader();
      if (other === undefined) throw error;
      return await forward(other);
    }
  }

  const at = (block: L2Block | undefined, index: bigint) => {
    const its = block?.transactions[Number(index)];
    return block === undefined || its === undefined ? null : formatTransaction(its, block, chain.chainId);
  };

  return {
    eth_sendRawTransaction: method(z.tuple([params.raw]), ([raw], { forwarded }) => submit(raw, forwarded)),

    eth_getTransactionByHash: method(z.tuple([params.hash]), ([hash]) => {
      const its = chain.transaction(hash);
      const block = its === undefined ? undefined : chain.block(its.blockHash);
      if (its !== undefined && block !== undefined) return formatTransaction(its, block, chain.chainId);
      const waiting = pool.get(hash);
      return waiting === undefined ? null : formatPooled(waiting, chain.chainId);
    }),
    eth_getTransactionReceipt: method(z.tuple([params.hash]), ([hash]) => {
      const its = chain.transaction(hash);
      const block = its === undefined ? undefined : chain.block(its.blockHash);
      const placed = its === undefined || block === undefined ? undefined : placedIn(block)[its.index];
      return placed === undefined || block === undefined ? null : formatReceipt(placed, block);
    }),
    eth_getBlockReceipts: method(
      z.tuple([params.block]),
      ([ref]) => {
        const block = blockAt(context, ref);
        return block === undefined ? null : placedIn(block).map((placed) => formatReceipt(placed, block));
      },
      10,
    ),
    eth_getTransactionByBlockHashAndIndex: method(z.tuple([params.hash, params.count]), ([hash, index]) =>
      at(chain.block(hash), index),
    ),
    eth_getTransactionByBlockNumberAndIndex: method(
      z.tuple([params.blockNumber, params.count]),
      ([ref, index]) => at(blockAt(context, ref), index),
    ),

    txpool_status: method(params.nothing, () => poolStatus(context), 20),
  };
}

/** geth's two kinds: what may be executed next, and what waits for transactions before it. */
function poolStatus({ pool }: RpcContext) {
  const { all, ready } = pool.counts;
  return { pending: toQuantity(ready), queued: toQuantity(all - ready) };
}

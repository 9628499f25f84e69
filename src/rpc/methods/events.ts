// Methods about what happens: logs, filters and subscriptions.

import { z } from "zod";
import { fail } from "../../errors.ts";
import { blockContext, type RpcContext } from "../context.ts";
import { createFilters } from "../filters.ts";
import { formatHeader } from "../format-block.ts";
import { formatPooled } from "../format-transaction.ts";
import { createSearch, logsIn } from "../logs.ts";
import { type Methods, method } from "../method.ts";
import { toJson } from "../json.ts";
import * as params from "../params.ts";
import { formatLog } from "../placed.ts";
import type { StatusWatch } from "../status-watch.ts";

const SEARCH_COST = 50;

const subscription = z.union([
  z.tuple([z.literal("newHeads")]),
  z.tuple([z.literal("logs"), params.logCriteria.nullish()]),
  z.tuple([z.literal("newPendingTransactions"), z.boolean().nullish()]),
  z.tuple([z.literal("luntraStatus")]),
]);

export function eventMethods(context: RpcContext, status: StatusWatch): Methods {
  const filters = createFilters(context);
  const search = createSearch(context);
  const byHandle = z.tuple([params.handle]);

  return {
    eth_getLogs: method(z.tuple([params.logFilter]), ([filter]) => search(filter), SEARCH_COST),

    eth_newFilter: method(
      z.tuple([params.logFilter]),
      ([filter], { address }) => filters.add({ kind: "logs", filter }, address),
      10,
    ),
    eth_newBlockFilter: method(
      params.nothing,
      (_, { address }) => filters.add({ kind: "blocks" }, address),
      10,
    ),
    eth_newPendingTransactionFilter: method(
      params.nothing,
      (_, { address }) => filters.add({ kind: "pooled" }, address),
      10,
    ),
    eth_getFilterChanges: method(byHandle, ([id]) => filters.changes(id), 10),
    eth_getFilterLogs: method(byHandle, ([id]) => search(filters.filterOf(id)), SEARCH_COST),
    eth_uninstallFilter: method(byHandle, ([id]) => filters.remove(id)),

    eth_subscribe: method(subscription, (wanted, { subscriptions }) => {
      if (subscriptions === undefined) return fail("RPC_WEBSOCKET_ONLY", { method: "eth_subscribe" });
      return subscriptions.add((notify) => listen(context, status, wanted, notify));
    }),
    eth_unsubscribe: method(byHandle, ([id], { subscriptions }) => {
      if (subscriptions === undefined) return fail("RPC_WEBSOCKET_ONLY", { method: "eth_unsubscribe" });
      return subscriptions.remove(id) || fail("RPC_HANDLE_UNKNOWN", { what: "subscription", id });
    }),
  };
}

function listen(
  context: RpcContext,
  status: StatusWatch,
  wanted: z.output<typeof subscription>,
  notify: (result: unknown) => void,
): () => void {
  const { blocks, pooled } = context.happenings;
  const { chainId } = context.chain;
  switch (wanted[0]) {
    case "newHeads":
      return blocks.listen((fresh) => {
        for (const { block, dropped } of fresh)
          if (!dropped) notify(formatHeader(block, blockContext(context)));
      });
    case "logs": {
      const criteria = wanted[1] ?? {};
      return blocks.listen((fresh) => {
        for (const { block, dropped } of fresh) {
          for (const log of logsIn(block, criteria)) notify(formatLog(log, dropped));
        }
      });
    }
    case "luntraStatus":
      return status.listen((its) => notify(toJson(its)));
    case "newPendingTransactions": {
      const full = wanted[1] ?? false;
      return pooled.listen((fresh) => {
        for (const its of fresh) notify(full ? formatPooled(its, chainId) : its.hash);
      });
    }
  }
}

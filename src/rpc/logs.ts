// Which logs a filter takes, and finding them in the chain.

import { fail } from "../errors.ts";
import type { L2Block } from "../l2/types.ts";
import { blockAt, knownBlock, type RpcContext } from "./context.ts";
import { LATEST, type LogCriteria, type LogFilter } from "./params.ts";
import { formatLog, type Log, logsOf } from "./placed.ts";

/** An absent place and an empty list take every log. */
export function matches(
  { address, topics }: Pick<Log, "address" | "topics">,
  criteria: LogCriteria,
): boolean {
  const { address: addresses, topics: places } = criteria;
  if (addresses != null && addresses.length > 0 && !addresses.includes(address)) return false;
  if (places == null) return true;
  return (
    places.length <= topics.length &&
    places.every((place, i) => place === null || place.length === 0 || place.includes(topics[i] as string))
  );
}

export function logsIn(block: L2Block, criteria: LogCriteria): readonly Log[] {
  return logsOf(block).filter((log) => matches(log, criteria));
}

/** Throws RPC_BLOCK_UNKNOWN, RPC_LIMIT or RPC_PARAMS. */
export function findLogs(context: RpcContext, filter: LogFilter): readonly ReturnType<typeof formatLog>[] {
  if (filter.blockHash != null) {
    return logsIn(knownBlock(context, { hash: filter.blockHash }), filter).map((log) => formatLog(log));
  }
  const { from, to } = rangeOf(context, filter);
  const { logs: most, logRange } = context.limits;
  const blocks = Number(to - from) + 1;
  if (blocks > logRange)
    fail("RPC_LIMIT", { what: "blocks in a range of logs", most: logRange, actual: blocks });
  const found: Log[] = [];
  for (let number = from; number <= to; number++) {
    const block = context.chain.block(number);
    if (block !== undefined) found.push(...logsIn(block, filter));
    if (found.length > most) fail("RPC_LIMIT", { what: "logs in an answer", most, actual: found.length });
  }
  return found.map((log) => formatLog(log));
}

/** Ends at the head: what is not there yet has no logs. */
function rangeOf(context: RpcContext, { fromBlock, toBlock }: LogFilter) {
  const head = context.chain.number("latest");
  const numberOf = (ref: LogFilter["fromBlock"]) => {
    const its = ref ?? LATEST;
    return "number" in its && its.number !== undefined ? its.number : (blockAt(context, its)?.number ?? head);
  };
  const [from, to] = [numberOf(fromBlock), numberOf(toBlock)];
  if (from > to) fail("RPC_PARAMS", { method: "eth_getLogs", reason: "fromBlock is after toBlock" });
  if (to > head) return { from, to: head };
  return { from, to };
}

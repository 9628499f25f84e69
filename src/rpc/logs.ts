// Which logs a filter takes, and finding them in the chain.

import { setImmediate as nextTurn } from "node:timers/promises";
import { fail } from "../errors.ts";
import { BRIDGE_ADDRESS, eventsOf } from "../l2/events.ts";
import type { L2Block, L2Transaction } from "../l2/types.ts";
import { Turns } from "../node/turns.ts";
import { blockAt, knownBlock, type RpcContext } from "./context.ts";
import { LATEST, type LogCriteria, type LogFilter } from "./params.ts";
import { formatLog, type Log, logsOf } from "./placed.ts";

export type FormattedLog = ReturnType<typeof formatLog>;

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

/** Finds logs. Throws RPC_BLOCK_UNKNOWN, RPC_LIMIT or RPC_PARAMS. */
export type Search = (filter: LogFilter) => Promise<readonly FormattedLog[]>;

/** Blocks that are looked at before others have their turn. */
const STRETCH = 100n;

/** One search at a time, and none holds up the rest of the node. */
export function createSearch(context: RpcContext): Search {
  const { chain, limits } = context;
  const turns = new Turns();
  let waiting = 0;

  async function inRange(filter: LogFilter): Promise<readonly FormattedLog[]> {
    const { from, to } = rangeOf(context, filter);
    const blocks = Number(to - from) + 1;
    const { logRange, logs: most } = limits;
    if (blocks > logRange)
      fail("RPC_LIMIT", { what: "blocks in a range of logs", most: logRange, actual: blocks });
    const found: FormattedLog[] = [];
    for (let number = from; number <= to; number++) {
      if ((number - from) % STRETCH === STRETCH - 1n) await nextTurn();
      const block = chain.block(number);
      if (block !== undefined) found.push(...search(block, filter));
      if (found.length > most) fail("RPC_LIMIT", { what: "logs in an answer", most, actual: found.length });
    }
    return found;
  }

  return async (filter) => {
    if (filter.blockHash != null) return search(knownBlock(context, { hash: filter.blockHash }), filter);
    const { searches: most } = limits;
    if (waiting >= most) fail("RPC_LIMIT", { what: "searches at once", most, actual: waiting + 1 });
    waiting += 1;
    try {
      return await turns.run(() => inRange(filter));
    } finally {
      waiting -= 1;
    }
  };
}

/** As `logsIn`, but what old blocks come to is not kept, and most transactions are passed by. */
function search(block: L2Block, criteria: LogCriteria): readonly FormattedLog[] {
  return block.transactions
    .filter((transaction) => mayHave(transaction, criteria))
    .flatMap((transaction) =>
      eventsOf(transaction, block.place.batch).flatMap((event, i) => {
        if (!matches(event, criteria)) return [];
        return [formatLog({ ...event, block, transaction, index: transaction.logIndex + i })];
      }),
    );
}

function mayHave({ token, status }: L2Transaction, { address: addresses }: LogCriteria): boolean {
  if (status !== "executed") return false;
  return (
    addresses == null ||
    addresses.length === 0 ||
    addresses.some((one) => one === token || one === BRIDGE_ADDRESS)
  );
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

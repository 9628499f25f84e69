// Filters: what happened since the last time that a client asked. Each is a place in a journal.

import { randomBytes } from "node:crypto";
import { hexlify } from "ethers";
import type { Hex } from "../chain/types.ts";
import { fail } from "../errors.ts";
import type { RpcContext } from "./context.ts";
import { type FormattedLog, logsIn } from "./logs.ts";
import type { LogFilter } from "./params.ts";
import { formatLog } from "./placed.ts";

type Wanted =
  | { readonly kind: "blocks" }
  | { readonly kind: "pooled" }
  | { readonly kind: "logs"; readonly filter: LogFilter };

interface Filter {
  readonly wanted: Wanted;
  /** Whose it is. */
  readonly address: string;
  position: number;
  askedAt: number;
}

export interface Filters {
  /** Throws RPC_LIMIT. */
  add(wanted: Wanted, address: string): Hex;
  remove(id: Hex): boolean;
  /** Throws RPC_HANDLE_UNKNOWN if it expired, was forgotten, or never was; RPC_LIMIT if there are too many logs, which stay. */
  changes(id: Hex): readonly unknown[];
  /** Of a filter for logs. */
  filterOf(id: Hex): LogFilter;
}

export function createFilters(context: RpcContext, now: () => number = Date.now): Filters {
  const { happenings, limits } = context;
  const filters = new Map<Hex, Filter>();
  const journalOf = ({ kind }: Wanted) => (kind === "pooled" ? happenings.pooled : happenings.blocks);

  function expire(): void {
    for (const [id, { askedAt }] of filters) {
      if (now() - askedAt > limits.filterExpiryMs) filters.delete(id);
    }
  }

  function known(id: Hex): Filter {
    expire();
    const its = filters.get(id) ?? fail("RPC_HANDLE_UNKNOWN", { what: "filter", id });
    its.askedAt = now();
    return its;
  }

  function freshOf({ wanted, position }: Filter): readonly unknown[] | undefined {
    if (wanted.kind === "pooled") return happenings.pooled.since(position)?.map(({ hash }) => hash);
    const fresh = happenings.blocks.since(position);
    if (wanted.kind === "blocks")
      return fresh?.flatMap(({ block, dropped }) => (dropped ? [] : [block.hash]));
    const found: FormattedLog[] = [];
    for (const { block, dropped } of fresh ?? []) {
      if (!isInRange(wanted.filter, block.number)) continue;
      found.push(...logsIn(block, wanted.filter).map((log) => formatLog(log, dropped)));
      const { logs: most } = limits;
      if (found.length > most) fail("RPC_LIMIT", { what: "logs in an answer", most, actual: found.length });
    }
    return fresh && found;
  }

  return {
    add(wanted, address) {
      expire();
      const { filters: most, filtersPerAddress } = limits;
      if (filters.size >= most) fail("RPC_LIMIT", { what: "filters", most, actual: filters.size + 1 });
      const own = [...filters.values()].filter((its) => its.address === address).length;
      if (own >= filtersPerAddress) {
        fail("RPC_LIMIT", { what: "filters of one address", most: filtersPerAddress, actual: own + 1 });
      }
      const id = hexlify(randomBytes(16));
      filters.set(id, { wanted, address, position: journalOf(wanted).end, askedAt: now() });
      return id;
    },
    remove: (id) => filters.delete(id),
    changes(id) {
      const filter = known(id);
      const fresh = freshOf(filter);
      if (fresh === undefined) {
        filters.delete(id);
        return fail("RPC_HANDLE_UNKNOWN", { what: "filter", id });
      }
      filter.position = journalOf(filter.wanted).end;
      return fresh;
    },
    filterOf(id) {
      const { wanted } = known(id);
      return wanted.kind === "logs"
        ? wanted.filter
        : fail("RPC_HANDLE_UNKNOWN", { what: "filter for logs", id });
    },
  };
}

/** Of bounds that are numbers; a tag bounds nothing that is still to come. */
function isInRange({ fromBlock, toBlock }: LogFilter, number: bigint): boolean {
  const bound = (ref: LogFilter["fromBlock"]) => (ref != null && "number" in ref ? ref.number : undefined);
  return (bound(fromBlock) ?? number) <= number && number <= (bound(toBlock) ?? number);
}

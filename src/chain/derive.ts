// The state of the rollup from L1 alone: events and transaction inputs, incrementally, across reorgs.

import { join } from "node:path";
import { debuglog } from "node:util";
import type { Interface } from "ethers";
import { fail } from "../errors.ts";
import { type Hash, INSTANCES } from "../model/index.ts";
import type { AddressBook } from "./address-book.ts";
import { L1Cache } from "./cache.ts";
import type { Chain } from "./client.ts";
import type { FoldContext } from "./fold.ts";
import { modelGenesisCheckpoint } from "./genesis.ts";
import { L1Reader } from "./l1-reader.ts";
import type { DerivedBatch, Hex } from "./types.ts";
import type { View } from "./view.ts";
import type { Witness } from "./witnesses.ts";

export type { View } from "./view.ts";

export interface SyncOptions {
  /** Derive up to this block instead of the latest. */
  readonly toBlock?: number;
}

export interface DeriveOptions {
  /** Folder for the cache of L1 data; nothing is kept on disk if left out. */
  readonly cache?: string;
  /** Told why the cache could not be written; everything goes on without. A debug log, `luntra:l1`, if left out. */
  readonly onCacheFailure?: (error: unknown) => void;
  /** Blocks per eth_getLogs call; default 5000. */
  readonly chunk?: number;
  readonly hash?: Hash;
  /** Further L1 nodes that must agree with the one that is read. */
  readonly witnesses?: readonly Witness[];
}

/** An incremental derivation. After a reorg it goes back to the last common block by itself. */
export interface Derivation {
  readonly chain: Chain;
  /** The last view; throws NOT_SYNCED before the first `sync`. */
  readonly view: View;
  /**
   * Reads L1 up to its latest block. Throws L1_UNAVAILABLE (the node failed), L1_DATA_MISSING (a transaction is not
   * to be had), L1_INCONSISTENT (what the node says does not fit together), L1_REORG (the chain changed
   * under the read: sync again), or L1_DISAGREES and L1_WITNESSES (of further nodes). The view stays as it was.
   */
  sync(options?: SyncOptions): Promise<View>;
  /** A batch, live or dead; throws UNKNOWN_BATCH. */
  batch(id: Hex): DerivedBatch;
  /** The live batch at a height; throws UNKNOWN_BATCH. */
  batchAt(number: bigint): DerivedBatch;
}

const DEFAULT_CHUNK = 5000;

const debug = debuglog("luntra:l1");

export async function openDerivation(chain: Chain, options: DeriveOptions = {}): Promise<Derivation> {
  const { book, contracts } = chain;
  const { rollup, challenges, bridge, clock } = contracts;
  const onCacheFailure =
    options.onCacheFailure ?? ((error) => debug("the cache was not written: %s", String(error)));
  const cache = options.cache === undefined ? undefined : cacheIn(options.cache, book);
  const context: FoldContext = {
    interfaces: new Map(
      [
        { address: book.addresses.clock, abi: clock.interface },
        { address: book.addresses.rollup, abi: rollup.interface },
        { address: book.addresses.challenges, abi: challenges.interface },
        { address: book.addresses.bridge, abi: bridge.interface },
      ].map(({ address, abi }) => [address.toLowerCase(), abi as unknown as Interface]),
    ),
    genesisCheckpoint: modelGenesisCheckpoint(book.instance, options.hash),
    n: INSTANCES[book.instance].n,
    parameters: book.parameters,
  };
  const reader = new L1Reader(chain, context, options.chunk ?? DEFAULT_CHUNK, options.witnesses);
  reader.scanned = await cache?.load();

  let view: View | undefined;
  let byId: ReadonlyMap<Hex, DerivedBatch> = new Map();
  let last: Promise<unknown> = Promise.resolve();
  const current = () => view ?? fail("NOT_SYNCED", {});

  async function readUpTo(toBlock: number | undefined): Promise<View> {
    const its = await reader.read(toBlock);
    view = its;
    byId = new Map([...its.dead, ...its.live].map((batch) => [batch.id, batch]));
    // A node without a cache knows as much, so a full disk stops nobody.
    if (reader.scanned !== undefined) await cache?.save(reader.scanned).catch(onCacheFailure);
    return its;
  }

  return {
    chain,
    get view() {
      return current();
    },
    sync({ toBlock } = {}) {
      // One at a time: a reader goes on where it stopped.
      const turn = last.then(() => readUpTo(toBlock));
      last = turn.catch(() => undefined);
      return turn;
    },
    batch(id) {
      current();
      return byId.get(id) ?? fail("UNKNOWN_BATCH", { batch: id });
    },
    batchAt(number) {
      return current().live[Number(number)] ?? fail("UNKNOWN_BATCH", { batch: `number ${number}` });
    },
  };
}

function cacheIn(folder: string, { chainId, addresses, fromBlock }: AddressBook): L1Cache {
  const path = join(folder, `${chainId}-${addresses.rollup}.jsonl`);
  return new L1Cache(path, { chainId: String(chainId), rollup: addresses.rollup, fromBlock });
}

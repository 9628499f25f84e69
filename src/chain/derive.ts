// The state of the rollup from L1 alone: events and transaction inputs, incrementally, across reorgs.

import { join } from "node:path";
import type { Interface } from "ethers";
import { fail, LuntraError } from "../errors.ts";
import { type Hash, INSTANCES, toBytes32 } from "../model/index.ts";
import { loadScanned, type Scanned, saveScanned } from "./cache.ts";
import type { Chain } from "./client.ts";
import { type FoldContext, Folding } from "./fold.ts";
import { modelGenesisCheckpoint } from "./genesis.ts";
import { ask, blockAt, fetchRecords, type L1Record } from "./l1.ts";
import type { DerivedBatch, Hex, L1Block } from "./types.ts";
import { headOf, type View } from "./view.ts";

export type { View } from "./view.ts";

export interface SyncOptions {
  /** Derive up to this block instead of the latest. */
  readonly toBlock?: number;
}

export interface DeriveOptions {
  /** Folder for the cache of L1 data; nothing is kept on disk if left out. */
  readonly cache?: string;
  /** Blocks per eth_getLogs call; default 5000. */
  readonly chunk?: number;
  readonly hash?: Hash;
}

/** An incremental derivation. After a reorg it goes back to the last common block by itself. */
export interface Derivation {
  readonly chain: Chain;
  /** The last view; throws NOT_SYNCED before the first `sync`. */
  readonly view: View;
  /**
   * Reads L1 up to its latest block. Throws L1_UNAVAILABLE (the node failed), L1_DATA_MISSING (a transaction is not
   * to be had), L1_INCONSISTENT (what the node says does not fit together) or L1_REORG (the chain changed
   * under the read: sync again). The view stays as it was.
   */
  sync(options?: SyncOptions): Promise<View>;
  /** A batch, live or dead; throws UNKNOWN_BATCH. */
  batch(id: Hex): DerivedBatch;
  /** The live batch at a height; throws UNKNOWN_BATCH. */
  batchAt(number: bigint): DerivedBatch;
}

const DEFAULT_CHUNK = 5000;

export async function openDerivation(chain: Chain, options: DeriveOptions = {}): Promise<Derivation> {
  const { book, contracts } = chain;
  const { rollup, challenges, bridge } = contracts;
  const path = options.cache && join(options.cache, `${book.chainId}-${book.addresses.rollup}.json`);
  const context: FoldContext = {
    interfaces: new Map(
      [
        { address: book.addresses.rollup, abi: rollup.interface },
        { address: book.addresses.challenges, abi: challenges.interface },
        { address: book.addresses.bridge, abi: bridge.interface },
      ].map(({ address, abi }) => [address.toLowerCase(), abi as unknown as Interface]),
    ),
    genesisCheckpoint: modelGenesisCheckpoint(book.instance, options.hash),
    n: INSTANCES[book.instance].n,
  };
  const reader = new Reader(chain, context, options.chunk ?? DEFAULT_CHUNK);
  if (path !== undefined) reader.scanned = await loadScanned(path);

  let view: View | undefined;
  let byId: ReadonlyMap<Hex, DerivedBatch> = new Map();
  const current = () => view ?? fail("NOT_SYNCED", {});
  return {
    chain,
    get view() {
      return current();
    },
    async sync({ toBlock } = {}) {
      view = await reader.read(toBlock);
      byId = new Map([...view.dead, ...view.live].map((batch) => [batch.id, batch]));
      if (path !== undefined && reader.scanned !== undefined) await saveScanned(path, reader.scanned);
      return view;
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

/** Reads L1 and folds what it read. Keeps what it has read only if all of it held together. */
class Reader {
  scanned: Scanned | undefined;
  readonly #chain: Chain;
  readonly #context: FoldContext;
  readonly #chunk: number;
  /** What the records `#folded` came to. */
  #folding: Folding | undefined;
  #folded: readonly L1Record[] | undefined;

  constructor(chain: Chain, context: FoldContext, chunk: number) {
    this.#chain = chain;
    this.#context = context;
    this.#chunk = chunk;
  }

  async read(toBlock?: number): Promise<View> {
    const target = await this.#target(toBlock);
    const kept = await this.#common(target);
    try {
      return await this.#readOn(kept, target);
    } catch (error) {
      // Kept records may come from a damaged cache: read everything once more before blaming L1.
      const blameCache = error instanceof LuntraError && error.code === "L1_INCONSISTENT";
      if (!blameCache || this.scanned === undefined) throw error;
      this.scanned = undefined;
      return await this.#readOn([], target);
    }
  }

  async #readOn(kept: readonly L1Record[], target: L1Block): Promise<View> {
    const { provider, book } = this.#chain;
    const { addresses } = book;
    const from = kept === this.scanned?.records ? this.scanned.number + 1 : after(kept, book.fromBlock);
    const fresh = await fetchRecords(provider, {
      addresses: [addresses.rollup, addresses.challenges, addresses.bridge],
      from,
      to: target.number,
      chunk: this.#chunk,
    });
    const again = await blockAt(provider, target.number);
    if (again?.hash !== target.hash) {
      fail("L1_REORG", { block: target.number, expected: target.hash, actual: again?.hash ?? "gone" });
    }

    const view = this.#fold(kept, fresh).view(target);
    await this.#crossCheck(view);
    const records = fresh.length === 0 ? kept : [...kept, ...fresh];
    this.scanned = { number: target.number, hash: target.hash, records };
    this.#folded = records;
    return view;
  }

  /** Continues the last folding if that is where `kept` ends, else folds anew. */
  #fold(kept: readonly L1Record[], fresh: readonly L1Record[]): Folding {
    const goesOn = this.#folding !== undefined && this.#folded === kept;
    const folding = goesOn && this.#folding !== undefined ? this.#folding : new Folding(this.#context);
    // Until everything held together, there is no folding to go on from.
    this.#folded = undefined;
    for (const record of goesOn ? fresh : [...kept, ...fresh]) folding.apply(record);
    this.#folding = folding;
    return folding;
  }

  async #target(toBlock: number | undefined): Promise<L1Block> {
    const tag = toBlock ?? "latest";
    return (await blockAt(this.#chain.provider, tag)) ?? fail("L1_DATA_MISSING", { what: `block ${tag}` });
  }

  /** Records read before that still are on L1's chain, at or before the target. */
  async #common(target: L1Block): Promise<readonly L1Record[]> {
    if (this.scanned === undefined) return [];
    const { number, hash, records } = this.scanned;
    const onChain = async (block: { number: number; hash: Hex }) =>
      block.number <= target.number &&
      (await blockAt(this.#chain.provider, block.number))?.hash === block.hash;
    if (await onChain({ number, hash })) return records;

    let count = records.length;
    for (; count > 0; count--) {
      const last = records[count - 1];
      if (last !== undefined && (await onChain(last))) break;
    }
    return records.slice(0, count);
  }

  /** L1's own summary at the same block: a node that leaves out logs gives itself away. */
  async #crossCheck(view: View): Promise<void> {
    const { rollup, bridge } = this.#chain.contracts;
    const at = { blockTag: view.l1.number };
    const says = await ask("the rollup's summary", () =>
      Promise.all([
        rollup.head(at),
        rollup.finalized(at),
        rollup.commitCounter(at),
        rollup.frozen(at),
        rollup.idAt(view.head, at),
        bridge.queueLength(at),
        bridge.queueHash(view.queue.length, at),
      ]),
    );
    const { head, finalized, commitCounter, frozen, queue } = view;
    const chain = queue[queue.length - 1]?.chain ?? toBytes32(0n);
    const derived = [head, finalized, commitCounter, frozen, headOf(view).id, BigInt(queue.length), chain];
    const names = ["head", "finalized", "commitCounter", "frozen", "idAt", "queueLength", "queueHash"];
    for (const [i, name] of names.entries()) {
      if (says[i] === derived[i]) continue;
      const what = `${name} at block ${view.l1.number}`;
      fail("L1_INCONSISTENT", { what, expected: String(derived[i]), actual: String(says[i]) });
    }
  }
}

function after(kept: readonly L1Record[], fromBlock: number): number {
  const last = kept[kept.length - 1];
  return last === undefined ? fromBlock : last.number + 1;
}

// Reads L1 up to a block and folds what it read into a view; goes back where the chain changed.

import { fail, isLuntraError } from "../errors.ts";
import { toBytes32 } from "../model/index.ts";
import type { Scanned } from "./cache.ts";
import type { Chain } from "./client.ts";
import { type FoldContext, Folding } from "./fold.ts";
import { ask, blockAt, fetchRecords, type L1Record } from "./l1.ts";
import { skewOf } from "./protocol-time.ts";
import type { Hex, L1Block } from "./types.ts";
import { headOf, type View } from "./view.ts";
import { type Agreed, agreeOnBlock, agreeOnRecords, type Witness } from "./witnesses.ts";

/** Keeps what it has read only if all of it held together. */
export class L1Reader {
  scanned: Scanned | undefined;
  readonly #chain: Chain;
  readonly #context: FoldContext;
  readonly #chunk: number;
  readonly #witnesses: readonly Witness[];
  /** What the records `#folded` came to. */
  #folding: Folding | undefined;
  #folded: readonly L1Record[] | undefined;

  constructor(chain: Chain, context: FoldContext, chunk: number, witnesses: readonly Witness[] = []) {
    this.#chain = chain;
    this.#context = context;
    this.#chunk = chunk;
    this.#witnesses = witnesses;
  }

  async read(toBlock?: number): Promise<View> {
    const { target, witnesses } = await this.#target(toBlock);
    const kept = await this.#common(target);
    const fresh = await this.#fetch(kept, target, witnesses);
    try {
      return await this.#take(kept, fresh, target);
    } catch (error) {
      // Kept records may come from a damaged cache: read everything once more before blaming L1.
      if (isLuntraError(error, "L1_UNAVAILABLE") || this.scanned === undefined) throw error;
      this.scanned = undefined;
      return await this.#take([], await this.#fetch([], target, witnesses), target);
    }
  }

  async #fetch(
    kept: readonly L1Record[],
    target: L1Block,
    witnesses: readonly Witness[],
  ): Promise<readonly L1Record[]> {
    const { provider, book } = this.#chain;
    const { addresses } = book;
    const from = kept === this.scanned?.records ? this.scanned.number + 1 : after(kept, book.fromBlock);
    const range = {
      addresses: [addresses.clock, addresses.rollup, addresses.challenges, addresses.bridge],
      from,
      to: target.number,
      chunk: this.#chunk,
    };
    const fresh = await fetchRecords(provider, range);
    const again = await blockAt(provider, target.number);
    if (again?.hash !== target.hash) {
      fail("L1_REORG", { block: target.number, expected: target.hash, actual: again?.hash ?? "gone" });
    }
    if (witnesses.length > 0) await agreeOnRecords(fresh, range, witnesses);
    return fresh;
  }

  async #take(kept: readonly L1Record[], fresh: readonly L1Record[], target: L1Block): Promise<View> {
    const folding = this.#fold(kept, fresh);
    const view = folding.view(target);
    await this.#crossCheck(view, folding.openChallenges);
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

  /** The block to read up to, and who has to agree on what is there. */
  async #target(toBlock: number | undefined): Promise<Agreed> {
    const { provider } = this.#chain;
    const tag = toBlock ?? "latest";
    const target = (await blockAt(provider, tag)) ?? fail("L1_DATA_MISSING", { what: `block ${tag}` });
    if (this.#witnesses.length === 0) return { target, witnesses: [] };
    return await agreeOnBlock(provider, target, this.#witnesses);
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
  async #crossCheck(view: View, openChallenges: bigint): Promise<void> {
    const { rollup, bridge, clock } = this.#chain.contracts;
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
        clock.skew(at),
        rollup.primarySlashed(at),
        rollup.openChallenges(at),
        bridge.burned(at),
        bridge.escapeRoot(at),
      ]),
    );
    const { head, finalized, commitCounter, frozen, queue, pauses, primarySlashed } = view;
    const derived = {
      head,
      finalized,
      commitCounter,
      frozen,
      idAt: headOf(view).id,
      queueLength: BigInt(queue.length),
      queueHash: queue[queue.length - 1]?.chain ?? toBytes32(0n),
      skew: skewOf(pauses),
      primarySlashed,
      openChallenges,
      "the bridge's burned": queue.reduce((sum, { price }) => sum + price, 0n),
      escapeRoot: view.escape.root ?? toBytes32(0n),
    };
    for (const [i, [name, expected]] of Object.entries(derived).entries()) {
      if (says[i] === expected) continue;
      const what = `${name} at block ${view.l1.number}`;
      fail("L1_INCONSISTENT", { what, expected: String(expected), actual: String(says[i]) });
    }
  }
}

function after(kept: readonly L1Record[], fromBlock: number): number {
  const last = kept[kept.length - 1];
  return last === undefined ? fromBlock : last.number + 1;
}

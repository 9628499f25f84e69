// The L2 chain of a running node: blocks of L1's batches, then the blocks that the sequencer has sealed on top of them.

import { EventEmitter } from "node:events";
import type { DerivedBatch, Hex, SegmentData } from "../chain/types.ts";
import type { View } from "../chain/view.ts";
import { fail, isLuntraError } from "../errors.ts";
import type { State } from "../model/index.ts";
import type { ExecutedSegment, Node } from "../node/node.ts";
import { type BlockFacts, blockOf, genesisBlock } from "./blocks.ts";
import type { BlockTag, ChainEvents, Finality, L2Block, L2Chain, L2Transaction } from "./types.ts";

/** States of so many latest blocks are kept. */
const RECENT_STATES = 16n;

/** A live batch of L1's that this node found right, as blocks. */
interface Grounded {
  readonly id: Hex;
  /** Its last block. */
  readonly last: bigint;
}

/** A sealed batch that is not on L1, as far as the chain must know it. */
export interface SealedBatch {
  /** Whether L1's batch is this one, segment by segment. */
  is(batch: DerivedBatch): boolean;
  readonly blocks: number;
  /** Called when L1 has it: before its blocks are said to be safe. */
  landed(batch: DerivedBatch): void;
}

export class RunningChain implements L2Chain {
  readonly chainId: bigint;
  readonly #node: Node;
  readonly #events = new EventEmitter();
  #blocks: L2Block[];
  readonly #numbers = new Map<Hex, bigint>();
  readonly #transactions = new Map<Hex, L2Transaction>();
  readonly #states = new Map<bigint, State>();
  /** By number; genesis is 0. */
  #grounded: Grounded[];
  #finalized = 0n;

  constructor(node: Node) {
    const { book } = node.chain;
    const genesis = node.stateAfter(node.derivation.batchAt(0n).id);
    this.#node = node;
    this.chainId = book.l2ChainId;
    this.#blocks = [];
    this.#grounded = [{ id: node.derivation.batchAt(0n).id, last: 0n }];
    this.#push(genesisBlock(book.l2ChainId, genesis), genesis);
    this.#events.setMaxListeners(0);
  }

  get head(): L2Block {
    return this.#blocks[this.#blocks.length - 1] as L2Block;
  }

  /** Number and id of the last batch that is on L1 and right: what the next one is built on. */
  get ground(): { readonly number: bigint; readonly id: Hex; readonly last: bigint } {
    const last = this.#grounded[this.#grounded.length - 1] as Grounded;
    return { number: BigInt(this.#grounded.length - 1), ...last };
  }

  number(tag: BlockTag): bigint {
    switch (tag) {
      case "earliest":
        return 0n;
      case "finalized":
        return this.#finalized;
      case "safe":
        return this.ground.last;
      default:
        return this.head.number;
    }
  }

  block(at: bigint | Hex): L2Block | undefined {
    const number = typeof at === "bigint" ? at : this.#numbers.get(at);
    return number === undefined || number < 0n ? undefined : this.#blocks[Number(number)];
  }

  transaction(hash: Hex): L2Transaction | undefined {
    return this.#transactions.get(hash);
  }

  stateAt(number: bigint): State {
    const kept = this.#states.get(number);
    if (kept !== undefined) return kept;
    const batch = this.#grounded.findIndex(({ last }) => last === number);
    const finalBatch = Number(this.#node.derivation.view.finalized);
    if (batch >= finalBatch && batch > 0) return this.#node.stateAfter(this.#grounded[batch]?.id as Hex);
    return fail("STATE_UNAVAILABLE", { block: number, latest: this.head.number });
  }

  finality(block: bigint): Finality {
    if (block <= this.#finalized) return "finalized";
    return block <= this.ground.last ? "safe" : "unsafe";
  }

  on<Name extends keyof ChainEvents>(event: Name, listener: ChainEvents[Name]): () => void {
    this.#events.on(event, listener);
    return () => void this.#events.off(event, listener);
  }

  emit<Name extends keyof ChainEvents>(event: Name, ...args: Parameters<ChainEvents[Name]>): void {
    this.#events.emit(event, ...args);
  }

  /** Adds a sealed segment. `state` is the one after it, and is kept. */
  append(segment: ExecutedSegment, facts: BlockFacts, state: State): L2Block {
    const block = blockOf(this.chainId, this.head, segment, facts);
    this.#push(block, state);
    this.emit("block", block);
    return block;
  }

  /** Takes back the blocks after `number`, and says so. */
  dropAfter(number: bigint): readonly L2Block[] {
    const dropped = this.#blocks.splice(Number(number) + 1).reverse();
    for (const { hash, number: its, transactions } of dropped) {
      this.#numbers.delete(hash);
      this.#states.delete(its);
      for (const transaction of transactions) this.#transactions.delete(transaction.hash);
    }
    if (dropped.length > 0) this.emit("dropped", dropped);
    return dropped;
  }

  /**
   * Brings the chain in line with L1: what L1 has dropped is dropped, what it has anew is added. The blocks of `sealed`, batches in
   * order on top of the ground, stay as long as L1's batches are these. Returns how many of them landed, and whether the others
   * are still there.
   */
  follow(view: View, sealed: readonly SealedBatch[]): { readonly landed: number; readonly kept: boolean } {
    const before = `${this.ground.last} ${this.#finalized}`;
    const common = this.#grounded.findIndex(({ id }, number) => view.live[number]?.id !== id);
    let kept = true;
    if (common !== -1) {
      this.#grounded = this.#grounded.slice(0, common);
      this.dropAfter(this.ground.last);
      kept = false;
    }
    let landed = 0;
    for (const batch of view.live.slice(this.#grounded.length)) {
      const mine = kept ? sealed[landed] : undefined;
      if (mine?.is(batch)) {
        mine.landed(batch);
        this.#land(batch, mine.blocks);
        landed++;
        continue;
      }
      if (kept) this.dropAfter(this.ground.last);
      kept = false;
      if (!this.#take(batch)) break;
    }
    this.#finalized = this.#lastOf(Number(view.finalized));
    this.#forgetStates();
    if (before !== `${this.ground.last} ${this.#finalized}`) this.emit("finality");
    return { landed, kept };
  }

  /** False for a batch that is wrong, or stands on one that is: its blocks are nobody's. */
  #take(batch: DerivedBatch): boolean {
    let execution: ReturnType<Node["execute"]>;
    try {
      execution = this.#node.execute(batch.id);
    } catch (error) {
      if (isLuntraError(error, "ANCESTOR_INVALID")) return false;
      throw error;
    }
    if (execution.wrong !== undefined) return false;
    for (const [i, segment] of execution.segments.entries()) {
      const block = blockOf(this.chainId, this.head, segment, factsOf(batch, i));
      this.#push(block, undefined);
      this.emit("block", block);
    }
    this.#states.set(this.head.number, this.#node.stateAfter(batch.id));
    this.#grounded.push({ id: batch.id, last: this.head.number });
    return true;
  }

  /** Blocks that were here already now have a batch on L1. */
  #land(batch: DerivedBatch, blocks: number): void {
    const first = this.ground.last + 1n;
    for (let i = 0; i < blocks; i++) {
      const number = first + BigInt(i);
      const block = this.#blocks[Number(number)] as L2Block;
      this.#blocks[Number(number)] = { ...block, place: placeOf(batch, i) };
    }
    this.#grounded.push({ id: batch.id, last: this.ground.last + BigInt(blocks) });
  }

  #lastOf(batch: number): bigint {
    return (this.#grounded[Math.min(batch, this.#grounded.length - 1)] as Grounded).last;
  }

  #push(block: L2Block, state: State | undefined): void {
    this.#blocks.push(block);
    this.#numbers.set(block.hash, block.number);
    for (const transaction of block.transactions) this.#transactions.set(transaction.hash, transaction);
    if (state !== undefined) this.#states.set(block.number, state);
    this.#forgetStates();
  }

  #forgetStates(): void {
    const tags = [0n, this.#finalized, this.ground.last];
    for (const number of this.#states.keys()) {
      if (number + RECENT_STATES < this.head.number && !tags.includes(number)) this.#states.delete(number);
    }
  }
}

function placeOf(batch: DerivedBatch, segment: number) {
  return { batch: batch.header.number, segment, id: batch.id };
}

function factsOf(batch: DerivedBatch, segment: number): BlockFacts {
  const { baseFee, feeRecipient } = batch.header;
  const data = batch.segments[segment] as SegmentData;
  const size = data.source === "data" ? data.bytes.length : 0;
  const place = placeOf(batch, segment);
  return { place, timestamp: batch.committedAt, baseFee, feeRecipient, source: data.source, size };
}

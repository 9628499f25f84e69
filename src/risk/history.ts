// What was seen of a deployment so far, batch by batch in the order of their commits, and the features of the next one: they
// depend on L1 alone, and on nothing that comes later, so that everybody finds the same ones.

import { type Hex, NOTHING_ADDRESS } from "../chain/types.ts";
import { type BatchFacts, ether } from "./facts.ts";
import { BATCH_FEATURE_NAMES, type BatchFeature, inOrder } from "./features.ts";
import { Ledger } from "./ledger.ts";
import { Tally } from "./tally.ts";
import { Usual } from "./usual.ts";

const BATCHES = 64;
const TRANSACTIONS = 512;

export interface Seen {
  readonly batch: readonly number[];
  /** One for each of the batch's records. */
  readonly transactions: readonly (readonly number[])[];
}

interface Committer {
  commits: number;
  refuted: number;
}

/** Prices in wei, gas and times in units: the smallest difference that matters. */
const FLOOR = { moved: 1e-3, price: 1, gap: 1, size: 0.5 } as const;

export class History {
  readonly #ledger = new Ledger();
  readonly #committers = new Map<Hex, Committer>();
  readonly #usual = {
    moved: new Usual(BATCHES),
    segments: new Usual(BATCHES),
    gap: new Usual(BATCHES),
    price: new Usual(BATCHES),
    baseFee: new Usual(BATCHES),
    l1Fee: new Usual(BATCHES),
    amounts: new Usual(TRANSACTIONS),
    prices: new Usual(TRANSACTIONS),
  };
  /** Committers of the live batches, by number; genesis has none. */
  readonly #live: (Hex | undefined)[] = [undefined];
  #ordinal = 0;
  #last: BatchFacts | undefined;

  /** Takes in a batch and says what it looks like. A number that was there before means that the earlier batch of it was rolled back. */
  add(facts: BatchFacts): Seen {
    this.#rollBack(facts);
    const tally = new Tally({ ledger: this.#ledger, ordinal: this.#ordinal, ...this.#transactionsSoFar() });
    this.#ledger.begin(facts.number);
    for (const record of facts.records) tally.take(record);
    const committer = this.#committers.get(facts.committer) ?? { commits: 0, refuted: 0 };
    committer.commits++;
    this.#committers.set(facts.committer, committer);
    const batch = inOrder(BATCH_FEATURE_NAMES, this.#features(facts, tally, committer));
    this.#remember(facts, tally);
    return { batch, transactions: tally.transactions };
  }

  /** A batch of which nothing but its commit is known, since an ancestor of it is wrong. */
  skip({ number, committer }: Pick<BatchFacts, "number" | "committer">): void {
    this.#rollBack({ number });
    this.#ledger.begin(number);
    this.#live[Number(number)] = committer;
    this.#ordinal++;
  }

  /** Batches up to that number are not rolled back any more. */
  settle(finalized: bigint): void {
    this.#ledger.settle(finalized);
  }

  /** The lowest of the batches that go is the one that was refuted; those after it were only built on it. */
  #rollBack({ number }: Pick<BatchFacts, "number">): void {
    const refuted = this.#live[Number(number)];
    if (refuted === undefined) return;
    this.#ledger.rollBack(number);
    this.#live.length = Number(number);
    const committer = this.#committers.get(refuted);
    if (committer !== undefined) committer.refuted++;
  }

  #transactionsSoFar() {
    const { amounts, prices } = this.#usual;
    return { amounts, prices };
  }

  #features(facts: BatchFacts, tally: Tally, { commits, refuted }: Committer): Record<BatchFeature, number> {
    const { records, dataSegments, queueSegments, n, bytes, unusedBytes, left, l1 } = facts;
    const { custody, moved, payments, signed } = tally;
    const usual = this.#usual;
    const last = this.#last;
    const share = (part: number, whole: number) => (whole > 0 ? Math.min(part / whole, 1) : 0);
    const either = (doublings: number) => Math.abs(doublings);
    const median = medianOf(tally.prices);
    const fanIn = Math.max(0, ...[...tally.payers.values()].map(({ size }) => size));
    return {
      moved: usual.moved.doublings(moved, FLOOR.moved),
      exits: share(tally.exits, custody),
      largest: share(tally.largest, custody),
      fresh: share(tally.strangers, payments),
      freshValue: share(tally.toYoung, moved),
      relayed: share(tally.byYoung, moved),
      drained: share(tally.drained, custody),
      emptied: Math.log2(1 + tally.emptied),
      fanIn: share(fanIn, payments),
      refused: share(tally.refused, records.length),
      refusedValue: share(tally.refusedLargest, custody),
      disorder: share(tally.disordered, records.length),
      loudest: share(Math.max(0, ...tally.bySender.values()), signed),
      empty: dataSegments === 0 ? 0 : 1 - share(signed, dataSegments * n),
      size: usual.segments.doublings(dataSegments + queueSegments, FLOOR.size),
      padding: share(unusedBytes, bytes),
      feeLevel: median === undefined ? 0 : either(usual.price.doublings(median, FLOOR.price)),
      feeOutlier: median === undefined ? 0 : Math.log2((Math.max(...tally.prices) + 1) / (median + 1)),
      baseFee: either(usual.baseFee.doublings(Number(facts.baseFee), FLOOR.price)),
      gap:
        last === undefined ? 0 : usual.gap.doublings(Number(facts.committedAt - last.committedAt), FLOOR.gap),
      left: Math.log2(1 + left.items),
      starved: Math.min(Number(left.oldest) / Number(facts.forceInclusionDelay), 2),
      newcomer: 1 / commits,
      refuted: Math.log2(1 + refuted),
      takeover: last !== undefined && last.committer !== facts.committer ? 1 : 0,
      l1Fee: l1 === undefined ? 0 : usual.l1Fee.doublings(Number(l1.baseFee), FLOOR.price),
      l1Fullness: l1?.fullness ?? 0,
    };
  }

  #remember(facts: BatchFacts, tally: Tally): void {
    const usual = this.#usual;
    usual.moved.add(tally.moved);
    usual.segments.add(facts.dataSegments + facts.queueSegments);
    usual.baseFee.add(Number(facts.baseFee));
    if (facts.l1 !== undefined) usual.l1Fee.add(Number(facts.l1.baseFee));
    if (this.#last !== undefined) usual.gap.add(Number(facts.committedAt - this.#last.committedAt));
    const median = medianOf(tally.prices);
    if (median !== undefined) usual.price.add(median);
    for (const price of tally.prices) usual.prices.add(price);
    for (const { amount, status, token } of facts.records) {
      if (status === "executed" && token === NOTHING_ADDRESS) usual.amounts.add(ether(amount));
    }
    this.#live[Number(facts.number)] = facts.committer;
    this.#ordinal++;
    this.#last = facts;
  }
}

function medianOf(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1];
}

// What is usual: the median of the last values. It follows a deployment that grows, and no single value moves it.

import { medianSorted } from "simple-statistics";

/** Fewer values say nothing. */
const LEAST = 3;

export class Usual {
  readonly #most: number;
  readonly #values: number[] = [];
  #next = 0;
  #median: number | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  add(value: number): void {
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#most;
    this.#median = undefined;
  }

  /** Undefined while little is known. */
  get median(): number | undefined {
    if (this.#values.length < LEAST) return undefined;
    this.#median ??= medianSorted(Float64Array.from(this.#values).sort() as unknown as number[]);
    return this.#median;
  }

  /** How many doublings `value` lies above what is usual; 0 while nobody knows. `floor` keeps small values apart from nothing. */
  doublings(value: number, floor: number): number {
    const { median } = this;
    return median === undefined ? 0 : Math.log2((value + floor) / (median + floor));
  }
}

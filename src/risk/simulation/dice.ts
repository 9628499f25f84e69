// Chance from a seed: the same seed, the same draws.

import { createHash } from "node:crypto";
import { randomExponential, randomLcg, randomLogNormal, randomNormal, randomPoisson } from "d3-random";

export class Dice {
  readonly #source: () => number;

  constructor(seed: string) {
    // Seeds that are close to one another must not give similar draws.
    this.#source = randomLcg(createHash("sha256").update(seed).digest().readUInt32BE(0));
  }

  /** From `from` up to, but not including, `to`. */
  between(from: number, to: number): number {
    return from + (to - from) * this.#source();
  }

  /** A whole number below `count`. */
  below(count: number): number {
    return Math.floor(this.between(0, count));
  }

  chance(probability: number): boolean {
    return this.#source() < probability;
  }

  normal(mean: number, deviation: number): number {
    return randomNormal.source(this.#source)(mean, deviation)();
  }

  /** Lies `spread` natural logarithms around the median. */
  around(median: number, spread: number): number {
    return randomLogNormal.source(this.#source)(Math.log(median), spread)();
  }

  poisson(mean: number): number {
    return mean <= 0 ? 0 : randomPoisson.source(this.#source)(mean)();
  }

  exponential(mean: number): number {
    return randomExponential.source(this.#source)(1 / mean)();
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  /** The first ones are picked far more often than the last ones. */
  popular<T>(from: readonly T[], skew = 2.5): T {
    return from[Math.floor(from.length * this.#source() ** skew)] as T;
  }
}

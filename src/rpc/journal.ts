// What happened, in order, for those who ask later (filters) and for those who want to be told (subscriptions).

import { debuglog } from "node:util";

const debug = debuglog("luntra:rpc");

/** Positions count all happenings since the start. The oldest are forgotten. */
export class Journal<Happening> {
  readonly #most: number;
  #first = 0;
  #kept: Happening[] = [];
  #told = 0;
  #scheduled: NodeJS.Immediate | undefined;
  readonly #listeners = new Set<(fresh: readonly Happening[]) => void>();

  constructor(most: number) {
    this.#most = most;
  }

  get end(): number {
    return this.#first + this.#kept.length;
  }

  /** Listeners are told later: whoever makes blocks does not wait for them. */
  push(happening: Happening): void {
    this.#kept.push(happening);
    if (this.#listeners.size > 0) this.#scheduled ??= setImmediate(() => this.#tell());
    // Now and then, so that it costs little.
    if (this.#kept.length >= 2 * this.#most) {
      this.#kept = this.#kept.slice(-this.#most);
      this.#first = this.#first + this.#most;
    }
  }

  /** Undefined if some of it has been forgotten. */
  since(position: number): readonly Happening[] | undefined {
    return position < this.#first ? undefined : this.#kept.slice(position - this.#first);
  }

  /** From now on; returns how to end it. */
  listen(listener: (fresh: readonly Happening[]) => void): () => void {
    if (this.#listeners.size === 0) this.#told = this.end;
    else this.#tell();
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  close(): void {
    this.#listeners.clear();
    clearImmediate(this.#scheduled);
  }

  #tell(): void {
    this.#scheduled = undefined;
    const fresh = this.since(Math.max(this.#told, this.#first)) ?? [];
    this.#told = this.end;
    if (fresh.length === 0) return;
    for (const listener of [...this.#listeners]) {
      try {
        listener(fresh);
      } catch (error) {
        // Nobody is there to catch it, and the others are to be told all the same.
        debug("a listener failed: %s", String(error));
      }
    }
  }
}

// The model's clock: wall time less all pauses, by its own arithmetic.

export class Clock {
  readonly #pauses: { from: bigint; until: bigint }[] = [];
  readonly #cooldown: bigint;
  readonly #longest: bigint;
  wall: bigint;

  constructor(wall: bigint, longest: bigint, cooldown: bigint) {
    this.wall = wall;
    this.#longest = longest;
    this.#cooldown = cooldown;
  }

  get paused(): boolean {
    return this.wall < (this.#pauses.at(-1)?.until ?? 0n);
  }

  get now(): bigint {
    return this.timeAt(this.wall);
  }

  timeAt(wall: bigint): bigint {
    let stood = 0n;
    for (const { from, until } of this.#pauses) {
      const end = wall < until ? wall : until;
      if (end > from) stood += end - from;
    }
    return wall - stood;
  }

  /** Wall time at which the running pause ends, else now. */
  get runsFrom(): bigint {
    return this.paused ? (this.#pauses.at(-1)?.until ?? this.wall) : this.wall;
  }

  /** Wall time at which the clock shows `time`, if no other pause comes. */
  wallOf(time: bigint): bigint {
    return this.runsFrom + time - this.now;
  }

  pause(length: bigint): string | undefined {
    if (length === 0n || length > this.#longest) return "PauseLengthOutOfRange";
    const last = this.#pauses.at(-1);
    if (last !== undefined && this.wall < last.until + this.#cooldown) return "PauseTooSoon";
    this.#pauses.push({ from: this.wall, until: this.wall + length });
    return undefined;
  }

  resume(): string | undefined {
    const last = this.#pauses.at(-1);
    if (last === undefined || !this.paused) return "NotPaused";
    last.until = this.wall;
    return undefined;
  }
}

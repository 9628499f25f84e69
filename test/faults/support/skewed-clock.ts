// Preloaded into a process: its wall clock is LUNTRA_TEST_SKEW_MS ahead. Its monotonic clock and its timers run as ever.

const skew = Number(process.env.LUNTRA_TEST_SKEW_MS ?? "0");
const RealDate = Date;

class SkewedDate extends RealDate {
  constructor(...args: [] | ConstructorParameters<DateConstructor>) {
    if (args.length === 0) super(RealDate.now() + skew);
    else super(...(args as ConstructorParameters<DateConstructor>));
  }

  static override now(): number {
    return RealDate.now() + skew;
  }
}

globalThis.Date = SkewedDate as DateConstructor;

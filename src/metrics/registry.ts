// Prometheus metrics: a registry for one process, and gauges that are read when somebody asks for them.

import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { inTime } from "./in-time.ts";

export { Counter, Histogram, type Registry } from "prom-client";

type Value = number | bigint;

export interface GaugeSpec {
  readonly name: string;
  readonly help: string;
}

/** What is not read by then is left out: a scrape must not wait for a database that is gone. */
const READ_MS = 2_000;

/** With the process's own metrics (`process_*`, `nodejs_*`): memory, CPU, event-loop lag, garbage collection. */
export function openRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** A gauge that is read at each scrape. Undefined, or a reading that fails: it is left out. */
export function readGauge(
  registry: Registry,
  spec: GaugeSpec,
  read: () => Value | undefined | Promise<Value | undefined>,
): void {
  collected(registry, spec, [], async () => {
    const value = await read();
    return value === undefined ? [] : [[{}, value]];
  });
}

/** Likewise, with a value for each value of a label. */
export function readGauges(
  registry: Registry,
  { label, ...spec }: GaugeSpec & { readonly label: string },
  read: () => Readonly<Record<string, Value>> | Promise<Readonly<Record<string, Value>>>,
): void {
  collected(registry, spec, [label], async () =>
    Object.entries(await read()).map(([name, value]) => [{ [label]: name }, value]),
  );
}

type Reading = readonly (readonly [labels: Readonly<Record<string, string>>, value: Value])[];

function collected(
  registry: Registry,
  spec: GaugeSpec,
  labelNames: readonly string[],
  read: () => Promise<Reading>,
): void {
  new Gauge<string>({
    ...spec,
    labelNames: [...labelNames],
    registers: [registry],
    async collect() {
      const reading = await inTime(READ_MS, read).catch((): Reading => []);
      this.reset();
      // Without labels, a reset leaves a zero, which would be a lie.
      if (labelNames.length === 0) this.remove();
      for (const [labels, value] of reading) this.set(labels, Number(value));
    },
  });
}

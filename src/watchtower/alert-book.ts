// Which alerts stand, and which are still to be delivered, in a file: a restart neither loses one nor raises all of them again.

import { createHash, randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { z } from "zod";
import { readIfThere } from "../chain/address-book.ts";
import { writeWhole } from "../whole-file.ts";
import { type Alert, type AlertKind, alertSchema, type Condition, KINDS } from "./alert.ts";

export interface AlertIdentity {
  readonly watchtower: string;
  readonly chainId: string;
  readonly rollup: string;
}

export interface AlertOptions {
  /** Where alerts are delivered to, by a name that is no secret. */
  readonly targets?: readonly string[];
  /** What still stands is told again after this long; default an hour. */
  readonly repeatMs?: number;
  /** A kind that must stand this long before it is told, as what passes by itself does. */
  readonly graceMs?: Readonly<Partial<Record<AlertKind, number>>>;
  readonly onTrouble?: (error: unknown) => void;
}

const HOUR_MS = 3_600_000;
/** Undelivered alerts, at most. */
const MOST = 1_000;

const standing = z.object({
  scope: z.string(),
  kind: alertSchema.shape.kind,
  subject: z.string(),
  since: z.number(),
  toldAt: z.number().optional(),
});
const waiting = z.object({ alert: alertSchema, targets: z.array(z.string()) });
const schema = z.object({ standing: z.array(standing), outbox: z.array(waiting) });

type Standing = z.infer<typeof standing>;
type Waiting = z.infer<typeof waiting>;

export class AlertBook {
  /** Alerts as they are raised, and `added` when there is something to deliver. */
  readonly events = new EventEmitter<{ alert: [Alert]; added: [] }>();
  readonly #path: string;
  readonly #identity: AlertIdentity;
  readonly #options: AlertOptions;
  #standing: Map<string, Standing>;
  #outbox: Waiting[];
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  private constructor(
    path: string,
    identity: AlertIdentity,
    options: AlertOptions,
    its: z.infer<typeof schema>,
  ) {
    this.#path = path;
    this.#identity = identity;
    this.#options = options;
    this.#standing = new Map(its.standing.map((one) => [keyOf(one.scope, one), one]));
    this.#outbox = forTargets(its.outbox, options.targets ?? []);
  }

  /** A file that cannot be read is as good as none: alerts that stand are raised again. */
  static async open(path: string, identity: AlertIdentity, options: AlertOptions = {}): Promise<AlertBook> {
    const none = { standing: [], outbox: [] };
    try {
      const text = await readIfThere(path);
      const its = text === undefined ? none : schema.parse(JSON.parse(text));
      return new AlertBook(path, identity, options, its);
    } catch (error) {
      options.onTrouble?.(error);
      return new AlertBook(path, identity, options, none);
    }
  }

  /**
   * All that stands now within a scope, such as what a round sees. What is new is told, what has long stood is told again, and what
   * stands no more has recovered. On disk before anybody hears of it.
   */
  async update(
    scope: string,
    conditions: readonly Condition[],
    happened: readonly Condition[] = [],
  ): Promise<void> {
    const now = Date.now();
    const alerts = happened.map((its) => this.#alert(its, now));
    const keys = new Set(conditions.map((its) => keyOf(scope, its)));
    for (const [key, its] of this.#standing) {
      if (its.scope !== scope || keys.has(key)) continue;
      this.#standing.delete(key);
      if (its.toldAt !== undefined) alerts.push(this.#recovered(its, now));
    }
    for (const condition of conditions) {
      const its = this.#stand(scope, condition, now);
      if (!this.#isToBeTold(its, now)) continue;
      alerts.push(this.#alert(condition, now, its.toldAt === undefined ? undefined : its.since));
      its.toldAt = now;
    }
    if (alerts.length === 0) return;
    this.#deliver(alerts, now);
    await this.#save();
    for (const alert of alerts) this.events.emit("alert", alert);
    this.events.emit("added");
  }

  /** How many alerts wait for a receiver. */
  get undelivered(): number {
    return this.#outbox.length;
  }

  /** How many stand and have been told, by kind. */
  get standing(): Readonly<Record<string, number>> {
    const told = [...this.#standing.values()].filter(({ toldAt }) => toldAt !== undefined);
    const byKind = Map.groupBy(told, ({ kind }) => kind);
    return Object.fromEntries([...byKind].map(([kind, its]) => [kind, its.length]));
  }

  /** The oldest alert that this target has not got. */
  next(target: string): Alert | undefined {
    return this.#outbox.find(({ targets }) => targets.includes(target))?.alert;
  }

  /** Resolves when it is written down; whoever does not wait may deliver it once more after a crash. */
  async delivered(id: string, target: string): Promise<void> {
    this.#outbox = this.#outbox.flatMap((its) => {
      if (its.alert.id !== id) return [its];
      const targets = its.targets.filter((one) => one !== target);
      return targets.length === 0 ? [] : [{ ...its, targets }];
    });
    await this.#save();
  }

  /** Resolves when all that has changed is written down: whoever lets another process have the file waits for it. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  #stand(scope: string, { kind, subject }: Condition, now: number): Standing {
    const key = keyOf(scope, { kind, subject });
    const its = this.#standing.get(key) ?? { scope, kind, subject, since: now };
    this.#standing.set(key, its);
    return its;
  }

  #isToBeTold({ kind, since, toldAt }: Standing, now: number): boolean {
    if (toldAt === undefined) return now - since >= (this.#options.graceMs?.[kind] ?? 0);
    return now - toldAt >= (this.#options.repeatMs ?? HOUR_MS);
  }

  #alert({ kind, subject, message, data = {} }: Condition, now: number, since?: number): Alert {
    const at = new Date(now).toISOString();
    return {
      version: 1,
      // By what it says and when, so that no two alerts share it; a delivery that is repeated does.
      id: createHash("sha256").update([kind, subject, at, randomUUID()].join(" ")).digest("hex").slice(0, 32),
      kind,
      severity: KINDS[kind],
      at,
      ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
      ...this.#identity,
      subject,
      message,
      data: plain(data),
    };
  }

  #recovered({ kind, subject, since }: Standing, now: number): Alert {
    const message = `${kind} stands no more${subject === "" ? "" : `: ${subject}`}`;
    return this.#alert({ kind: "recovered", subject, message, data: { of: kind } }, now, since);
  }

  #deliver(alerts: readonly Alert[], now: number): void {
    const { targets = [] } = this.#options;
    if (targets.length === 0) return;
    this.#outbox.push(...alerts.map((alert) => ({ alert, targets: [...targets] })));
    const excess = this.#outbox.length - MOST;
    if (excess <= 0) return;
    // One of them may say how many were dropped before.
    const gone = this.#outbox.slice(0, excess + 1).map(({ alert }) => droppedBy(alert) ?? 1);
    const dropped = gone.reduce((sum, its) => sum + its, 0);
    const message = `${dropped} alerts could not be delivered for so long that they were dropped`;
    const about = this.#alert({ kind: "alerts-dropped", subject: "", message, data: { dropped } }, now);
    this.#outbox = [{ alert: about, targets: [...targets] }, ...this.#outbox.slice(excess + 1)];
  }

  /** One write at a time, of what is so when it begins: calls that come meanwhile share the next. A full disk stops nobody. */
  #save(): Promise<void> {
    this.#next ??= this.#writing
      .then(async () => {
        this.#next = undefined;
        const standing = [...this.#standing.values()];
        await writeWhole(this.#path, JSON.stringify({ standing, outbox: this.#outbox }));
      })
      .catch((error: unknown) => this.#options.onTrouble?.(error));
    this.#writing = this.#next;
    return this.#next;
  }
}

function droppedBy({ kind, data }: Alert): number | undefined {
  return kind === "alerts-dropped" ? Number(data.dropped ?? 0) : undefined;
}

/** What a receiver has not got that is a receiver no more, those get that are: it may have been replaced for being gone. */
function forTargets(outbox: readonly Waiting[], targets: readonly string[]): Waiting[] {
  return outbox.flatMap((its) => {
    const left = its.targets.filter((one) => targets.includes(one));
    const now = left.length > 0 ? left : [...targets];
    return now.length === 0 ? [] : [{ ...its, targets: now }];
  });
}

function keyOf(scope: string, { kind, subject }: Pick<Condition, "kind" | "subject">): string {
  return `${scope} ${kind} ${subject}`;
}

/** As JSON has it. */
function plain(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const text = JSON.stringify(data, (_, value: unknown) => {
    if (typeof value === "bigint") return String(value);
    return value instanceof Error ? value.message : value;
  });
  return JSON.parse(text) as Record<string, unknown>;
}

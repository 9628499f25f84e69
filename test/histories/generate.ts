// Random histories: the next call depends on the seed and on the model alone, so that a seed names one list of calls.

import { Random } from "../support/vectors-wallet.ts";
import {
  ACTORS,
  type Actor,
  type Asset,
  BONDED,
  type Call,
  type Payment,
  type Step,
  USERS,
} from "./calls.ts";
import { type Model, type ModelBatch, openOf } from "./model.ts";

const ETHER = 10n ** 18n;
const GWEI = 10n ** 9n;
const BENEFICIARIES = ["prover", "griefer"] as const;

/** How often each kind of step comes, out of their sum. */
const WEIGHTS = { sequence: 28, dispute: 36, enqueue: 14, leave: 16, guard: 4, bond: 2 } as const;
const WEIGHTS_FROZEN = { sequence: 6, dispute: 16, enqueue: 4, leave: 66, guard: 4, bond: 4 } as const;
type Theme = "sequence" | "dispute" | "enqueue" | "leave" | "guard" | "bond";

export interface GeneratorOptions {
  /** Whether the verifier breaks now and then, for a contradiction; real ones do not. */
  readonly breaks: boolean;
}

export class Generator {
  readonly #random: Random;
  readonly #model: Model;
  readonly #breaks: boolean;

  constructor(seed: string, model: Model, { breaks }: GeneratorOptions) {
    this.#random = new Random(seed);
    this.#model = model;
    this.#breaks = breaks;
  }

  next(): Step {
    const theme = this.#weighted(this.#model.frozen ? WEIGHTS_FROZEN : WEIGHTS);
    const impatient = this.#model.clock.paused && this.#random.chance(20);
    const [from, call] = impatient
      ? (["guardian", { kind: "resume" }] as [Actor, Call])
      : this[`_${theme}`]();
    const baseFee = this.#random.chance(10) ? GWEI * (1n + this.#random.below(100n)) : GWEI;
    const step = { from, wait: this.#wait(call), baseFee, call };
    return this.#opposition(step) ?? step;
  }

  /** One honest party acts in time: a fraud proof before a step that would let a wrong batch's window go by. */
  #opposition({ wait }: Step): Step | undefined {
    const { clock, live, finalized, parameters } = this.#model;
    const time = clock.timeAt(clock.wall + wait);
    for (const { ordinal, at, facts, challenges } of live.slice(finalized + 1)) {
      if (time < at + parameters.challengeWindow) continue;
      const wrong = facts.verdicts.flatMap((verdict, segment) => (verdict === "wrong" ? [segment] : []));
      const segment = wrong[0];
      if (segment === undefined || wrong.some((one) => challenges.get(one)?.outcome === "open")) continue;
      const call: Call = { kind: "proveFraud", batch: ordinal, segment, beneficiary: "prover" };
      const soon = clock.runsFrom - clock.wall;
      return { from: "prover", wait: soon > 0n ? soon : 1n, baseFee: GWEI, call };
    }
    return undefined;
  }

  _sequence(): [Actor, Call] {
    const model = this.#model;
    const what = this.#random.integer(8);
    if (what < 5) return this.#commit();
    const next = model.live[model.finalized + 1];
    if (what < 7) {
      const batch = next !== undefined && this.#random.chance(85) ? next : this.#anyBatch();
      return [this.#anybody(), { kind: "finalize", batch: batch.ordinal }];
    }
    const batch = this.#random.chance(85) ? model.lastFinal : this.#anyBatch();
    return [this.#anybody(), { kind: "freezeUnserved", batch: batch.ordinal }];
  }

  #commit(): [Actor, Call] {
    const model = this.#model;
    const random = this.#random;
    const from = random.pick(["primary", "primary", "primary", "second", "liar"] as const);
    const flaws = ["number", "queueEnd", "queueHash", "commitment"] as const;
    const flaw = random.chance(12) ? { flaw: random.pick(flaws) } : {};
    const parent = random.chance(6) ? this.#anyBatch().ordinal : model.head.ordinal;
    const { queueEnd } = model.batch(parent);
    let items = random.integer(Math.min(model.queue.length - queueEnd, 6) + 1);
    if (random.chance(85)) items = Math.max(items, model.dueEnd - queueEnd);
    const segments = Math.ceil(items / model.n);
    const data = Array.from({ length: random.integer(3) }, () => this.#payment());
    if (segments + data.length === 0 && random.chance(90)) data.push(undefined);
    const lies = from === "liar" ? random.chance(70) : random.chance(5);
    const count = segments + data.length;
    const lie =
      lies && count > 0 && flaw.flaw === undefined
        ? { lie: { segment: random.integer(count), how: random.pick(["mint", "flip"] as const) } }
        : {};
    return [from, { kind: "commit", parent, items, data, ...flaw, ...lie }];
  }

  #payment(): Payment | undefined {
    const random = this.#random;
    if (random.chance(20)) return undefined;
    const asset = this.#asset();
    const kind = random.pick(["transfer", "withdraw", "withdraw"] as const);
    const amount = this.#amount(asset) / 16n + 1n;
    return { kind, asset, from: random.pick(USERS), to: random.pick(USERS), amount };
  }

  _dispute(): [Actor, Call] {
    const model = this.#model;
    const random = this.#random;
    const what = random.integer(16);
    const pending = this.#pendingBatch();
    const any = this.#anyBatch();
    if (what < 4) {
      const from = random.pick(["challenger", "challenger", "griefer", "prover"] as const);
      const flaws = { tooLow: random.chance(5), wrongNumber: random.chance(5) };
      return [from, { kind: "challenge", ...this.#place(pending), ...flaws }];
    }
    if (what < 10) return this.#proof(pending);
    if (what < 12) {
      return [this.#anybody(), { kind: "timeout", ...(this.#openPlace() ?? this.#place(pending)) }];
    }
    if (what < 13) {
      const pruned = model.batches.filter(({ fate }) => fate === "pruned");
      const { ordinal } = pruned.length > 0 && random.chance(60) ? random.pick(pruned) : any;
      return [this.#anybody(), { kind: "refundBatch", batch: ordinal }];
    }
    if (what < 15) {
      return [this.#anybody(), { kind: "refundChallenge", ...(this.#openPlace() ?? this.#place(any)) }];
    }
    if (any.ordinal === 0) return this._bond();
    const segment = random.chance(60) ? 0 : random.integer(any.facts.verdicts.length);
    // A freeze ends a history but for the exits.
    const broken = random.chance(model.batches.length > 15 ? 30 : 2) && this.#breaks;
    return [this.#anybody(), { kind: "contradict", batch: any.ordinal, segment, broken }];
  }

  #proof(pending: ModelBatch): [Actor, Call] {
    const random = this.#random;
    const open = random.chance(40) ? this.#openPlace() : undefined;
    const batch =
      open === undefined ? (pending.ordinal === 0 ? undefined : pending) : this.#model.batch(open.batch);
    if (batch === undefined) return this._bond();
    const count = batch.facts.verdicts.length;
    const segment = open?.segment ?? random.integer(count);
    const verdict = batch.facts.verdicts[segment];
    const honest = verdict === "wrong" ? "proveFraud" : "proveValid";
    const kinds = ["proveValid", "proveFraud", "recordValid"] as const;
    const kind = random.chance(70) ? honest : random.pick(kinds);
    const flaws = ["beneficiary", "garbage", "opening"] as const;
    const flaw = random.chance(12) ? { flaw: random.pick(flaws) } : {};
    const beneficiary = random.pick(BENEFICIARIES);
    return [this.#anybody(), { kind, batch: batch.ordinal, segment, beneficiary, ...flaw }];
  }

  _enqueue(): [Actor, Call] {
    const random = this.#random;
    const asset = this.#asset();
    const { price } = this.#model;
    const common = {
      asset,
      to: random.pick(USERS),
      amount: random.chance(4) ? 0n : this.#amount(asset),
      most: random.pick([price, price, price, price - 1n, 3n * price]),
    };
    const from = random.pick(USERS);
    if (random.chance(60)) return [from, { kind: "deposit", ...common }];
    const flaws = asset === "eth" ? (["kind", "token"] as const) : (["kind"] as const);
    const flaw = random.chance(10) ? { flaw: random.pick<"kind" | "token">(flaws) } : {};
    const what = random.pick(["transfer", "withdraw", "withdraw"] as const);
    const amount = (common.amount + 7n) / 8n;
    return [from, { kind: "force", what, ...common, amount, ...flaw }];
  }

  _leave(): [Actor, Call] {
    const model = this.#model;
    const random = this.#random;
    const from = this.#anybody();
    const what = random.integer(model.frozen ? 12 : 8);
    const finals = model.live.slice(0, model.finalized + 1);
    if (what < 2) {
      const unopened = finals.filter(({ opened }) => !opened);
      const final = unopened.length > 0 && random.chance(70) ? random.pick(unopened) : this.#anyBatch();
      const right = final.facts.verdicts.every((verdict) => verdict === "right");
      if (right) return [from, { kind: "openCheckpoint", batch: final.ordinal, forged: random.chance(12) }];
    }
    if (what < 6) {
      const withExits = finals.filter(
        ({ facts, opened }) => facts.exits.length > 0 && (opened || random.chance(20)),
      );
      if (withExits.length > 0) {
        const batch = random.pick(withExits);
        const index = random.integer(batch.facts.exits.length);
        const flaws = ["alias", "amount", "recipient"] as const;
        return [
          from,
          {
            kind: "claim",
            batch: batch.ordinal,
            index,
            ...(random.chance(15) ? { flaw: random.pick(flaws) } : {}),
          },
        ];
      }
    }
    if (what < 7 && (model.fees > 0n || random.chance(20))) {
      const free = model.fees - model.feesPutOff;
      const waiting = [...model.waiting.keys()].find((name) => name.startsWith("fees:"));
      const amount =
        waiting !== undefined && random.chance(50)
          ? BigInt(waiting.slice(5))
          : random.pick([free, free / 2n, free + 1n]);
      return [from, { kind: "claimFees", amount }];
    }
    if (what < 8) {
      const batch = random.chance(80) ? model.lastFinal : this.#anyBatch();
      const right = batch.facts.verdicts.every((verdict) => verdict === "right");
      const known = right && (batch.fate === "final" || batch.fate === "pending");
      if (known) return [from, { kind: "openState", batch: batch.ordinal, forged: random.chance(12) }];
    }
    return what < 10 && (model.stateOpened || random.chance(30))
      ? this.#escape(from)
      : this.#afterwards(from);
  }

  #escape(from: Actor): [Actor, Call] {
    const random = this.#random;
    const asset = this.#asset();
    const of = random.pick(USERS);
    if (this.#model.lastFinal.facts.balances[asset][of] === 0n) return this.#afterwards(from);
    const flaws = ["amount", "owner"] as const;
    return [from, { kind: "escape", asset, of, ...(random.chance(15) ? { flaw: random.pick(flaws) } : {}) }];
  }

  #afterwards(from: Actor): [Actor, Call] {
    const model = this.#model;
    const random = this.#random;
    if (random.chance(50) || model.queue.length === 0) {
      return [from, { kind: "payEscapes", asset: this.#asset(), accounts: [...USERS] }];
    }
    const { queueEnd } = model.lastFinal;
    const left = model.queue.length - queueEnd;
    const index =
      left > 0 && random.chance(80)
        ? queueEnd + random.integer(left)
        : random.integer(model.queue.length + 1);
    return [from, { kind: "reclaim", index, forged: random.chance(10) }];
  }

  _guard(): [Actor, Call] {
    const random = this.#random;
    const from = random.chance(85) ? "guardian" : "griefer";
    if (random.chance(40)) return [from, { kind: "resume" }];
    const { longestPause } = this.#model.parameters;
    const length = random.chance(10) ? longestPause + 1n : random.below(longestPause + 1n);
    return [from, { kind: "pause", length }];
  }

  _bond(): [Actor, Call] {
    const random = this.#random;
    const amount = random.below(3n * ETHER) + 1n;
    if (random.chance(60)) {
      const account = random.chance(85) ? random.pick(BONDED) : undefined;
      return [this.#anybody(), { kind: "depositBond", account, amount }];
    }
    const from = random.pick(BONDED);
    const has = this.#model.available[from] ?? 0n;
    return [from, { kind: "withdrawBond", amount: random.chance(30) ? has + 1n : has / 10n + 1n }];
  }

  /** Mostly short; sometimes to a second in which something begins or ends, the one before it or the one after it. */
  #wait(call: Call): bigint {
    const random = this.#random;
    const { clock, parameters } = this.#model;
    if (random.chance(78)) return 1n + random.below(5n);
    if (random.chance(30)) return 1n + random.below(parameters.challengeWindow / 2n);
    // Hours of silence are for the end of a history.
    if (call.kind === "freezeUnserved" && !random.chance(this.#model.batches.length > 12 ? 60 : 6)) return 1n;
    const early = call.kind === "challenge" ? 3n : 1n;
    const wall = clock.wallOf(this.#boundary(call)) - early + random.below(3n);
    return wall > clock.wall ? wall - clock.wall : 1n;
  }

  #boundary(call: Call): bigint {
    const model = this.#model;
    const { parameters, clock } = model;
    const batch = "batch" in call ? model.batch(call.batch) : undefined;
    switch (call.kind) {
      case "finalize":
        return model.finalFrom(batch as ModelBatch);
      case "challenge":
        return (batch as ModelBatch).at + parameters.challengeWindow;
      case "timeout":
        return batch?.challenges.get(call.segment)?.deadline ?? clock.now;
      case "freezeUnserved": {
        const oldest = model.queue[model.lastFinal.queueEnd];
        return oldest === undefined ? clock.now : oldest.at + parameters.escapeDelay;
      }
      case "commit": {
        const oldest = model.queue[model.head.queueEnd];
        const due = oldest === undefined ? clock.now : oldest.at + parameters.forceInclusionDelay;
        return this.#random.chance(50) ? due : model.primaryUntil;
      }
      case "claim":
      case "claimFees":
        return (
          [...model.waiting.values()].at(-1) ?? (clock.now / parameters.exitDelay + 1n) * parameters.exitDelay
        );
      default:
        return clock.now;
    }
  }

  #anyBatch(): ModelBatch {
    const { batches } = this.#model;
    const recent = batches.slice(-8);
    return this.#random.pick(this.#random.chance(95) ? recent : batches);
  }

  #pendingBatch(): ModelBatch {
    const { live, finalized } = this.#model;
    const pending = live.slice(finalized + 1);
    if (pending.length === 0 || this.#random.chance(8)) return this.#anyBatch();
    return this.#random.chance(60) ? (live.at(-1) as ModelBatch) : this.#random.pick(pending);
  }

  #place(batch: ModelBatch): { readonly batch: number; readonly segment: number } {
    const count = batch.facts.verdicts.length;
    const segment = count === 0 || this.#random.chance(5) ? count : this.#random.integer(count);
    return { batch: batch.ordinal, segment };
  }

  #openPlace(): { readonly batch: number; readonly segment: number } | undefined {
    const places = this.#model.batches
      .filter((batch) => openOf(batch) > 0)
      .flatMap(({ ordinal, challenges }) =>
        [...challenges]
          .filter(([, { outcome }]) => outcome === "open")
          .map(([segment]) => ({ batch: ordinal, segment })),
      );
    return places.length === 0 || this.#random.chance(10) ? undefined : this.#random.pick(places);
  }

  #anybody(): Actor {
    return this.#random.pick(ACTORS);
  }

  #asset(): Asset {
    return this.#random.chance(70) ? "eth" : "token";
  }

  #amount(asset: Asset): bigint {
    return 1n + this.#random.below(asset === "eth" ? ETHER : 1000n);
  }

  #weighted(weights: Readonly<Record<Theme, number>>): Theme {
    const entries = Object.entries(weights) as [Theme, number][];
    let left = this.#random.integer(entries.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [theme, weight] of entries) {
      if (left < weight) return theme;
      left -= weight;
    }
    throw new RangeError("weights sum up to less than themselves");
  }
}

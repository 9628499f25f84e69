// A watchtower that runs: follows L1's head, judges and acts in rounds, and says what people have to know. What fails is told and
// tried again.

import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Signer } from "ethers";
import { ask, blockAt } from "../chain/l1.ts";
import type { Hex, L1Block } from "../chain/types.ts";
import { bondOf } from "../node/bond.ts";
import type { Node } from "../node/node.ts";
import type { Condition } from "./alert.ts";
import type { AlertBook } from "./alert-book.ts";
import { tellRound, tellVerdicts } from "./conditions.ts";
import { within } from "./looks.ts";
import type { WatchPolicy, WatchReport } from "./policy.ts";
import type { Purse } from "./purse.ts";
import type { Shelf } from "./shelf.ts";
import { turnOrder } from "./turn.ts";
import type { Verdict } from "./verdict.ts";
import { type WatchRound, watchOnce } from "./watch.ts";

export interface WatchtowerOptions {
  readonly policy: Omit<WatchPolicy, "signer" | "signerFor" | "turn" | "onJudged">;
  /** Accounts whose batches are our own sequencer's, in lower case. */
  readonly own?: readonly Hex[];
  /** Others that watch may send first: each waits a part of this; default 4 s. */
  readonly spreadMs?: number;
  /** Between two looks at L1's head; default 250 ms. */
  readonly headMs?: number;
  /** Longest time between two rounds; default 5 s. */
  readonly roundMs?: number;
  /** Without a new block for so long, L1 is stale; default 2 min. */
  readonly staleMs?: number;
  /** Wei that the account should have for gas; default 0.05 ETH. */
  readonly leastBalance?: bigint;
  /** Conditions that hold for as long as this process runs. */
  readonly standing?: readonly Condition[];
}

export interface WatchtowerEvents {
  round: [WatchRound];
  /** A batch was judged for the first time, or otherwise than before; `ms`: since L1's block with it was seen. */
  verdict: [report: WatchReport, ms: number];
  failed: [what: string, error: unknown];
}

const DEFAULTS = { spreadMs: 4_000, headMs: 250, roundMs: 5_000, staleMs: 120_000 };
const DEFAULT_BALANCE = 50_000_000_000_000_000n;
/** Between two looks at the account. */
const PURSE_MS = 15_000;
/** So far behind L1's head it should never be. */
const BEHIND_MS = 30_000;

export class WatchtowerService {
  readonly events = new EventEmitter<WatchtowerEvents>();
  readonly node: Node;
  readonly #signer: Signer;
  readonly #purse: Purse;
  readonly #book: AlertBook;
  readonly #options: WatchtowerOptions;
  readonly #shelf: Shelf = new Map();
  readonly #stopping = new AbortController();
  readonly #verdicts = new Map<Hex, Verdict["kind"]>();
  #turn: (id: Hex) => Promise<void> = async () => undefined;
  #loops: readonly Promise<void>[] = [];
  #head: { readonly block: L1Block; readonly at: number } | undefined;
  /** When the round before the last look began that was about the newest head. */
  #currentAt = performance.now();
  #roundBlock = -1;
  /** What the last verdicts say. */
  #judged: readonly Condition[] = [];

  constructor(node: Node, signer: Signer, purse: Purse, book: AlertBook, options: WatchtowerOptions) {
    // What L1 does not take is waited for until the end, and no longer.
    this.node = { ...node, chain: { ...node.chain, ending: this.#stopping.signal } };
    this.#signer = signer;
    this.#purse = purse;
    this.#book = book;
    this.#options = options;
  }

  /** How long ago it last knew all that L1 had, in ms. */
  get ageMs(): number {
    return performance.now() - this.#currentAt;
  }

  /** How many batches were judged which way in the last round. */
  get verdicts(): Readonly<Record<string, number>> {
    const byKind = Map.groupBy(this.#verdicts.values(), (kind) => kind);
    return Object.fromEntries([...byKind].map(([kind, its]) => [kind, its.length]));
  }

  async start(): Promise<void> {
    const { headMs = DEFAULTS.headMs, spreadMs = DEFAULTS.spreadMs } = this.#options;
    this.#turn = turnOrder(await this.#signer.getAddress(), spreadMs);
    await this.#book.update("process", this.#options.standing ?? []);
    this.#loops = [
      this.#loop("looking at L1's head", headMs, () => this.#lookAtHead()),
      this.#loop("watching", 0, () => this.#round()),
      this.#loop("looking at the account", PURSE_MS, () => this.#lookAtPurse()),
    ];
  }

  /** Stops after what is running and is written down; proofs are given up, and what L1 has not mined stands in the ledger. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#loops);
    await this.#book.settled();
  }

  async #lookAtHead(): Promise<void> {
    const { staleMs = DEFAULTS.staleMs } = this.#options;
    const looked = blockAt(this.node.chain.provider, "latest");
    const block = await within(LOOK_MS, looked, () => undefined).catch(() => undefined);
    const now = performance.now();
    if (block !== undefined && block.hash !== this.#head?.block.hash) this.#head = { block, at: now };
    if (block !== undefined && block.number <= this.node.derivation.view.l1.number) this.#currentAt = now;
    const quiet = Math.round((now - (this.#head?.at ?? this.#currentAt)) / 1000);
    const behind = Math.round(this.ageMs / 1000);
    const stale = quiet * 1000 > staleMs;
    await this.#book.update("head", [
      ...(stale
        ? [condition("l1-stale", `L1 has shown no new block for ${quiet} s`, { seconds: quiet })]
        : []),
      ...(!stale && behind * 1000 > BEHIND_MS
        ? [condition("behind", `for ${behind} s it has not known all that L1 has`, { seconds: behind })]
        : []),
    ]);
  }

  async #round(): Promise<void> {
    const { policy, roundMs = DEFAULTS.roundMs } = this.#options;
    const turn = (id: Hex) => this.#turn(id);
    const isOwn = (id: Hex) => this.#isOwn(id);
    const telling: Promise<void>[] = [];
    const full: WatchPolicy = {
      finalizeAfter: FINALIZE_AFTER,
      resendMs: this.#purse.stuckMs + RESEND_AFTER_MS,
      ...policy,
      signer: this.#signer,
      signerFor: (purpose, about) => this.#purse.for(purpose, about),
      turn,
      prove: { ...policy.prove, signal: this.#stopping.signal },
      onJudged: (reports) => {
        this.#tellVerdicts(reports);
        this.#judged = [...tellVerdicts(reports, isOwn), ...this.#stillJudged(reports)];
        telling.push(this.#book.update("judged", this.#judged));
      },
    };
    const round = await watchOnce(this.node, full, this.#shelf);
    await Promise.all(telling);
    await this.#tell(round);
    this.events.emit("round", round);
    await this.#purse.settle().catch((error: unknown) => this.events.emit("failed", "settling", error));
    this.#roundBlock = round.l1?.number ?? -1;
    if (round.more) return;
    if (round.trouble !== undefined) await this.#pause(FAILURE_PAUSE_MS);
    await this.#untilNews(roundMs);
  }

  /** Until L1's head is another one, or it is time all the same. */
  async #untilNews(mostMs: number): Promise<void> {
    const { headMs = DEFAULTS.headMs } = this.#options;
    const { signal } = this.#stopping;
    const seen = this.#head?.block.hash;
    for (const end = performance.now() + mostMs; performance.now() < end && !signal.aborted; ) {
      const { block } = this.#head ?? {};
      if (block !== undefined && (block.hash !== seen || block.number > this.#roundBlock)) return;
      await this.#pause(Math.min(headMs, 50));
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }

  #isOwn(id: Hex): boolean {
    const { live, dead } = this.node.derivation.view;
    const batch = [...live, ...dead].findLast((one) => one.id === id);
    return batch !== undefined && (this.#options.own ?? []).includes(batch.committer);
  }

  /** What was said of a batch that cannot be judged now is not over: nobody knows better. */
  #stillJudged(reports: readonly WatchReport[]): readonly Condition[] {
    const blind = reports.flatMap(({ id, verdict }) =>
      verdict.kind === "cannot-tell" && verdict.reason !== "ancestor-invalid" ? [id] : [],
    );
    return this.#judged.filter(
      ({ kind, subject }) => kind !== "cannot-tell" && blind.some((id) => subject.startsWith(id)),
    );
  }

  #tellVerdicts(reports: readonly WatchReport[]): void {
    const ms = Math.round(performance.now() - (this.#head?.at ?? performance.now()));
    const ids = new Set(reports.map(({ id }) => id));
    for (const id of this.#verdicts.keys()) if (!ids.has(id)) this.#verdicts.delete(id);
    for (const report of reports) {
      if (this.#verdicts.get(report.id) === report.verdict.kind) continue;
      this.#verdicts.set(report.id, report.verdict.kind);
      this.events.emit("verdict", report, ms);
    }
  }

  /** While L1 cannot be read, what stood is taken to stand. */
  async #tell(round: WatchRound): Promise<void> {
    const { trouble } = round;
    if (trouble?.kind === "cannot-tell") {
      const message = `L1 cannot be read, so that nothing is judged: ${trouble.reason}`;
      const data = { reason: trouble.reason, cause: trouble.cause };
      await this.#book.update("reading", [condition("cannot-tell", message, data)]);
      return;
    }
    const { standing, happened } = tellRound(round);
    // What was given up for the end is no recovery.
    if (this.#stopping.signal.aborted) {
      await this.#book.update("ending", [], happened);
      return;
    }
    await this.#book.update("reading", []);
    await this.#book.update("acted", standing, happened);
  }

  async #lookAtPurse(): Promise<void> {
    const { leastBalance = DEFAULT_BALANCE, policy } = this.#options;
    const account = await this.#signer.getAddress();
    const { provider } = this.node.chain;
    const balance = await ask("the watchtower's balance", () => provider.getBalance(account));
    const { available, challengeBond } = await bondOf(this.node, account);
    const needsBond = policy.may?.includes("challenge") === true && available < challengeBond;
    await this.#book.update("purse", [
      ...(balance < leastBalance
        ? [condition("low-balance", `the account has ${balance} wei for gas`, { balance, leastBalance })]
        : []),
      ...(needsBond
        ? [condition("low-bond", `its bond is below that of a challenge`, { available, challengeBond })]
        : []),
    ]);
  }

  async #loop(what: string, everyMs: number, step: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const pause = await step().then(
        () => everyMs,
        (error: unknown) => {
          this.events.emit("failed", what, error);
          return Math.max(everyMs, FAILURE_PAUSE_MS);
        },
      );
      if (pause > 0) await this.#pause(pause);
    }
  }
}

/** Two blocks of Ethereum's: sequencers make their batches final, and one payment for it is enough. */
const FINALIZE_AFTER = 24n;
const FAILURE_PAUSE_MS = 1_000;
/** By then what the purse sent is stuck by its clock, too. */
const RESEND_AFTER_MS = 1_000;
/** A look that takes longer has failed. */
const LOOK_MS = 10_000;

function condition(
  kind: Condition["kind"],
  message: string,
  data: Readonly<Record<string, unknown>>,
): Condition {
  return { kind, subject: "", message, data };
}

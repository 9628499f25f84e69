// A running sequencer: follows L1, leads or stands by, seals segments, closes and commits batches, looks after them. Each loop goes on
// after any error; what failed is told and tried again.

import { EventEmitter } from "node:events";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Signer } from "ethers";
import { dueAt } from "../chain/timing.ts";
import type { Hex } from "../chain/types.ts";
import type { Node } from "../node/node.ts";
import { openProverPool } from "../node/prover-pool.ts";
import { RiskMeter, type RiskOptions } from "../risk/index.ts";
import { type LeaseOptions, leaderUrl, openLease, type Store } from "../store/index.ts";
import { Committer, type CommitterOptions } from "./committer.ts";
import { Engine, type EngineOptions } from "./engine.ts";
import { Intake } from "./intake.ts";
import { Outbox } from "./outbox.ts";
import { DEFAULT_POLICY, type Policy, shouldClose, shouldSeal } from "./policy.ts";
import { Turns } from "../node/turns.ts";
import { storedCommit } from "./records.ts";
import { type Preventive, type ProverFor, Upkeep } from "./upkeep.ts";

export interface ServiceOptions extends Omit<EngineOptions, "committer">, CommitterOptions {
  readonly lease: LeaseOptions;
  readonly policy?: Partial<Policy>;
  /** A transaction that L1 has not mined in this time is replaced by one with higher fees; default 60 s. */
  readonly stuckMs?: number;
  /** Between two looks at L1; default 1000. */
  readonly pollMs?: number;
  /** Between two looks at the pool; default 20. */
  readonly tickMs?: number;
  /** Answers challenges; nobody does if left out. */
  readonly prover?: ProverFor;
  /** Proofs that are asked for at a time; default 4. */
  readonly proofs?: number;
  /** Batches that are proven without a challenge; default none. */
  readonly prove?: Preventive;
  /** How `prove: "risk"` and whoever asks weigh it. */
  readonly risk?: Omit<RiskOptions, "queue">;
  /** With nothing to commit, commits an empty batch in time to keep the primary's priority. */
  readonly heartbeat?: boolean;
}

export interface CommitTimes {
  /** Checking, simulating and sending. */
  readonly sendingMs: number;
  /** Since its first segment was sealed. */
  readonly batchMs: number;
}

export interface ServiceEvents {
  leading: [epoch: bigint];
  standby: [epoch: bigint];
  /** Sent to L1. */
  committed: [id: Hex, took: CommitTimes];
  /** What was done for a batch on L1. */
  done: [what: string, about: Readonly<Record<string, unknown>>];
  failed: [what: string, error: unknown];
}

const DEFAULT_POLL_MS = 1_000;
const DEFAULT_TICK_MS = 20;
const DEFAULT_PROOFS = 4;

/** An item that is due this soon must be on its way. */
const PRESSED_SECONDS = 60n;

export class SequencerService {
  readonly engine: Engine;
  readonly pool: Intake;
  /** What batches look like, and which it pays to prove. */
  readonly risk: RiskMeter;
  readonly events = new EventEmitter<ServiceEvents>();
  readonly #options: ServiceOptions;
  readonly #committer: Committer;
  readonly #upkeep: Upkeep;
  readonly #turns = new Turns();
  readonly #policy: Policy;
  readonly #stopping = new AbortController();
  #loops: readonly Promise<void>[] = [];
  #l1BaseFee = 0n;
  #leader: string | undefined;
  #followedAt: number | undefined;

  constructor(engine: Engine, signer: Signer, options: ServiceOptions) {
    this.engine = engine;
    this.pool = new Intake(engine);
    this.#options = options;
    this.#policy = { ...DEFAULT_POLICY, ...options.policy };
    const outbox = new Outbox(engine.node.chain.provider, signer, options.stuckMs);
    this.#committer = new Committer(engine, outbox, options);
    const { prover, prove = "none", proofs = DEFAULT_PROOFS } = options;
    const pools = { answer: openProverPool(proofs), finality: openProverPool(proofs) };
    const queue = () => pools.answer.running + pools.answer.waiting;
    this.risk = new RiskMeter(engine.node, { mostWorkers: proofs, ...options.risk, queue });
    // A wait for a receipt would keep the process from its end, and a proof would be sent by a node that leads no more.
    const { node } = engine;
    const ending = this.#stopping.signal;
    this.#upkeep = new Upkeep(
      { ...node, chain: { ...node.chain, ending } },
      outbox.signer(() => this.#commitNonce()),
      this.#turns,
      {
        ...(prover === undefined ? {} : { prover }),
        pools,
        prove,
        risk: this.risk,
        // By then it is stuck, and the next one takes its place.
        patienceMs: 1.5 * outbox.stuckMs,
        onDone: (what, about) => this.events.emit("done", what, about),
        onError: (what, error) => this.events.emit("failed", what, error),
      },
    );
    const { events } = engine.lease;
    events.on("lost", (epoch) => this.events.emit("standby", epoch));
    events.on("failed", (error) => this.events.emit("failed", "renewing the lease", error));
  }

  /** Begins to work. The first look at L1 and at the database is over when it returns, or has failed and is repeated. */
  async start(): Promise<void> {
    const { pollMs = DEFAULT_POLL_MS, tickMs = DEFAULT_TICK_MS } = this.#options;
    await this.#guarded("reading L1", () => this.#look());
    this.#loops = [
      this.#loop("reading L1", pollMs, () => this.#look()),
      this.#loop("sealing a segment", tickMs, () => this.#seal()),
      this.#loop("committing a batch", Math.min(pollMs, 250), () => this.#commit()),
      this.#loop("looking after batches", pollMs, () => this.#care()),
    ];
  }

  /** Stops after what is running; hands the lead over. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#loops);
    await this.engine.lease
      .release()
      .catch((error: unknown) => this.events.emit("failed", "stopping", error));
  }

  /** Where the node that leads is asked; undefined if it is this one, or if nobody leads. */
  get leader(): string | undefined {
    return this.engine.leads ? undefined : this.#leader;
  }

  /** What this node has proven, and what a proof took lately. */
  get proofs(): Pick<Upkeep, "proving" | "typicalMs"> {
    return this.#upkeep;
  }

  /** Milliseconds since L1 was last read; undefined if it never was. */
  get sinceFollowed(): number | undefined {
    return this.#followedAt === undefined ? undefined : performance.now() - this.#followedAt;
  }

  async #look(): Promise<void> {
    const { engine } = this;
    await engine.follow();
    this.#followedAt = performance.now();
    const led = engine.leads;
    if (!led) await engine.load();
    if (!led && engine.leads) this.events.emit("leading", engine.lease.epoch);
    this.#leader = engine.leads ? undefined : await leaderUrl(engine.store);
    if (this.#policy.maxL1BaseFee === undefined) return;
    const block = await engine.node.chain.provider.getBlock("latest");
    this.#l1BaseFee = block?.baseFeePerGas ?? 0n;
  }

  async #seal(): Promise<void> {
    const { engine } = this;
    if (!engine.leads) return;
    const { recordsPerSegment = engine.n } = engine.options;
    const perSegment = Math.min(recordsPerSegment, engine.n);
    while (shouldSeal(this.#waiting(), perSegment, Date.now(), this.#policy)) {
      if (!(await engine.seal())) break;
      // An embedded database answers at once: without this, requests would wait until nothing waits to be sealed.
      await nextTurn();
    }
    if (this.#isHeartbeatDue() && engine.drafts.length === 0) await engine.seal({ heartbeat: true });
    const { open } = engine;
    if (open === undefined) return;
    const pressed = this.#isPressed() || this.#isHeartbeatDue();
    const batch = { startedAt: open.startedAt, pressed };
    if (shouldClose(batch, this.#l1BaseFee, Date.now(), this.#policy)) await engine.close();
  }

  #waiting() {
    const { engine } = this;
    const { view } = engine.node.derivation;
    const { count, since } = engine.inventory.pool.ready;
    const last = engine.drafts[engine.drafts.length - 1];
    const taken = last?.queueEnd ?? engine.node.derivation.batch(engine.chain.ground.id).header.queueEnd;
    return { count, since, items: view.queue.length - Number(taken), open: engine.open !== undefined };
  }

  /** Whether the first queue item that no batch has must soon be on L1. */
  #isPressed(): boolean {
    const { drafts, node } = this.engine;
    const { view, chain } = node.derivation;
    const item = view.queue[Number(drafts[drafts.length - 1]?.queueEnd ?? 0n)];
    return item !== undefined && dueAt(item, chain.book.parameters) <= view.time + PRESSED_SECONDS;
  }

  /** Whether a third of the primary's time is left. */
  #isHeartbeatDue(): boolean {
    if (!this.#options.heartbeat) return false;
    const { node, chain } = this.engine;
    const { view } = node.derivation;
    const { committedAt } = node.derivation.batch(chain.ground.id);
    return 3n * (view.time - committedAt) >= 2n * node.chain.book.parameters.primaryTimeout;
  }

  async #commit(): Promise<void> {
    const startedAt = this.engine.drafts[0]?.startedAt ?? Date.now();
    const began = performance.now();
    const id = await this.#turns.run(() => this.#committer.step());
    if (id === undefined) return;
    const [sendingMs, batchMs] = [performance.now() - began, Date.now() - startedAt];
    this.events.emit("committed", id, { sendingMs, batchMs });
    await this.engine.follow();
  }

  /** Of the commit that is sent for the next position: only another commit may take it. */
  async #commitNonce(): Promise<number | undefined> {
    const { store, chain, options } = this.engine;
    const commit = await storedCommit(store.db, chain.ground.id);
    return commit?.committer === options.committer ? Number(commit.l1Nonce) : undefined;
  }

  async #care(): Promise<void> {
    if (this.engine.leads) await this.#upkeep.step();
  }

  async #loop(what: string, everyMs: number, step: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#guarded(what, step);
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #guarded(what: string, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.events.emit("failed", what, error);
      await sleep(FAILURE_PAUSE_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }
}

const FAILURE_PAUSE_MS = 500;
const ALONE_TTL_MS = 60_000;

export async function openSequencer(
  node: Node,
  store: Store,
  signer: Signer,
  options: ServiceOptions,
): Promise<SequencerService> {
  // An embedded database is locked by its process: nobody waits for this node to die, and a busy one need not hurry.
  const alone = store.kind === "pglite" ? { alone: true, ttlMs: ALONE_TTL_MS } : {};
  const lease = await openLease(store, { ...options.lease, ...alone });
  const committer = (await signer.getAddress()).toLowerCase();
  return new SequencerService(new Engine(node, store, lease, { ...options, committer }), signer, options);
}

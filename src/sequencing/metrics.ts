// Metrics of a sequencer node: the chain, the pool, L1, who leads, batches, disputes, bonds.

import { isLuntraError } from "../errors.ts";
import { disputeOf, pendingOf, type View } from "../chain/view.ts";
import type { DerivedChallenge, Hex } from "../chain/types.ts";
import { Counter, Histogram, readGauge, readGauges, type Registry } from "../metrics/index.ts";
import type { SequencerService } from "./service.ts";

/** From an in-process L1 to one that is congested. */
const SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

export function sequencerMetrics(registry: Registry, service: SequencerService): void {
  const { engine } = service;
  chainMetrics(registry, service);
  eventMetrics(registry, service);
  readGauge(
    registry,
    { name: "luntra_leading", help: "1 while this node leads, 0 while it stands by" },
    () => (engine.leads ? 1 : 0),
  );
  readGauge(
    registry,
    { name: "luntra_lease_epoch", help: "Epoch in which this node leads, or led last" },
    () => engine.lease.epoch,
  );
  readGauges(
    registry,
    {
      name: "luntra_pool_transactions",
      help: "Transactions that wait: ready for a block, or for others before them",
      label: "state",
    },
    () => {
      const { all, ready } = service.pool.counts;
      return { ready, blocked: all - ready };
    },
  );
  disputeMetrics(registry, () => engine.node.derivation.view);
  bondMetrics(registry, service, engine.options.committer);
}

function chainMetrics(registry: Registry, service: SequencerService): void {
  const { engine } = service;
  const { chain, node } = engine;
  const view = () => node.derivation.view;
  readGauges(registry, { name: "luntra_block_height", help: "L2 block, by tag", label: "tag" }, () => ({
    latest: chain.number("latest"),
    safe: chain.number("safe"),
    finalized: chain.number("finalized"),
  }));
  readGauges(
    registry,
    { name: "luntra_batch_height", help: "Last batch on L1, and last final one", label: "tag" },
    () => ({ latest: view().head, finalized: view().finalized }),
  );
  readGauge(
    registry,
    { name: "luntra_unsent_batches", help: "Batches with sealed segments that L1 does not have" },
    () => engine.drafts.length,
  );
  readGauge(
    registry,
    { name: "luntra_queue_items", help: "Items of L1's queue that no batch on L1 has taken" },
    () => BigInt(view().queue.length) - (view().live.at(-1)?.header.queueEnd ?? 0n),
  );
  readGauge(
    registry,
    { name: "luntra_l1_block_height", help: "L1's latest block as read" },
    () => view().l1.number,
  );
  readGauge(
    registry,
    { name: "luntra_l1_block_age_seconds", help: "Age of L1's latest block by this machine's clock" },
    () => Date.now() / 1000 - Number(view().l1.timestamp),
  );
  readGauge(
    registry,
    { name: "luntra_l1_read_age_seconds", help: "Time since L1 was last read to its end" },
    () => (service.sinceFollowed === undefined ? undefined : service.sinceFollowed / 1000),
  );
  readGauge(registry, { name: "luntra_paused", help: "1 while the protocol's clock stands still" }, () =>
    view().paused ? 1 : 0,
  );
  readGauge(registry, { name: "luntra_frozen", help: "1 if the rollup is frozen for good" }, () =>
    view().frozen ? 1 : 0,
  );
}

function eventMetrics(registry: Registry, { engine, events }: SequencerService): void {
  const registers = [registry];
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const blocks = counter(
    "luntra_blocks_total",
    "Blocks that this node sealed or read, dropped ones included",
  );
  const transactions = counter("luntra_transactions_total", "Transactions in those blocks");
  const dropped = counter("luntra_dropped_blocks_total", "Blocks that a rollback or a reorg of L1 took back");
  const failures = new Counter({
    name: "luntra_failures_total",
    help: "What failed and is tried again, by Luntra's error code",
    labelNames: ["code"],
    registers,
  });
  const histogram = (name: string, help: string) =>
    new Histogram({ name, help, buckets: SECONDS, registers });
  const sending = histogram(
    "luntra_commit_duration_seconds",
    "Checking, simulating and sending a batch to L1",
  );
  const batch = histogram("luntra_batch_duration_seconds", "From a batch's first segment to its commit");
  engine.chain.on("block", (block) => {
    blocks.inc();
    transactions.inc(block.transactions.length);
  });
  engine.chain.on("dropped", (its) => dropped.inc(its.length));
  events.on("committed", (_id, { sendingMs, batchMs }) => {
    sending.observe(sendingMs / 1000);
    batch.observe(batchMs / 1000);
  });
  events.on("failed", (_what, error) =>
    failures.inc({ code: isLuntraError(error) ? error.code : "UNEXPECTED" }),
  );
}

/** For any service that reads L1. */
export function disputeMetrics(registry: Registry, view: () => View): void {
  readGauge(
    registry,
    { name: "luntra_open_challenges", help: "Challenges of live batches without an answer" },
    () => openOf(view()).length,
  );
  readGauge(
    registry,
    {
      name: "luntra_nearest_deadline_seconds",
      help: "Protocol time left to answer the most pressing challenge; absent while none is open",
    },
    () => {
      const left = openOf(view()).map(({ deadline }) => Number(deadline - view().time));
      return left.length === 0 ? undefined : Math.min(...left);
    },
  );
  readGauge(
    registry,
    { name: "luntra_rolled_back_batches", help: "Batches that were rolled back or dropped by a freeze" },
    () => view().dead.length,
  );
}

function openOf(view: View): readonly DerivedChallenge[] {
  return pendingOf(view).flatMap(({ id }) =>
    disputeOf(view, id).challenges.filter(({ outcome }) => outcome === "open"),
  );
}

/** Read from L1 at each scrape. In wei: a double loses nothing that an alert could miss. */
export function bondMetrics(
  registry: Registry,
  { engine }: Pick<SequencerService, "engine">,
  account: Hex,
): void {
  const { bonds } = engine.node.chain.contracts;
  readGauges(
    registry,
    {
      name: "luntra_bond_wei",
      help: "Bond of this node's account: free to lock or withdraw, and locked",
      label: "state",
    },
    async () => {
      const [free, locked] = await Promise.all([bonds.available(account), bonds.locked(account)]);
      return { free, locked };
    },
  );
  readGauge(
    registry,
    { name: "luntra_burned_bonds_wei", help: "Bonds that the protocol has burned so far" },
    () => bonds.burned(),
  );
}

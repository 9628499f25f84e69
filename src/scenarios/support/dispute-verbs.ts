// What actors do in longer disputes: several challenges at once, batches that will not stay, proofs in the wrong place.

import { hexlify } from "ethers";
import { batchOf, openingOf } from "../../chain/opening.ts";
import type { Hex } from "../../chain/types.ts";
import { encodeSegment, INSTANCES, recordFromRaw, type State, toBytes32 } from "../../model/index.ts";
import { type Challenged, challenge, refund, refundable, timeout } from "../../node/dispute.ts";
import { segmentWords } from "../../node/execution.ts";
import { type ProvenSegment, sendFraud, sendValid } from "../../node/prover.ts";
import { runSegment } from "../../node/segment-run.ts";
import { type BuiltBatch, type Committed, commitBatch } from "../../node/sequencer.ts";
import type { WatchReport } from "../../watchtower/watch.ts";
import type { Actor } from "./actors.ts";
import { buildOn, type Lying } from "./dishonest.ts";
import { nextBlockAt } from "./l1-control.ts";
import { BASE_FEE, type Call, pay } from "./l2-calls.ts";
import type { Stage } from "./stage.ts";
import { refused, signAll, watch } from "./verbs.ts";

/** Payments that fill so many data segments, whatever the circuit's size. */
export function paymentsFor({ n }: Stage, segments: number, from: Actor, to: Actor): readonly Call[] {
  return Array.from({ length: segments * n }, (_, i) => pay(from, to, BigInt(i + 1)));
}

/** A line of the timeline in which nothing happens on L1. */
export async function say(stage: Stage, actor: Actor, what: string): Promise<void> {
  await stage.step(actor.name, what, async () => undefined);
}

/** Everything that an actor has on L1, locked or not, gas left aside. */
export async function wealthOf({ ledger }: Stage, { name }: Actor): Promise<bigint> {
  await ledger.scan();
  const { wallet, bond, "locked bond": locked } = (await ledger.balances()).of[name];
  return wallet + bond + locked;
}

/** What a part of the play costs an actor. */
export async function costOf(stage: Stage, actor: Actor, part: () => Promise<unknown>): Promise<bigint> {
  const before = await wealthOf(stage, actor);
  await part();
  return before - (await wealthOf(stage, actor));
}

/** Opens a challenge without looking whether the segment is right. */
export async function openChallenge(
  stage: Stage,
  actor: Actor,
  { id, number }: Pick<Committed, "id" | "number">,
  segment: number,
): Promise<Challenged> {
  return await stage.step(actor.name, `challenges segment ${segment} of batch ${number}`, () =>
    challenge(stage.node, actor.signer, id, segment, { unchecked: true }),
  );
}

/** L1 refuses such a challenge. */
export async function challengeRefused(
  stage: Stage,
  actor: Actor,
  { id, number }: Pick<Committed, "id" | "number">,
  segment: number,
  error: string,
): Promise<void> {
  await refused(stage, actor, `a challenge of segment ${segment} of batch ${number}`, error, () =>
    challenge(stage.node, actor.signer, id, segment, { unchecked: true }),
  );
}

/** The actor's watchtower answers every open challenge of a valid batch, one proof a round, the most urgent first. */
export async function answerAll(stage: Stage, actor: Actor): Promise<readonly WatchReport[]> {
  const answers: WatchReport[] = [];
  for (;;) {
    const reports = await watch(stage, actor, ["answer"], "answers the most urgent challenge with a proof");
    answers.push(...reports.filter(({ receipt }) => receipt !== undefined));
    if (reports.every(({ deferred }) => !deferred)) return answers;
  }
}

/** Where the actor's watchtower acted, as `batch:segment`. */
export function placesOf(reports: readonly WatchReport[]): string {
  return reports.map(({ number, segment }) => `${number}:${segment}`).join(" ");
}

/** Sends a proof for or against the claim, as it turned out. */
export async function sendProof(stage: Stage, actor: Actor, proven: ProvenSegment): Promise<void> {
  const { segment, claimed } = proven.opening;
  const valid = proven.computed === claimed;
  await stage.step(actor.name, `proves segment ${segment} ${valid ? "valid" : "wrong"} on L1`, () =>
    (valid ? sendValid : sendFraud)(stage.node, actor.signer, proven),
  );
}

/** Ends a challenge that nobody answered in time. */
export async function callTimeout(stage: Stage, actor: Actor, id: Hex, segment: number): Promise<void> {
  await stage.step(actor.name, `calls the timeout of segment ${segment}: the batch is rolled back`, () =>
    timeout(stage.node, actor.signer, id, segment),
  );
}

/** As `refused`, in just that second of L1's. */
export async function refusedAt(
  stage: Stage,
  second: bigint,
  ...[actor, what, error, action]: [Actor, string, string, () => Promise<unknown>]
): Promise<void> {
  await nextBlockAt(stage, second);
  await refused(stage, actor, what, error, action);
}

/** Takes back all of the actor's bonds whose batch died for another reason. Returns how many. */
export async function takeBack(stage: Stage, actor: Actor): Promise<number> {
  const { node } = stage;
  await node.derivation.sync();
  const all = refundable(node, actor.address);
  await stage.step(actor.name, `takes back ${all.length} bond(s) of its own`, async () => {
    for (const its of all) await refund(node, actor.signer, its);
  });
  return all.length;
}

/** The sequencer commits a right batch that will not stay. The oracle, which runs live batches, does not hear of it. */
export async function commitDoomed(stage: Stage, built: BuiltBatch): Promise<Committed> {
  const { node, cast } = stage;
  const committed = await stage.step(
    "sequencer",
    ({ number, segments }: Committed) => `commits batch ${number}: ${segments} segments, all right`,
    () => commitBatch(node, cast.sequencer.signer, built),
  );
  await node.derivation.sync();
  return committed;
}

/** Somebody who does not look takes a wrong batch for the truth, and commits transactions on top of it. */
export async function commitOnTop(
  stage: Stage,
  actor: Actor,
  { id, state }: Pick<Committed & Lying, "id" | "state">,
  calls: readonly Call[],
): Promise<Committed & Lying> {
  const { node, book, n } = stage;
  const signed = await signAll(stage, calls);
  const records = signed.map(({ raw }) => recordFromRaw(raw, book.l2ChainId));
  const segments: Uint8Array[] = [];
  for (let i = 0; i < records.length; i += n) segments.push(encodeSegment(records.slice(i, i + n)));
  await node.derivation.sync();
  const child = buildOn(node, node.derivation.batch(id), state, segments, BASE_FEE);
  const committed = await stage.step(
    actor.name,
    ({ number }: Committed) => `commits batch ${number} on top of it, without looking`,
    () => commitBatch(node, actor.signer, child.built),
  );
  await node.derivation.sync();
  return { ...committed, ...child };
}

/** Proves the first segment of a batch from a state that its author believes in; no node that looks can do that. */
export async function proveOnTop(
  stage: Stage,
  actor: Actor,
  { id, number }: Pick<Committed, "id" | "number">,
  believed: State,
): Promise<ProvenSegment> {
  const { node, prover, book } = stage;
  const { n } = INSTANCES[book.instance];
  const derived = node.derivation.batch(id);
  const { baseFee, parent } = derived.header;
  const opening = openingOf(derived, node.derivation.batch(parent).header.lastCheckpoint, 0);
  const words = segmentWords(derived, 0, { chainId: book.l2ChainId, baseFee, n });
  const beneficiary = actor.address;
  const place = { rollup: book.addresses.rollup, batchId: id, segment: 0, beneficiary };
  const run = runSegment(believed.clone(), words, n, { chainId: book.chainId, ...place });
  const started = performance.now();
  const proof = await stage.step(
    actor.name,
    `proves segment 0 of batch ${number} from what it believes`,
    () => prover.prove(run),
  );
  const provingMs = Math.round(performance.now() - started);
  const computed = toBytes32(run.trace.b);
  return { id, batch: batchOf(derived), opening, beneficiary, computed, proof: hexlify(proof), provingMs };
}

/** The same proof, shown for another segment of any batch, for or against its claim as it was made. */
export function movedTo({ node }: Stage, proven: ProvenSegment, id: Hex, segment: number): ProvenSegment {
  const batch = node.derivation.batch(id);
  const { lastCheckpoint } = node.derivation.batch(batch.header.parent).header;
  const opening = openingOf(batch, lastCheckpoint, segment);
  const computed = proven.computed === proven.opening.claimed ? opening.claimed : proven.computed;
  return { ...proven, id, batch: batchOf(batch), opening, computed };
}

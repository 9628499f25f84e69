// What actors do on stage. Each verb is one step of the timeline, and tells the oracle what the actor meant.

import { ether } from "../../chain/amounts.ts";
import { type Hex, NOTHING_ADDRESS } from "../../chain/types.ts";
import { isLuntraError } from "../../errors.ts";
import { Kind } from "../../model/index.ts";
import { depositBond } from "../../node/bond.ts";
import {
  claimExit,
  claimFees,
  depositEth,
  depositToken,
  findExits,
  force,
  openCheckpoint,
} from "../../node/bridge.ts";
import { challenge, finalizeAll } from "../../node/dispute.ts";
import { poolStatus } from "../../node/pool-status.ts";
import { type EarlyFinality, type ProvenSegment, proveBatch, proveSegment } from "../../node/prover.ts";
import {
  type BuildOptions,
  type BuiltBatch,
  buildBatch,
  type Committed,
  commitBatch,
  sequence,
  submit,
} from "../../node/sequencer.ts";
import { type Action, type WatchReport, watchOnce } from "../../watchtower/watch.ts";
import type { Actor } from "./actors.ts";
import { type Lie, type Lying, lie } from "./dishonest.ts";
import { BASE_FEE, type Call, type SignedCall, sign } from "./l2-calls.ts";
import type { Stage } from "./stage.ts";

export async function postBond(stage: Stage, actor: Actor, amount: bigint): Promise<void> {
  await stage.step(actor.name, `posts a bond of ${ether(amount)}`, () =>
    depositBond(stage.node, actor.signer, amount),
  );
}

/** From L1 to the actor's own account on L2. */
export async function deposit(stage: Stage, actor: Actor, amount: bigint): Promise<void> {
  await stage.step(actor.name, `deposits ${ether(amount)}`, () =>
    depositEth(stage.node, actor.signer, amount),
  );
  const { address } = actor;
  stage.oracle.enqueue({
    kind: Kind.depositEth,
    sender: address,
    recipient: address,
    token: NOTHING_ADDRESS,
    amount,
  });
}

export async function depositTokens(stage: Stage, actor: Actor, amount: bigint): Promise<void> {
  const { token } = stage;
  await stage.step(actor.name, `deposits ${amount} tokens`, () =>
    depositToken(stage.node, actor.signer, token, amount),
  );
  const { address } = actor;
  stage.oracle.enqueue({ kind: Kind.depositToken, sender: address, recipient: address, token, amount });
}

/** A withdrawal that no sequencer can leave out for ever. */
export async function forceWithdrawal(stage: Stage, actor: Actor, amount: bigint): Promise<void> {
  const { address } = actor;
  await stage.step(actor.name, `forces a withdrawal of ${ether(amount)} through L1`, () =>
    force(stage.node, actor.signer, { kind: "withdraw", recipient: address, amount }),
  );
  stage.oracle.enqueue({
    kind: Kind.forcedWithdrawEth,
    sender: address,
    recipient: address,
    token: NOTHING_ADDRESS,
    amount,
  });
}

/** Signs each actor's calls with its next nonces. */
export async function signAll(stage: Stage, calls: readonly Call[]): Promise<readonly SignedCall[]> {
  const signed: SignedCall[] = [];
  for (const call of calls) {
    const nonce = stage.nonces.get(call.from.name) ?? 0n;
    stage.nonces.set(call.from.name, nonce + 1n);
    signed.push(await sign(call, nonce, stage.book.l2ChainId));
  }
  for (const one of signed) stage.oracle.submit(one);
  return signed;
}

/** The calls, signed, into the sequencer's pool. */
export async function send(
  stage: Stage,
  what: string,
  calls: readonly Call[],
): Promise<readonly SignedCall[]> {
  const signed = await signAll(stage, calls);
  await stage.step("sequencer", `takes in ${signed.length} transactions: ${what}`, async () => {
    for (const { raw } of signed) await submit(stage.node, stage.mempool, raw, { baseFee: BASE_FEE });
  });
  return signed;
}

export interface CommitOptions extends BuildOptions {
  /** In which order the pool's transactions must stand: as they came, or in any after a rollback returned them. */
  readonly order?: "arrival" | "any";
}

const honestOptions = (stage: Stage): BuildOptions => ({
  baseFee: BASE_FEE,
  feeRecipient: stage.cast.sequencer.address,
});

/** The sequencer does its job: it runs the circuit and L1's decoder over each segment first. */
export async function commitHonest(
  stage: Stage,
  { order = "arrival", ...options }: CommitOptions = {},
): Promise<Committed> {
  const { node, mempool, cast, oracle, prover } = stage;
  const committed = await stage.step(
    "sequencer",
    ({ number, segments, transactions, queueItems }: Committed) =>
      `commits batch ${number}: ${queueItems} queue items, ${transactions.length} transactions, ${segments} segments`,
    () =>
      sequence(node, mempool, cast.sequencer.signer, {
        ...honestOptions(stage),
        ...options,
        checks: { circuit: prover },
      }),
  );
  const predicted = order === "any" ? oracle.commit(committed.transactions) : oracle.commit();
  stage.check(`segments of batch ${committed.number}`, predicted.checkpoints.length, committed.segments);
  return committed;
}

/** What the honest sequencer would commit now. */
export async function buildHonest(stage: Stage, options: BuildOptions = {}): Promise<BuiltBatch> {
  const { node, mempool } = stage;
  await node.derivation.sync();
  const { waiting } = poolStatus(node, await mempool.list());
  return buildBatch(node, waiting, { ...honestOptions(stage), ...options });
}

/** The sequencer commits the honest batch with one lie in it. */
export async function commitLie(stage: Stage, its: Lie): Promise<Committed & Lying> {
  const { node, cast } = stage;
  const lying = lie(node, await buildHonest(stage), its);
  const committed = await stage.step(
    "sequencer",
    ({ number, segments }: Committed) =>
      `commits batch ${number}, where segment ${its.segment} of ${segments} makes ${ether(its.amount)} out of nothing`,
    () => commitBatch(node, cast.sequencer.signer, lying.built),
  );
  await node.derivation.sync();
  return { ...committed, ...lying };
}

/** One round of an actor's watchtower. It sees L1 and nothing else. */
export async function watch(
  stage: Stage,
  actor: Actor,
  may: readonly Action[],
  what: string,
): Promise<readonly WatchReport[]> {
  const { watchNode, prover } = stage;
  const { reports } = await stage.step(actor.name, what, () =>
    watchOnce(watchNode, { prover, signer: actor.signer, may }),
  );
  for (const { error, insteadOf } of reports) {
    // A fallback is no part of a scenario.
    if (insteadOf !== undefined) throw insteadOf.error;
    if (error !== undefined) throw error;
  }
  await Promise.all([watchNode.derivation.sync(), stage.node.derivation.sync()]);
  return reports;
}

/** Challenges a segment, right or wrong, without looking. Returns the bond. */
export async function challengeBlindly(stage: Stage, actor: Actor, id: Hex, segment: number) {
  await stage.node.derivation.sync();
  return await stage.step(actor.name, `challenges segment ${segment}`, () =>
    challenge(stage.node, actor.signer, id, segment, { unchecked: true }),
  );
}

export async function wait(stage: Stage, seconds: bigint, what: string): Promise<void> {
  await stage.step("clock", what, () => stage.increaseTime(seconds));
}

/** Finalizes all that L1 allows. */
export async function finalizeAllowed(stage: Stage, actor: Actor): Promise<void> {
  await stage.step(
    actor.name,
    (receipts: readonly unknown[]) => `makes ${receipts.length} batch(es) final`,
    () => finalizeAll(stage.node, actor.signer),
  );
}

/** Claims all exits of an actor that are final. */
export async function claimAll(stage: Stage, actor: Actor): Promise<void> {
  const { node } = stage;
  await node.derivation.sync();
  const exits = findExits(node, actor.address).filter(
    ({ status }) => status !== "pending" && status !== "claimed",
  );
  await stage.step(actor.name, `claims ${exits.length} withdrawal(s)`, async () => {
    for (const { number, index } of exits) await claimExit(node, actor.signer, number, index);
  });
  for (const exit of exits) stage.paid.add(`${exit.number}:${exit.index}`);
}

/** Opens the batches' last checkpoints, which credits their fees, and claims them all at once. */
export async function claimFeesOf(stage: Stage, actor: Actor, numbers: readonly bigint[]): Promise<void> {
  const { node } = stage;
  await node.derivation.sync();
  await stage.step(actor.name, `claims the fees of batch ${numbers.join(", ")}`, async () => {
    for (const number of numbers) {
      if (!node.derivation.view.opened.has(number)) await openCheckpoint(node, actor.signer, number);
    }
    await claimFees(node, actor.signer, actor.address);
  });
  for (const number of numbers) stage.feesPaid.add(number);
}

/** A proof of one segment, for the actor's own account; nothing is sent. */
export async function prove(stage: Stage, actor: Actor, id: Hex, segment: number): Promise<ProvenSegment> {
  await stage.watchNode.derivation.sync();
  return await stage.step(
    actor.name,
    ({ provingMs }: ProvenSegment) => `proves segment ${segment} in ${provingMs} ms`,
    () => proveSegment(stage.watchNode, stage.prover, id, segment, actor.address),
  );
}

/** Proves every segment of a batch on L1, and makes it final if its parent is. */
export async function proveAll(stage: Stage, actor: Actor, id: Hex): Promise<boolean> {
  await stage.watchNode.derivation.sync();
  const { number } = stage.watchNode.derivation.batch(id).header;
  const { finalized } = await stage.step(
    actor.name,
    (done: EarlyFinality) =>
      `proves all ${done.proven.length} segments of batch ${number}${done.finalized ? ", which is final at once" : ""}`,
    () => proveBatch(stage.watchNode, stage.prover, actor.signer, id),
  );
  return finalized !== undefined;
}

/** L1 must refuse, with just this error. */
export async function refused(
  stage: Stage,
  actor: Actor,
  what: string,
  error: string,
  action: () => Promise<unknown>,
): Promise<void> {
  const answer = await stage.step(
    actor.name,
    (name: string) => `${what}: refused, ${name}`,
    () => refusalOf(action),
  );
  stage.check(`${what}: L1's answer`, error, answer);
}

/** The name of the error with which L1 refuses; `nothing` if it does not. */
export async function refusalOf(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
    return "nothing";
  } catch (reason) {
    if (isLuntraError(reason, "CALL_REVERTED")) return reason.args.error;
    throw reason;
  }
}

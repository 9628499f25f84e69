// Disputes as people see them: what is open, who may act until when, what it pays; and the calls that need no proof.

import type { Signer } from "ethers";
import { challengeBond, rewardOf } from "../chain/economics.ts";
import { ask } from "../chain/l1.ts";
import { type Receipt, send, withSigner } from "../chain/client.ts";
import { batchOf } from "../chain/opening.ts";
import type { DerivedBatch, DerivedChallenge, Hex } from "../chain/types.ts";
import { finalityOf, pendingOf } from "../chain/view.ts";
import { fail, isLuntraError } from "../errors.ts";
import type { Node } from "./node.ts";

export interface DisputeStatus extends DerivedChallenge {
  /** What may be done now. Empty: the dispute is over. */
  readonly moves: readonly Move[];
}

export interface Move {
  readonly move: "answer" | "refute" | "timeout" | "refund";
  readonly by: "anyone with a validity proof" | "anyone with a fraud proof" | "anyone";
  /** Protocol time from which the move is possible; absent: now. */
  readonly from?: bigint;
  /** Proofs have no deadline, but from this second on anybody may end the dispute the other way. */
  readonly before?: bigint;
  readonly paysTo: "the proof's beneficiary" | "the challenger";
  /** What it pays, in wei: a reward, and the challenger's own bond if that is released. */
  readonly pays: bigint;
}

/** Challenges in the order in which they were opened; those that are over only on request. */
export function disputes(
  { chain, derivation }: Pick<Node, "chain" | "derivation">,
  options: { readonly closed?: boolean } = {},
): readonly DisputeStatus[] {
  const { parameters } = chain.book;
  const batchReward = rewardOf(parameters.batchBond, parameters);
  const statuses: DisputeStatus[] = [];
  for (const { challenges } of derivation.view.disputes.values()) {
    for (const challenge of challenges) {
      const { id, bond } = challenge;
      const reward = { challenge: rewardOf(bond, parameters), batch: batchReward };
      const moves = movesOf(challenge, derivation.batch(id), reward);
      if (moves.length > 0 || options.closed) statuses.push({ ...challenge, moves });
    }
  }
  return statuses.sort((a, b) => a.block - b.block || a.segment - b.segment);
}

function movesOf(
  { outcome, bond, deadline }: DerivedChallenge,
  { status }: DerivedBatch,
  reward: { readonly challenge: bigint; readonly batch: bigint },
): readonly Move[] {
  if (outcome !== "open") return [];
  if (status === "dead") return [{ move: "refund", by: "anyone", paysTo: "the challenger", pays: bond }];
  const byProof = { paysTo: "the proof's beneficiary", before: deadline } as const;
  return [
    { move: "answer", by: "anyone with a validity proof", pays: reward.challenge, ...byProof },
    { move: "refute", by: "anyone with a fraud proof", pays: reward.batch, ...byProof },
    { move: "timeout", by: "anyone", from: deadline, paysTo: "the challenger", pays: reward.batch + bond },
  ];
}

export interface Challenged extends Receipt {
  /** Protocol time. */
  readonly deadline: bigint;
  readonly bond: bigint;
}

/**
 * The batch as L1 has it now: whoever is about to send something about it may have seen another history. Throws UNKNOWN_BATCH
 * if L1 was reorganised and knows it no more; a batch that was rolled back is still known.
 */
export async function knownBatch(node: Node, id: Hex): Promise<DerivedBatch> {
  await node.derivation.sync();
  return node.derivation.batch(id);
}

export interface ChallengeOptions {
  /** Challenge without re-executing. */
  readonly unchecked?: boolean;
  /** Most that the bond may be, in wei; what it costs at twice the latest base fee if left out. */
  readonly maxBond?: bigint;
}

/**
 * Challenges a segment. Unless `unchecked`, refuses (NOT_FIRST_WRONG) every segment but the first wrong one: any other
 * may be provable, and then the bond is lost.
 */
export async function challenge(
  node: Node,
  signer: Signer,
  id: Hex,
  segment: number,
  options: ChallengeOptions = {},
): Promise<Challenged> {
  const { number } = (await knownBatch(node, id)).header;
  if (!options.unchecked) {
    const { wrong } = node.execute(id);
    if (wrong !== segment) fail("NOT_FIRST_WRONG", { id, segment, first: String(wrong ?? "none") });
  }
  const { challenges } = withSigner(node.chain, signer);
  const maxBond = options.maxBond ?? (await bondAtTwiceTheBaseFee(node));
  const receipt = await send(node.chain, `the challenge of segment ${segment} of batch ${id}`, () =>
    challenges.challenge(number, id, segment, maxBond),
  );
  const { deadline, bond } = eventIn(challenges.interface, receipt, "Challenged");
  return { ...receipt, deadline: BigInt(String(deadline)), bond: BigInt(String(bond)) };
}

/** Six full blocks may go by before the challenge is in. */
async function bondAtTwiceTheBaseFee({ chain }: Node): Promise<bigint> {
  const block = await ask("the latest base fee", () => chain.provider.getBlock("latest"));
  return challengeBond(chain.book.parameters, 2n * (block?.baseFeePerGas ?? 0n));
}

export async function timeout(node: Node, signer: Signer, id: Hex, segment: number): Promise<Receipt> {
  const { number } = (await knownBatch(node, id)).header;
  const { challenges } = withSigner(node.chain, signer);
  return await send(node.chain, `the timeout of segment ${segment} of batch ${id}`, () =>
    challenges.timeout(number, id, segment),
  );
}

/** Gives the bond of a batch back that is neither live nor refuted: it died with an ancestor. */
export async function refundBatch(node: Node, signer: Signer, id: Hex): Promise<Receipt> {
  const batch = batchOf(await knownBatch(node, id));
  const { challenges } = withSigner(node.chain, signer);
  return await send(node.chain, `the refund of batch ${id}`, () => challenges.refundBatch(batch));
}

/** Gives the bond of an open challenge back whose batch died for another reason. */
export async function refundChallenge(
  node: Node,
  signer: Signer,
  id: Hex,
  segment: number,
): Promise<Receipt> {
  const batch = batchOf(await knownBatch(node, id));
  const { challenges } = withSigner(node.chain, signer);
  return await send(node.chain, `the refund of the challenge of segment ${segment} of batch ${id}`, () =>
    challenges.refundChallenge(batch, segment),
  );
}

export async function finalize(node: Node, signer: Signer, id: Hex): Promise<Receipt> {
  await knownBatch(node, id);
  const { rollup } = withSigner(node.chain, signer);
  return await send(node.chain, `finality of batch ${id}`, () => rollup.finalize(id));
}

/** What of an account's is still locked though the batch that it stood behind, or against, died for another reason. */
export interface Refundable {
  readonly id: Hex;
  readonly number: bigint;
  /** Of the account's challenge; absent: the bond behind the account's batch. */
  readonly segment?: number;
}

export function refundable(node: Node, account: Hex): readonly Refundable[] {
  const { dead, disputes: all } = node.derivation.view;
  const own = account.toLowerCase();
  return dead.flatMap(({ id, header: { number }, committer }) => {
    const its = all.get(id);
    const challenges = its?.challenges ?? [];
    const timedOut = challenges.some(({ outcome }) => outcome === "timed-out");
    const bond = committer === own && its?.fraud === undefined && !timedOut && !its?.refunded;
    const open = challenges.filter(({ challenger, outcome }) => challenger === own && outcome === "open");
    return [
      ...(bond ? [{ id, number }] : []),
      ...open.map(({ segment }): Refundable => ({ id, number, segment })),
    ];
  });
}

export async function refund(node: Node, signer: Signer, { id, segment }: Refundable): Promise<Receipt> {
  if (segment === undefined) return await refundBatch(node, signer, id);
  return await refundChallenge(node, signer, id, segment);
}

/** Whether L1 would make the batch final at its latest block. */
export function isFinalizable(node: Node, batch: DerivedBatch): boolean {
  const { view, chain } = node.derivation;
  if (view.paused || batch.status !== "pending" || batch.header.number !== view.finalized + 1n) return false;
  const from = finalityOf(view, batch, chain.book.parameters);
  return from !== undefined && view.time >= from;
}

/** Finalizes batch after batch until L1 refuses one. */
export async function finalizeAll(node: Node, signer: Signer): Promise<readonly Receipt[]> {
  const receipts: Receipt[] = [];
  try {
    for (const { id } of pendingOf(await node.derivation.sync()))
      receipts.push(await finalize(node, signer, id));
  } catch (error) {
    const refused = isLuntraError(error, "CALL_REVERTED") && error.args.error === "NotFinalizable";
    if (!refused) throw error;
  }
  await node.derivation.sync();
  return receipts;
}

interface EventSource {
  parseLog(log: { topics: string[]; data: string }): { name: string; args: Record<string, unknown> } | null;
}

function eventIn(source: unknown, { logs, transaction }: Receipt, name: string): Record<string, unknown> {
  for (const { topics, data } of logs) {
    const parsed = (source as EventSource).parseLog({ topics: [...topics], data });
    if (parsed?.name === name) return parsed.args;
  }
  return fail("L1_DATA_MISSING", { what: `the event ${name} in ${transaction}` });
}

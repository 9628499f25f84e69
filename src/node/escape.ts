// Leaving a frozen rollup: balances of the last final state, alone or in bulk, and deposits that no final batch took.

import type { Signer } from "ethers";
import { type Receipt, read, send, withSigner } from "../chain/client.ts";
import { batchOf } from "../chain/opening.ts";
import { type Hex, NOTHING_ADDRESS, type QueueEntry } from "../chain/types.ts";
import { lastFinalOf, recordName } from "../chain/view.ts";
import { fail, isLuntraError, type LuntraError } from "../errors.ts";
import { Kind, type State, toBytes32 } from "../model/index.ts";
import {
  type EscapeCall,
  escapeCall,
  type OwnedLeaf,
  type Subtree,
  singleLeaf,
  subtreesOf,
} from "./escape-proof.ts";
import type { Node } from "./node.ts";

/** A balance of the last final state. */
export interface EscapeRecord extends OwnedLeaf {
  /** open: nobody has escaped it. credited: to be paid to its owner by whoever calls. */
  readonly status: "open" | "credited" | "paid";
}

export interface EscapeStatus {
  readonly frozen: boolean;
  /** The state root that records escape from; absent until somebody opens it. */
  readonly root?: Hex;
  readonly records: readonly EscapeRecord[];
  /** Deposits that no final batch took. */
  readonly deposits: readonly (QueueEntry & { readonly reclaimed: boolean })[];
}

/** What is left to take out of the last final state and of the queue, of one account or of everybody. */
export function escapeStatus(node: Node, account?: Hex): EscapeStatus {
  const { frozen, escape: its } = node.derivation.view;
  const own = account?.toLowerCase();
  return {
    frozen,
    ...(its.root === undefined ? {} : { root: its.root }),
    records: lastFinalRecords(node).filter((record) => own === undefined || record.account === own),
    deposits: leftDeposits(node, account).map((item) => ({
      ...item,
      reclaimed: its.reclaimed.has(item.index),
    })),
  };
}

function lastFinalState(node: Node): State {
  return node.stateAfter(lastFinalOf(node.derivation.view).id);
}

/**
 * Every balance of the last final state, by index. The tree holds hashes of owners only; who they are stands in the records
 * that brought them in. What was sent to account 0 belongs to nobody: L1 lets nobody escape with it.
 */
function lastFinalRecords(node: Node): readonly EscapeRecord[] {
  const { live, finalized, escape: its } = node.derivation.view;
  const state = lastFinalState(node);
  const seen = new Set<string>();
  const found: EscapeRecord[] = [];
  const look = (token: Hex, account: Hex) => {
    if (account === NOTHING_ADDRESS) return;
    const name = recordName(token, account);
    if (seen.has(name)) return;
    seen.add(name);
    const ofEther = token === NOTHING_ADDRESS;
    const key = ofEther ? state.accountKey(BigInt(account)) : state.tokenKey(BigInt(token), BigInt(account));
    const { index, leaf, found: present } = state.tree.lookup(key);
    if (!present || leaf.lo === 0n) return;
    const escaped = its.escaped.get(name);
    const status = escaped === undefined ? "open" : escaped.paid ? "paid" : "credited";
    found.push({ index, token, account, amount: leaf.lo, nonce: leaf.hi, next: leaf.next, status });
  };
  for (const { id } of live.slice(1, Number(finalized) + 1)) {
    for (const { sender, recipient, token } of node.execute(id).records) {
      for (const account of [sender, recipient]) {
        look(NOTHING_ADDRESS, account);
        look(token, account);
      }
    }
  }
  return found.sort((a, b) => a.index - b.index);
}

/** Opens the last final state for escapes, if nobody has. Throws NOT_FROZEN. */
export async function openState(node: Node, signer: Signer): Promise<Receipt | undefined> {
  const view = await node.derivation.sync();
  if (!view.frozen) fail("NOT_FROZEN", {});
  if (view.escape.root !== undefined) return undefined;
  const last = lastFinalOf(view);
  const { stateRoot, leafCount, exitRoot, exitCount, fees } = node.preimage(last.id);
  const roots = { stateRoot: toBytes32(stateRoot), exitRoot: toBytes32(exitRoot) };
  const { bridge } = withSigner(node.chain, signer);
  return await send(node.chain, `opening the state after batch ${last.id}`, () =>
    bridge.openState(batchOf(last), { ...roots, leafCount, exitCount, fees }),
  );
}

/** What a bulk of calls came to. */
export interface Escaped {
  readonly records: readonly OwnedLeaf[];
  readonly receipts: readonly Receipt[];
  /** Credited, but the owner, or the token, refused the payment, or made it too dear; the credit stays. */
  readonly refused: readonly OwnedLeaf[];
}

export type OnStep = (step: string) => void;

/** Credits and pays all balances of one account. Anyone may. Throws NOTHING_TO_ESCAPE. */
export async function escapeAccount(node: Node, signer: Signer, account: Hex): Promise<Escaped> {
  const opened = await openState(node, signer);
  await node.derivation.sync();
  const own = escapeStatus(node, account).records.filter(({ status }) => status !== "paid");
  if (own.length === 0) fail("NOTHING_TO_ESCAPE", { account });
  const state = lastFinalState(node);
  const receipts: Receipt[] = opened === undefined ? [] : [opened];
  for (const record of own.filter(({ status }) => status === "open")) {
    receipts.push(await sendEscape(node, signer, escapeCall(state, singleLeaf(record))));
  }
  const paid = await payEscapes(node, signer, account);
  return { records: own, receipts: [...receipts, ...paid.receipts], refused: paid.refused };
}

/** What L1 refused to credit, though it took other subtrees. */
export interface UnprovenSubtree {
  readonly first: number;
  readonly records: readonly OwnedLeaf[];
  readonly error: LuntraError<"CALL_REVERTED">;
}

export interface EscapedAll extends Escaped {
  readonly unproven: readonly UnprovenSubtree[];
}

/**
 * Credits every balance that has not escaped, whole subtrees at a time. Pays nothing: `payEscapes` does. A subtree that L1
 * refuses holds no other up, and is reported.
 */
export async function escapeAll(node: Node, signer: Signer, onStep: OnStep = () => {}): Promise<EscapedAll> {
  const opened = await openState(node, signer);
  await node.derivation.sync();
  const records = lastFinalRecords(node).filter(({ status }) => status === "open");
  const state = lastFinalState(node);
  const receipts: Receipt[] = opened === undefined ? [] : [opened];
  const unproven: UnprovenSubtree[] = [];
  const subtrees = subtreesOf(records, state.tree.depth);
  const prove = async (subtree: Subtree): Promise<void> => {
    try {
      receipts.push(await sendEscape(node, signer, escapeCall(state, subtree)));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      unproven.push({ first: subtree.first, records: subtree.owned, error });
    }
  };
  for (const [i, subtree] of subtrees.entries()) {
    onStep(`escape ${i + 1} of ${subtrees.length}: ${subtree.owned.length} record(s)`);
    await prove(subtree);
  }
  await node.derivation.sync();
  const left = new Set(unproven.flatMap((subtree) => subtree.records.map(({ index }) => index)));
  return { records: records.filter(({ index }) => !left.has(index)), receipts, refused: [], unproven };
}

/** Of this one call, as opposed to all calls while time stands still. */
function isRefusal(error: unknown): error is LuntraError<"CALL_REVERTED"> {
  return isLuntraError(error, "CALL_REVERTED") && error.args.error !== "ClockPaused";
}

async function sendEscape(node: Node, signer: Signer, call: EscapeCall): Promise<Receipt> {
  const { bridge } = withSigner(node.chain, signer);
  const { first, leaves, path } = call;
  return await send(node.chain, `the escape of ${leaves.length} leaves from ${first}`, () =>
    bridge.escape(first, leaves, path),
  );
}

/** Payments in one call: with 42k gas each, well below what a transaction may take. */
const PAYMENTS = 100;
/** Most gas that a call to everybody may take: for each payment, or in all if that is more. */
const GAS_EACH = 60_000n;
const GAS_ALONE = 300_000n;

/**
 * Pays what is credited, of one account or of everybody, asset by asset. Who refuses is left out, and reported; so is, among
 * everybody, who burns the gas of whoever pays. One account alone is paid at any price.
 */
export async function payEscapes(
  node: Node,
  signer: Signer,
  account?: Hex,
  onStep: OnStep = () => {},
): Promise<Escaped> {
  await node.derivation.sync();
  const credited = escapeStatus(node, account).records.filter(({ status }) => status === "credited");
  const receipts: Receipt[] = [];
  const refused: OwnedLeaf[] = [];
  const { bridge } = withSigner(node.chain, signer);
  const isDear = (gas: bigint, payments: number) =>
    account === undefined && gas > GAS_ALONE && gas > GAS_EACH * BigInt(payments);
  const pay = async (token: Hex, its: readonly OwnedLeaf[]): Promise<void> => {
    const accounts = its.map((record) => record.account);
    const about = `payments of token ${token} to ${its.length} account(s)`;
    try {
      onStep(
        `payments of ${token === NOTHING_ADDRESS ? "ETH" : `token ${token}`} to ${its.length} account(s)`,
      );
      const gas = await read(node.chain, about, () => bridge.payEscapes.estimateGas(token, accounts));
      if (!isDear(gas, its.length)) {
        // What a recipient burns beyond its estimate fails.
        const gasLimit = gas + gas / 4n;
        receipts.push(await send(node.chain, about, () => bridge.payEscapes(token, accounts, { gasLimit })));
        return;
      }
    } catch (error) {
      if (!isRefusal(error) && !isOutOfGas(error)) throw error;
    }
    if (its.length === 1) refused.push(...its);
    else {
      const half = Math.ceil(its.length / 2);
      await pay(token, its.slice(0, half));
      await pay(token, its.slice(half));
    }
  };
  for (const [token, its] of Map.groupBy(credited, (record) => record.token)) {
    for (let i = 0; i < its.length; i += PAYMENTS) await pay(token, its.slice(i, i + PAYMENTS));
  }
  await node.derivation.sync();
  return { records: credited.filter((record) => !refused.includes(record)), receipts, refused };
}

/** Nodes say so in their own words when no gas limit is enough for an estimate. */
function isOutOfGas(error: unknown): boolean {
  return isLuntraError(error, "L1_UNAVAILABLE") && /out of gas|gas required exceeds/i.test(error.args.reason);
}

/** Queue items from where finality ended that brought money. */
function leftDeposits(node: Node, depositor?: Hex): readonly QueueEntry[] {
  const { view } = node.derivation;
  const own = depositor?.toLowerCase();
  return view.queue
    .slice(Number(lastFinalOf(view).header.queueEnd))
    .filter(({ kind }) => BigInt(kind) === Kind.depositEth || BigInt(kind) === Kind.depositToken)
    .filter(({ sender }) => own === undefined || sender === own);
}

/**
 * Deposits that can be returned, of one depositor or of all. From the queue alone: they return even if the last final state
 * is wrong and cannot be computed.
 */
export function reclaimable(node: Node, depositor?: Hex): readonly QueueEntry[] {
  const { reclaimed } = node.derivation.view.escape;
  return leftDeposits(node, depositor).filter(({ index }) => !reclaimed.has(index));
}

/** Returns a deposit that no final batch took to its depositor. Anyone may. Throws NOT_FROZEN, NOTHING_TO_RECLAIM. */
export async function reclaim(node: Node, signer: Signer, index: bigint): Promise<Receipt> {
  if (!(await node.derivation.sync()).frozen) fail("NOT_FROZEN", {});
  const found = reclaimable(node).find((item) => item.index === index);
  if (found === undefined) return fail("NOTHING_TO_RECLAIM", { what: `item ${index}` });
  const { kind, sender, recipient, token, amount } = found;
  const { bridge } = withSigner(node.chain, signer);
  return await send(node.chain, `the return of deposit ${index}`, () =>
    bridge.reclaim(index, { kind, sender, recipient, token, amount }),
  );
}

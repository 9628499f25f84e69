// The second layer of a history: what each segment leads to, and what a batch claims that it leads to.

import { id } from "ethers";
import {
  accountKey,
  applySegment,
  encodeSegment,
  type Exit,
  gasOf,
  type Hash,
  INSTANCES,
  type InstanceName,
  Kind,
  type QueueItem,
  queueSegments,
  type SegmentWords,
  State,
  wordsOfData,
  wordsOfItems,
} from "../../src/model/index.ts";
import type { SegmentData } from "../../src/chain/types.ts";
import { signRecord, type Wallet } from "../support/vectors-wallet.ts";
import type { Asset, Lie, Payment, User } from "./calls.ts";

export const BASE_FEE = 7n;
const ACCOMPLICE = 0xacc0n;
/** Ether out of nothing, for the accomplice of a lie. */
const LOOT = 10n ** 24n;
const NO_RECORDS = Uint8Array.of(0);

export interface Setting {
  readonly instance: InstanceName;
  readonly l2ChainId: bigint;
  readonly hash: Hash;
  readonly token: string;
  readonly wallets: Readonly<Record<User, Wallet>>;
}

/** A segment with the state that it starts from, if anybody knows it. */
export interface Segment {
  readonly data: SegmentData;
  readonly words: SegmentWords;
  readonly start: State | undefined;
  readonly truth: bigint | undefined;
  readonly claim: bigint;
}

export interface Layer2Batch {
  readonly segments: readonly Segment[];
  /** The state that the last claim stands for, if for any. */
  readonly end: State | undefined;
  readonly exits: readonly Exit[];
}

export function genesisOf({ instance, hash }: Setting): Layer2Batch {
  return { segments: [], end: State.genesis({ ...INSTANCES[instance], hash }), exits: [] };
}

export function batchOn(
  setting: Setting,
  parent: Layer2Batch,
  items: readonly QueueItem[],
  payments: readonly (Payment | undefined)[],
  lie: Lie | undefined,
): Layer2Batch {
  const { n } = INSTANCES[setting.instance];
  const queued = queueSegments([...items], n);
  const count = queued.length + payments.length;
  const segments: Segment[] = [];
  let state = parent.end?.clone();
  for (let i = 0; i < count; i++) {
    const start = state?.clone();
    const data = dataOf(setting, queued[i], payments[i - queued.length], state, i === 0);
    const words = { first: i === 0, records: recordsOf(setting, data) };
    const truth = state === undefined ? undefined : applySegment(state, words).checkpoint;
    let claim = truth ?? BigInt(id(`unknown ${i}`)) >> 8n;
    if (lie?.segment === i) {
      if (lie.how === "mint" && state !== undefined) mint(state);
      else state = undefined;
      claim = state?.checkpoint() ?? (truth === undefined ? claim + 1n : truth ^ 1n);
    }
    segments.push({ data, words, start, truth, claim });
  }
  return { segments, end: state, exits: [...(state?.exits.exits() ?? [])] };
}

export type Verdict = "right" | "wrong" | "unknowable";

/** Unknowable: nobody knows the state before it, so nobody can prove anything about it. */
export function verdictOf({ truth, claim }: Segment): Verdict {
  if (truth === undefined) return "unknowable";
  return truth === claim ? "right" : "wrong";
}

export function balanceOf(state: State, { token, wallets }: Setting, asset: Asset, user: User): bigint {
  const { address } = wallets[user];
  return asset === "eth" ? state.account(address).balance : state.tokenBalance(BigInt(token), address);
}

export function keyOf(state: State, { token, wallets }: Setting, asset: Asset, user: User): bigint {
  const { address } = wallets[user];
  return asset === "eth" ? state.accountKey(address) : state.tokenKey(BigInt(token), address);
}

function recordsOf({ instance, l2ChainId }: Setting, data: SegmentData) {
  const { n } = INSTANCES[instance];
  if (data.source === "queue") return wordsOfItems(data.items, n);
  return wordsOfData(data.bytes, { chainId: l2ChainId, baseFee: BASE_FEE, n });
}

function dataOf(
  setting: Setting,
  items: readonly QueueItem[] | undefined,
  payment: Payment | undefined,
  state: State | undefined,
  first: boolean,
): SegmentData {
  if (items !== undefined) return { source: "queue", items };
  if (payment === undefined || state === undefined) return { source: "data", bytes: NO_RECORDS };
  if (first) state.startBatch();
  return { source: "data", bytes: encodeSegment([signedRecord(setting, payment, state)]) };
}

function signedRecord(setting: Setting, { kind, asset, from, to, amount }: Payment, state: State) {
  const wallet = setting.wallets[from];
  const ofToken = asset === "token";
  const code =
    kind === "transfer"
      ? ofToken
        ? Kind.transferToken
        : Kind.transferEth
      : ofToken
        ? Kind.withdrawToken
        : Kind.withdrawEth;
  const fields = {
    kind: code,
    nonce: state.account(wallet.address).nonce,
    gasLimit: gasOf(code),
    maxFee: 2n * BASE_FEE,
    priority: 1n,
    token: ofToken ? BigInt(setting.token) : 0n,
    recipient: setting.wallets[to].address,
    amount,
  };
  return signRecord(wallet, fields, setting.l2ChainId);
}

function mint(state: State): void {
  const key = accountKey(ACCOMPLICE, state.hash);
  const { found, index, leaf } = state.tree.lookup(key);
  if (found) state.tree.set(index, { lo: leaf.lo + LOOT, hi: leaf.hi });
  else state.tree.insert(key, { lo: LOOT, hi: 0n });
}

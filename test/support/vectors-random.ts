// Long runs of random segments: all kinds, all outcomes, each segment starting where the last one ended.

import {
  applyRecord,
  capacityOf,
  encodeSegment,
  flagsOf,
  Kind,
  maxSegmentBytes,
  type QueueItem,
  type QueueKind,
  SECP256K1_ORDER,
  type SignedKind,
  type SignedRecord,
  State,
  toAddress,
  wordsOfItems,
  wordsOfRecord,
} from "../../src/model/index.ts";
import { DEPOSIT_KINDS, FORCED_KINDS, SIGNED_KINDS } from "./vectors-cases.ts";
import {
  dataSource,
  queueSource,
  type SegmentSource,
  type SegmentVector,
  type VectorOptions,
  vectorOf,
} from "./vectors-segment.ts";
import {
  addressOf,
  BASE_FEE,
  CHAIN_ID,
  feeAt,
  Random,
  type RecordFields,
  signRecord,
  type Wallet,
  walletOf,
} from "./vectors-wallet.ts";

export interface GenerateOptions extends VectorOptions {
  readonly seed: string | number;
  /** Segments to generate. */
  readonly count: number;
  /** Leaves that the state tree may use. */
  readonly capacity?: number;
}

/** Who and what takes part. Few of each, so that records meet one another. */
interface Cast {
  readonly wallets: readonly Wallet[];
  readonly tokens: readonly bigint[];
  readonly strangers: readonly bigint[];
}

const CAST: Cast = {
  wallets: ["ada", "ben", "cleo", "dan", "eve"].map(walletOf),
  tokens: [...["gold", "silver"].map(addressOf), 0n],
  strangers: Array.from({ length: 40 }, (_, i) => addressOf(`stranger ${i}`)),
};

export function generateSegments(options: GenerateOptions): SegmentVector[] {
  const { seed, count, n = 4, D = 20, E = 7, hash, capacity = capacityOf(D) } = options;
  const random = new Random(seed);
  let state = State.genesis({ D, E, capacity, ...(hash === undefined ? {} : { hash }) });

  const vectors: SegmentVector[] = [];
  let queueSegmentsLeft = 2;
  let dataSegmentsLeft = 1;
  let first = true;
  while (vectors.length < count) {
    const source =
      queueSegmentsLeft > 0
        ? randomQueueSource(random, state, n, vectors.length < 2)
        : randomDataSource(random, state, n);
    const vector = vectorOf(state, source, first, n);
    vectors.push(vector);
    state = vector.after;

    first = false;
    if (queueSegmentsLeft > 0) queueSegmentsLeft--;
    else dataSegmentsLeft--;
    if (queueSegmentsLeft + dataSegmentsLeft === 0) {
      first = true;
      queueSegmentsLeft = random.integer(3);
      dataSegmentsLeft = random.integer(4) + (queueSegmentsLeft === 0 ? 1 : 0);
    }
  }
  return vectors;
}

function randomQueueSource(random: Random, state: State, n: number, funding: boolean): SegmentSource {
  const items: QueueItem[] = [];
  const now = state.clone();
  const length = funding ? n : 1 + random.integer(n);
  while (items.length < length) {
    const item = funding || random.chance(40) ? randomDeposit(random) : randomForced(random, now);
    items.push(item);
    for (const words of wordsOfItems([item], 1)) applyRecord(now, words);
  }
  return queueSource(items);
}

function randomDeposit(random: Random): QueueItem {
  const kind = random.pick(DEPOSIT_KINDS);
  const recipient = random.chance(75) ? random.pick(CAST.wallets).address : random.pick(CAST.strangers);
  return {
    kind,
    sender: toAddress(random.pick(CAST.strangers)),
    recipient: toAddress(recipient),
    token: toAddress(randomToken(random, kind)),
    amount: 1n + random.below(10n ** 9n),
  };
}

function randomForced(random: Random, state: State): QueueItem {
  const kind = random.pick(FORCED_KINDS);
  const token = randomToken(random, kind);
  const sender = random.chance(85) ? random.pick(CAST.wallets).address : random.pick(CAST.strangers);
  const amount = randomAmount(random, purse(state, kind, token, sender));
  return {
    kind,
    sender: toAddress(sender),
    recipient: toAddress(randomRecipient(random, sender)),
    token: toAddress(token),
    amount: amount === 0n ? 1n : amount,
  };
}

function randomDataSource(random: Random, state: State, n: number): SegmentSource {
  const records: SignedRecord[] = [];
  const now = state.clone();
  const length = random.chance(70) ? n : random.integer(n);
  while (records.length < length) {
    const record = randomRecord(random, now);
    records.push(record);
    applyRecord(now, wordsOfRecord(record, CHAIN_ID, BASE_FEE));
  }
  // Bytes after the last record: none, or some that are ignored. A segment has at least one byte.
  const tail = records.length === 0 ? 1 + random.integer(40) : random.chance(20) ? random.integer(40) : 0;
  const room = maxSegmentBytes(n) - encodeSegment(records).length;
  return dataSource(records, random.bytes(Math.min(tail, room)));
}

function randomRecord(random: Random, state: State): SignedRecord {
  const wallet = random.pick(CAST.wallets);
  const kind = random.pick(SIGNED_KINDS);
  const token = randomToken(random, kind);
  const fee = feeAt({ kind });
  const held = purse(state, kind, token, wallet.address);
  const spendable = flagsOf(kind).token || held < fee ? held : held - fee;
  const fields: RecordFields = {
    kind,
    token,
    nonce: state.account(wallet.address).nonce,
    recipient: randomRecipient(random, wallet.address),
    amount: randomAmount(random, spendable),
  };
  return random.chance(75) ? signRecord(wallet, fields) : spoiled(random, wallet, fields);
}

/** A record with one thing wrong, or nearly wrong. */
function spoiled(random: Random, wallet: Wallet, fields: RecordFields): SignedRecord {
  const record = signRecord(wallet, fields);
  const sign = (change: Partial<RecordFields>) => signRecord(wallet, { ...fields, ...change });
  const ways: readonly (() => SignedRecord)[] = [
    () => sign({ nonce: record.nonce + 1n }),
    () => sign({ nonce: record.nonce === 0n ? 7n : record.nonce - 1n }),
    () => sign({ gasLimit: record.gasLimit - 1n }),
    () => sign({ maxFee: BASE_FEE - 1n, priority: 0n }),
    () => sign({ maxFee: BASE_FEE, priority: BASE_FEE + 1n }),
    () => sign({ maxFee: 2n ** 48n - 1n, priority: 2n ** 48n - 1n }),
    () => signRecord(walletOf("nobody"), fields),
    () => signRecord(wallet, fields, CHAIN_ID + 1n),
    () => ({ ...record, r: 0n }),
    () => ({ ...record, r: SECP256K1_ORDER }),
    () => ({ ...record, s: 0n }),
    () => ({ ...record, s: 2n ** 255n - 1n }),
    () => ({ ...record, parity: record.parity === 0 ? 1 : 0 }),
    () => ({ ...record, amount: record.amount + 1n }),
  ];
  return random.pick(ways)();
}

function randomToken(random: Random, kind: SignedKind | QueueKind): bigint {
  if (!flagsOf(kind).token) return 0n;
  // The bridge takes no deposit of token 0, but anybody may try to move it.
  const tokens = kind === Kind.depositToken ? CAST.tokens.filter((token) => token !== 0n) : CAST.tokens;
  return random.pick(tokens);
}

function randomRecipient(random: Random, sender: bigint): bigint {
  if (random.chance(10)) return sender;
  return random.chance(50) ? random.pick(CAST.wallets).address : random.pick(CAST.strangers);
}

/** Around the edges of what is there: nothing, a little, half, all, one too many. */
function randomAmount(random: Random, available: bigint): bigint {
  return random.pick([0n, 1n, available / 2n, available / 3n, available / 10n, available, available + 1n]);
}

function purse(state: State, kind: SignedKind | QueueKind, token: bigint, holder: bigint): bigint {
  return flagsOf(kind).token ? state.tokenBalance(token, holder) : state.account(holder).balance;
}

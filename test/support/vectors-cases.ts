// One minimal segment for each outcome that a record of each kind can have. Expected outcomes are written
// down here by hand from the protocol's case table; they do not come from the model.

import {
  applyRecord,
  capacityOf,
  ecrecover,
  type FailReason,
  flagsOf,
  gasOf,
  Kind,
  type KindName,
  kindName,
  NO_RECORD,
  type QueueItem,
  type QueueKind,
  type RecordWords,
  SECP256K1_ORDER,
  type SignedKind,
  type SignedRecord,
  type SkipReason,
  State,
  signingHash,
  toAddress,
} from "../../src/model/index.ts";
import {
  dataSource,
  queueSource,
  type SegmentSource,
  type SegmentVector,
  type VectorOptions,
  vectorOf,
} from "./vectors-segment.ts";
import { addressOf, BASE_FEE, CHAIN_ID, feeAt, signRecord, walletOf } from "./vectors-wallet.ts";

export interface Outcome {
  readonly status: "executed" | "failed" | "skipped";
  readonly reason?: SkipReason | FailReason;
  /** A leaf was inserted for the recipient. */
  readonly inserts?: boolean;
  /** An exit was appended. */
  readonly exits?: boolean;
}

export interface NamedCase {
  readonly name: string;
  readonly kind: KindName;
  /** Outcome of the segment's only record. */
  readonly outcome: Outcome;
  /** The state tree is full before the segment. */
  readonly full: boolean;
  readonly vector: SegmentVector;
}

export const SENDER = walletOf("sender");
/** Holds ETH and tokens before the segment. */
export const KNOWN = addressOf("known");
/** Holds nothing before the segment. */
export const STRANGER = addressOf("stranger");
export const TOKEN = addressOf("token");
export const OTHER_TOKEN = addressOf("other token");

export const SIGNED_KINDS: readonly SignedKind[] = [
  Kind.transferEth,
  Kind.transferToken,
  Kind.withdrawEth,
  Kind.withdrawToken,
];
export const FORCED_KINDS: readonly QueueKind[] = [
  Kind.forcedTransferEth,
  Kind.forcedTransferToken,
  Kind.forcedWithdrawEth,
  Kind.forcedWithdrawToken,
];
export const DEPOSIT_KINDS: readonly QueueKind[] = [Kind.depositEth, Kind.depositToken];

/**
 * Signatures that nobody made: any `r` and `s` recover to some account. The compact form has room for an `s` above half
 * the order, and only just.
 */
const HIGHEST_LOW_S = { r: 1n, s: SECP256K1_ORDER / 2n, parity: 0 } as const;
const HIGH_S = { ...HIGHEST_LOW_S, s: SECP256K1_ORDER / 2n + 1n } as const;

export const AMOUNT = 1000n;
const PLENTY = 10n ** 18n;

/** What there is before the segment. */
interface World {
  /** Who holds it; `SENDER` unless a signature recovers to somebody else, or account 0 is to be robbed. */
  readonly sender?: bigint;
  /** The sender's ETH and tokens: plenty by default; 0 is no record at all. */
  readonly eth?: bigint;
  readonly tokens?: bigint;
  readonly full?: boolean;
}

/** A case before it is run: the expected outcome, the world it happens in, and what differs from the usual record. */
interface Sketch<Change> extends Outcome {
  readonly name: string;
  readonly world?: World;
  readonly change?: Change;
}

const NOTHING = { status: "skipped", reason: "nothing" } as const;
const TOO_LOW = { status: "failed", reason: "balance too low" } as const;
const FULL = { status: "failed", reason: "tree full" } as const;
const EXECUTED = { status: "executed" } as const;

export function everyCase(options: VectorOptions = {}): NamedCase[] {
  return [
    ...SIGNED_KINDS.flatMap((kind) => signedCases(kind, options)),
    ...FORCED_KINDS.flatMap((kind) => queueCases(kind, forcedSketches(kind), options)),
    ...DEPOSIT_KINDS.flatMap((kind) => queueCases(kind, depositSketches(kind), options)),
    named(Kind.nothing, { name: "bytes that are no record", ...NOTHING }, noRecord(), options),
  ];
}

type SignedChange = Partial<SignedRecord> & { readonly chainId?: bigint };

function signedSketches(kind: SignedKind): Sketch<SignedChange>[] {
  const { token, credit } = flagsOf(kind);
  const fee = feeAt({ kind });
  const exact = token ? { eth: fee, tokens: AMOUNT } : { eth: fee + AMOUNT };
  const oneShort = token ? { tokens: AMOUNT - 1n } : { eth: fee + AMOUNT - 1n };
  const exits = !credit;
  const price = (maxFee: bigint, priority: bigint) => ({ maxFee, priority });

  const common: Sketch<SignedChange>[] = [
    { name: "to a known recipient", ...EXECUTED, exits },
    { name: "to a stranger", change: { recipient: STRANGER }, ...EXECUTED, exits, inserts: credit },
    { name: "spends the last of it", world: exact, ...EXECUTED, exits },
    { name: "amount 0", change: { amount: 0n }, ...EXECUTED },
    { name: "amount 0 to a stranger", change: { amount: 0n, recipient: STRANGER }, ...EXECUTED },
    { name: "pays just the base fee", change: price(BASE_FEE, 0n), ...EXECUTED, exits },
    { name: "priority equal to the maximum", change: price(BASE_FEE, BASE_FEE), ...EXECUTED, exits },
    { name: "full tree, known recipient", world: { full: true }, ...EXECUTED, exits },

    { name: "balance short of the amount by one", world: oneShort, ...TOO_LOW },

    { name: "sender absent", world: { eth: 0n }, status: "skipped", reason: "sender absent" },
    { name: "nonce ahead", change: { nonce: 1n }, status: "skipped", reason: "wrong nonce" },
    {
      name: "balance short of the fee by one",
      world: { eth: fee - 1n },
      status: "skipped",
      reason: "fee not covered",
    },
    {
      name: "signed for another chain",
      change: { chainId: CHAIN_ID + 1n },
      status: "skipped",
      reason: "sender absent",
    },
    { name: "gas limit one too low", change: { gasLimit: gasOf(kind) - 1n }, ...NOTHING },
    { name: "maximum fee one below the base fee", change: price(BASE_FEE - 1n, 0n), ...NOTHING },
    { name: "priority one above the maximum", change: price(BASE_FEE, BASE_FEE + 1n), ...NOTHING },
    { name: "signature without a signer", change: { r: 0n }, ...NOTHING },
    { name: "high s, though the recovered account could pay", change: HIGH_S, ...NOTHING },
    { name: "highest s that is not high", change: HIGHEST_LOW_S, ...EXECUTED, exits },
  ];
  const ofTransfers: Sketch<SignedChange>[] = [
    { name: "to itself", change: { recipient: SENDER.address }, ...EXECUTED },
    { name: "all of it to itself", world: exact, change: { recipient: SENDER.address }, ...EXECUTED },
    { name: "full tree, stranger", world: { full: true }, change: { recipient: STRANGER }, ...FULL },
    {
      name: "full tree, amount 0 to a stranger",
      world: { full: true },
      change: { recipient: STRANGER, amount: 0n },
      ...EXECUTED,
    },
    {
      name: "to itself, balance short by one",
      world: oneShort,
      change: { recipient: SENDER.address },
      ...TOO_LOW,
    },
  ];
  const ofTokens: Sketch<SignedChange>[] = [
    { name: "token that nobody holds", change: { token: OTHER_TOKEN }, ...TOO_LOW },
    { name: "token that nobody holds, amount 0", change: { token: OTHER_TOKEN, amount: 0n }, ...EXECUTED },
    { name: "token 0", change: { token: 0n }, ...TOO_LOW },
  ];
  return [...common, ...(credit ? ofTransfers : []), ...(token ? ofTokens : [])];
}

type ItemChange = Partial<QueueItem>;

function forcedSketches(kind: QueueKind): Sketch<ItemChange>[] {
  const { token, credit } = flagsOf(kind);
  const purse = (amount: bigint) => (token ? { tokens: amount } : { eth: amount });
  const exits = !credit;
  const stranger = toAddress(STRANGER);
  const itself = toAddress(SENDER.address);

  const common: Sketch<ItemChange>[] = [
    { name: "to a known recipient", ...EXECUTED, exits },
    { name: "to a stranger", change: { recipient: stranger }, ...EXECUTED, exits, inserts: credit },
    { name: "spends the last of it", world: purse(AMOUNT), ...EXECUTED, exits },
    { name: "full tree, known recipient", world: { full: true }, ...EXECUTED, exits },
    { name: "balance short of the amount by one", world: purse(AMOUNT - 1n), ...TOO_LOW },
    { name: "sender absent", world: { eth: 0n, tokens: 0n }, ...TOO_LOW },
    { name: "sender 0", change: { sender: toAddress(0n) }, status: "skipped", reason: "no sender" },
    // Anybody may deposit for account 0, and nobody may take it from there.
    {
      name: "sender 0 with funds",
      world: { sender: 0n },
      change: { sender: toAddress(0n) },
      status: "skipped",
      reason: "no sender",
    },
  ];
  const ofTransfers: Sketch<ItemChange>[] = [
    { name: "to itself", change: { recipient: itself }, ...EXECUTED },
    { name: "all of it to itself", world: purse(AMOUNT), change: { recipient: itself }, ...EXECUTED },
    { name: "full tree, stranger", world: { full: true }, change: { recipient: stranger }, ...FULL },
  ];
  const ofTokens: Sketch<ItemChange>[] = [
    { name: "sender without an account", world: { eth: 0n }, ...EXECUTED, exits },
    { name: "token that nobody holds", change: { token: toAddress(OTHER_TOKEN) }, ...TOO_LOW },
    { name: "token 0", change: { token: toAddress(0n) }, ...TOO_LOW },
  ];
  return [...common, ...(credit ? ofTransfers : []), ...(token ? ofTokens : [])];
}

function depositSketches(kind: QueueKind): Sketch<ItemChange>[] {
  const stranger = toAddress(STRANGER);
  const common: Sketch<ItemChange>[] = [
    { name: "to a known recipient", ...EXECUTED },
    { name: "to a stranger", change: { recipient: stranger }, ...EXECUTED, inserts: true },
    { name: "to the depositor", change: { recipient: toAddress(SENDER.address) }, ...EXECUTED },
    { name: "full tree, known recipient", world: { full: true }, ...EXECUTED },
    {
      name: "full tree, stranger: becomes an exit",
      world: { full: true },
      change: { recipient: stranger },
      ...EXECUTED,
      exits: true,
    },
  ];
  const second: Sketch<ItemChange> = {
    name: "second token of a known recipient",
    change: { token: toAddress(OTHER_TOKEN) },
    ...EXECUTED,
    inserts: true,
  };
  return flagsOf(kind).token ? [...common, second] : common;
}

function signedCases(kind: SignedKind, options: VectorOptions): NamedCase[] {
  const token = flagsOf(kind).token ? TOKEN : 0n;
  return signedSketches(kind).map((sketch) => {
    const { chainId = CHAIN_ID, ...change } = sketch.change ?? {};
    const fields = { kind, token, recipient: KNOWN, amount: AMOUNT, ...change };
    const record = { ...signRecord(SENDER, fields, chainId), ...change };
    // Where the signature is made up, whoever it recovers to pays.
    const sender = change.s === undefined ? SENDER.address : ecrecover(signingHash(record, chainId), record);
    const world = { ...sketch.world, sender };
    return named(kind, { ...sketch, world }, dataSource([record]), options);
  });
}

function queueCases(kind: QueueKind, sketches: Sketch<ItemChange>[], options: VectorOptions): NamedCase[] {
  const token = toAddress(flagsOf(kind).token ? TOKEN : 0n);
  const [sender, recipient] = [toAddress(SENDER.address), toAddress(KNOWN)];
  return sketches.map((sketch) => {
    const item = { kind, sender, recipient, token, amount: AMOUNT, ...sketch.change };
    return named(kind, sketch, queueSource([item]), options);
  });
}

function noRecord(): SegmentSource {
  return dataSource([], Uint8Array.of(0));
}

function named(
  kind: Kind,
  sketch: Sketch<unknown>,
  source: SegmentSource,
  options: VectorOptions,
): NamedCase {
  const { name, world = {}, status, reason, inserts = false, exits = false } = sketch;
  return {
    name: `${kindName(kind)}, ${name}: ${reason ?? status}`,
    kind: kindName(kind),
    outcome: { status, ...(reason === undefined ? {} : { reason }), inserts, exits },
    full: world.full ?? false,
    vector: vectorOf(stateOf(world, options), source, true, options.n ?? 4),
  };
}

/** A full tree is filled where it is small, and capped where filling it would take for ever. */
function stateOf(world: World, { D = 3, E = 3, hash }: VectorOptions): State {
  const { sender = SENDER.address, eth = PLENTY, tokens = PLENTY, full = false } = world;
  const deposits = [
    depositWords(sender, 0n, eth),
    depositWords(sender, TOKEN, tokens),
    depositWords(KNOWN, 0n, 5n),
    depositWords(KNOWN, TOKEN, 5n),
  ].filter(({ amount }) => amount > 0n);

  if (full && capacityOf(D) <= 27) {
    for (let i = deposits.length + 1; i < capacityOf(D); i++) {
      deposits.push(depositWords(addressOf(`filler ${i}`), 0n, 1n));
    }
  }
  const capacity = full ? 1 + deposits.length : capacityOf(D);
  const state = State.genesis({ D, E, capacity, ...(hash === undefined ? {} : { hash }) });
  for (const deposit of deposits) applyRecord(state, deposit);
  return state;
}

/** Words of a deposit; token 0 is ETH. */
export function depositWords(recipient: bigint, token: bigint, amount: bigint): RecordWords {
  const kind = token === 0n ? Kind.depositEth : Kind.depositToken;
  return { ...NO_RECORD, kind, sender: SENDER.address, recipient, token, amount };
}

// What the product promises in numbers, beside what a scenario measured: gas from L1's receipts, seconds by L1's clock.

/** A number with its unit; the measured one may be at most the promised one. */
export interface Figure {
  readonly what: string;
  readonly promised: string;
  readonly measured: string;
  readonly kept: boolean;
}

/** Rows of words under a title, for people to read. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Gas prices at which costs are told: a calm day of 2026, and one like those of 2021. In wei. */
export const GAS_PRICES = [1_000_000_000n, 30_000_000_000n] as const;

/** Seconds between two blocks of Ethereum. */
export const L1_BLOCK_SECONDS = 12;

/**
 * Gas that L1 takes for what a batch holds, at most (README, "What it costs"): a commit with one segment and its finalization, each
 * further segment, and each record, its share of the calldata floor of EIP-7623 included.
 */
export const GAS = { batch: 185_000n, segment: 3_000n, record: 5_500n } as const;

/** Of it, what data costs at EIP-7623's floor: header and counts, a checkpoint with its place, a record of 138 bytes. */
const DATA = { batch: 9_000n, segment: 2_500n, record: 5_600n } as const;

/** Of calldata, by EIP-7623's floor: 10 a token, of which a byte that is not zero is four. */
const FLOOR_PER_TOKEN = 10n;
const TOKENS_PER_BYTE = 4n;

/** Gas of a transaction's data alone, if L1 charges its floor for it. */
export function floorGas(data: Uint8Array): bigint {
  const zeros = BigInt(data.reduce((sum, byte) => sum + (byte === 0 ? 1 : 0), 0));
  return FLOOR_PER_TOKEN * (zeros + TOKENS_PER_BYTE * (BigInt(data.length) - zeros));
}

/** At most so much gas a transaction, shared evenly by those of one batch. */
export function gasPromised(transactions: number, segments: number): bigint {
  const { batch, segment, record } = GAS;
  const all = batch + segment * BigInt(segments - 1) + record * BigInt(transactions);
  return all / BigInt(transactions) + 1n;
}

/** As `gasPromised`, of the data alone. */
export function dataPromised(transactions: number, segments: number): bigint {
  const { batch, segment, record } = DATA;
  const all = batch + segment * BigInt(segments) + record * BigInt(transactions);
  return all / BigInt(transactions) + 1n;
}

export function gwei(price: bigint): string {
  return `${price / 1_000_000_000n} gwei`;
}

/** `1.5 min`, rounded up to the tenth. */
export function minutes(seconds: number): string {
  return `${(Math.ceil(seconds / 6) / 10).toFixed(1)} min`;
}

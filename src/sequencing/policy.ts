// When a segment is sealed and when a batch is closed, as pure functions of what waits, how long, and what L1 costs.

export interface Policy {
  /** A transaction waits this long for others to fill its segment. */
  readonly segmentMs: number;
  /** A batch is closed at this age. */
  readonly batchMs: number;
  /** Base fee of L1, in wei, above which a batch waits for a lower one; it never waits if left out. */
  readonly maxL1BaseFee?: bigint;
  /** How old a batch gets at most while L1 is dear. */
  readonly patienceMs: number;
}

/** Sealed within a second, on L1 within half a minute; up to ten minutes while L1 is dear. */
export const DEFAULT_POLICY: Policy = { segmentMs: 1_000, batchMs: 30_000, patienceMs: 600_000 };

export interface Waiting {
  /** Transactions that could go into a block. */
  readonly count: number;
  /** When the first of them arrived, in milliseconds since 1970. */
  readonly since: number;
  /** Items of L1's queue that no batch has taken. */
  readonly items: number;
  /** Whether a batch is open. */
  readonly open: boolean;
}

/** Whether a segment is to be sealed now. A batch that begins takes queue items, which have waited on L1. */
export function shouldSeal(
  { count, since, items, open }: Waiting,
  perSegment: number,
  now: number,
  policy: Policy,
): boolean {
  if (count >= perSegment) return true;
  if (count > 0 && now - since >= policy.segmentMs) return true;
  return items > 0 && !open;
}

export interface OpenBatch {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** An item that is not in it falls due soon: until then it must be on L1. */
  readonly pressed: boolean;
}

/** Whether the open batch is to be closed now; a full one closes by itself. */
export function shouldClose(
  { startedAt, pressed }: OpenBatch,
  l1BaseFee: bigint,
  now: number,
  policy: Policy,
): boolean {
  const age = now - startedAt;
  if (pressed || age >= Math.max(policy.batchMs, policy.patienceMs)) return true;
  if (age < policy.batchMs) return false;
  return policy.maxL1BaseFee === undefined || l1BaseFee <= policy.maxL1BaseFee;
}

// The tables, as kysely sees them. State is a function of L1 and of what stands here; only transactions that are in no
// batch yet exist nowhere else.

import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from "kysely";
import type { Hex } from "../chain/types.ts";

/** int8 and numeric are bigints on both drivers. All numerics here are whole numbers. */
type WholeNumber = ColumnType<bigint, bigint | number, bigint | number>;
type Time = ColumnType<Date, Date | undefined, Date>;

/** The pool. Rows stay until their batch is final. */
export interface TransactionTable {
  hash: Hex;
  sender: Hex;
  nonce: WholeNumber;
  raw: Hex;
  /** Order of arrival; a replacement arrives anew. */
  seq: GeneratedAlways<bigint>;
  received_at: Time;
}

/** Sealed segments of batches that are not on L1 yet. */
export interface SegmentTable {
  number: WholeNumber;
  segment: number;
  parent: Hex;
  source: "queue" | "data";
  first_item: WholeNumber | null;
  items: number | null;
  queue_hash: Hex | null;
  bytes: Hex | null;
  checkpoint: Hex;
  base_fee: WholeNumber;
  fee_recipient: Hex;
  /** Milliseconds since 1970. */
  sealed_at: WholeNumber;
  /** No segment follows this one in its batch. */
  closed: Generated<boolean>;
}

/** What was sent to L1, or may have been, for the position after `parent`. */
export interface CommitTable {
  parent: Hex;
  number: WholeNumber;
  /** Written as JSON text, read as the value. */
  header: JSONColumnType<object>;
  counter: WholeNumber;
  /** Whose nonce it is. */
  committer: Hex;
  l1_nonce: WholeNumber;
  calldata: Hex;
  l1_hash: Hex | null;
  created_at: Time;
}

/** Dead batches whose transactions were put back. */
export interface TakenUpTable {
  batch: Hex;
}

/** One row at most, of the node that leads or led last. */
export interface LeaderTable {
  id: number;
  epoch: WholeNumber;
  holder: string;
  url: string | null;
  expires_at: ColumnType<Date, never, never>;
}

export interface ProofTable {
  batch: Hex;
  segment: number;
  beneficiary: Hex;
  proof: Hex;
  proving_ms: number;
  created_at: Time;
}

export interface Schema {
  transactions: TransactionTable;
  segments: SegmentTable;
  commits: CommitTable;
  taken_up: TakenUpTable;
  leader: LeaderTable;
  proofs: ProofTable;
}

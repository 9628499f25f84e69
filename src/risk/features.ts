// The features of the two models: what each is called, and what it says. Their order is that of the numbers. More is more unusual.

/** All are about the batch and what L1 had before it; `usual` is the median of the last 64 batches. */
export const BATCH_FEATURES = {
  moved: "doublings of the ETH moved above the usual",
  exits: "share of all ETH on L2 that leaves",
  largest: "the largest amount, as a share of all ETH on L2",
  fresh: "share of payments to accounts that nobody knew",
  freshValue: "share of the ETH moved that young accounts get",
  relayed: "share of the ETH moved that young accounts pass on",
  drained: "share of all ETH on L2 that older accounts send as they are emptied",
  emptied: "doublings of one more than the number of older accounts that are emptied",
  fanIn: "share of all payments that go to the account with most payers, if it is young",
  refused: "share of records that failed or were skipped",
  refusedValue: "the largest amount that was refused, as a share of all ETH on L2",
  disorder: "share of records whose nonce is not the next one",
  loudest: "share of signed records of the account with most",
  empty: "share of the data segments' places that hold no record",
  size: "doublings of the number of segments above the usual",
  padding: "share of the data's bytes that no record takes",
  feeLevel: "doublings between the median price of gas and the usual one, either way",
  feeOutlier: "doublings of the highest price above the batch's median",
  baseFee: "doublings between the header's base fee and the usual one, either way",
  gap: "doublings between the time since the commit before and the usual one, either way",
  left: "doublings of one more than the number of queue items left behind",
  starved: "age of the oldest queue item left behind, as a share of the delay after which it is forced",
  newcomer: "one by the number of batches that the committer has committed, this one among them",
  refuted: "doublings of one more than the committer's batches that were rolled back",
  takeover: "1 if another account committed the batch before",
  l1Fee: "doublings of L1's base fee above the usual",
  l1Fullness: "share of the L1 block's gas that is used",
} as const;

/** Of a transaction or queue item; `usual` is the median of the last 512. */
export const TRANSACTION_FEATURES = {
  amount: "doublings of the ETH above the usual",
  share: "the ETH as a share of all ETH on L2",
  spent: "share of the sender's ETH that is sent",
  young: "one by one more than the batches since the sender appeared",
  stranger: "1 if nobody knew the recipient",
  exit: "1 if it leaves L2",
  refused: "1 if it failed or was skipped",
  refusedValue: "the amount that was refused, as a share of all ETH on L2",
  disorder: "1 if its nonce is not the next one",
  price: "doublings between its price of gas and the usual one, either way",
  repeats: "doublings of the sender's records in the batch",
  payers: "doublings of one more than the emptied accounts that pay its recipient or its sender in the batch",
  forced: "1 if it comes from L1's queue",
} as const;

export type BatchFeature = keyof typeof BATCH_FEATURES;
export type TransactionFeature = keyof typeof TRANSACTION_FEATURES;

export const BATCH_FEATURE_NAMES = Object.keys(BATCH_FEATURES) as readonly BatchFeature[];
export const TRANSACTION_FEATURE_NAMES = Object.keys(TRANSACTION_FEATURES) as readonly TransactionFeature[];

/** Numbers by name, in the features' order, rounded: so little that nothing is lost, so much that no last bit of a logarithm counts. */
export function inOrder<Name extends string>(
  names: readonly Name[],
  values: Readonly<Record<Name, number>>,
): readonly number[] {
  return names.map((name) => Math.round(values[name] * PRECISION) / PRECISION);
}

const PRECISION = 1e4;

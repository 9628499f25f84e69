// Made-up batches for tests of the risk model: ordinary ones, to be changed where a test is about something.

import { expect } from "chai";
import { NOTHING_ADDRESS, type Hex } from "../../src/chain/types.ts";
import { Kind } from "../../src/model/index.ts";
import type { BatchFacts, RecordFacts } from "../../src/risk/facts.ts";
import { BATCH_FEATURE_NAMES, type BatchFeature } from "../../src/risk/features.ts";
import type { History } from "../../src/risk/history.ts";

export const ETHER = 10n ** 18n;
export const GWEI = 10n ** 9n;

export function address(index: number): Hex {
  return `0x${index.toString(16).padStart(40, "0")}`;
}

let made = 0;

export function record(its: Partial<RecordFacts> & Pick<RecordFacts, "sender" | "recipient">): RecordFacts {
  const hash = `0x${(++made).toString(16).padStart(64, "0")}`;
  return {
    ...{ hash, kind: Kind.transferEth, status: "executed", token: NOTHING_ADDRESS },
    ...{ amount: ETHER / 10n, fee: 21_000n * GWEI, price: GWEI },
    ...its,
  };
}

export function deposit(recipient: Hex, amount = 10n * ETHER): RecordFacts {
  return record({ kind: Kind.depositEth, sender: address(999), recipient, amount, fee: 0n, price: 0n });
}

export function withdrawal(sender: Hex, amount: bigint): RecordFacts {
  return record({ kind: Kind.withdrawEth, sender, recipient: sender, amount });
}

export const PRIMARY = address(0xaaaa);

export function batch(
  number: number,
  records: readonly RecordFacts[],
  its: Partial<BatchFacts> = {},
): BatchFacts {
  const signed = records.filter(({ kind }) => kind >= 8n).length;
  return {
    number: BigInt(number),
    committer: PRIMARY,
    committedAt: BigInt(1_000 + 60 * number),
    baseFee: GWEI,
    queueSegments: 0,
    dataSegments: Math.max(1, Math.ceil(signed / 4)),
    n: 4,
    bytes: 118 * signed,
    unusedBytes: 0,
    records,
    left: { items: 0, oldest: 0n },
    forceInclusionDelay: 3600n,
    l1: { baseFee: GWEI, fullness: 0.5 },
    ...its,
  };
}

/** Eight people with 10 ETH each who pay one another for twenty batches. */
export function quietPast(history: History): number {
  const people = Array.from({ length: 8 }, (_, i) => address(i + 1));
  history.add(
    batch(
      1,
      people.map((one) => deposit(one)),
    ),
  );
  for (let number = 2; number <= 21; number++) {
    const records = people.map((sender, i) =>
      record({ sender, recipient: people[(i + number) % people.length] as Hex }),
    );
    history.add(batch(number, records));
  }
  return 22;
}

export function named(values: readonly number[]): Readonly<Record<BatchFeature, number>> {
  return Object.fromEntries(BATCH_FEATURE_NAMES.map((name, i) => [name, values[i] ?? Number.NaN])) as Record<
    BatchFeature,
    number
  >;
}

/** Chai's `closeTo` takes whole numbers only, once Hardhat's matchers are there. */
export function expectNear(actual: number | undefined, expected: number, tolerance: number): void {
  expect(Math.abs((actual ?? Number.NaN) - expected) <= tolerance, `${actual} near ${expected}`).to.equal(
    true,
  );
}

// Escaped balances as people read them, and as documents.

import { ether } from "../../../src/chain/amounts.ts";
import type { Receipt } from "../../../src/chain/client.ts";
import { NOTHING_ADDRESS } from "../../../src/chain/types.ts";
import type { Escaped } from "../../../src/node/escape.ts";
import type { OwnedLeaf } from "../../../src/node/escape-proof.ts";
import { count, short, table } from "../../support/output.ts";

export function amountOf({ token, amount }: Pick<OwnedLeaf, "token" | "amount">): string {
  return token === NOTHING_ADDRESS ? ether(amount) : `${amount} of ${short(token)}`;
}

export function recordTable(records: readonly (OwnedLeaf & { readonly status?: string })[]): string[] {
  return table(
    ["leaf", "account", "amount", "status"],
    records.map((record) => [record.index, record.account, amountOf(record), record.status ?? ""]),
  );
}

export function sentOf(receipts: readonly Receipt[]) {
  return {
    transactions: receipts.map(({ transaction }) => transaction),
    gasUsed: receipts.reduce((sum, { gasUsed }) => sum + gasUsed, 0n),
  };
}

export function paidLines({ records, receipts, refused }: Escaped): string[] {
  return [
    ...(records.length === 0 ? ["Nothing to pay."] : recordTable(records)),
    ...refused.map((record) => `${record.account} refused ${amountOf(record)}; the credit stays.`),
    ...(refused.length === 0
      ? []
      : ["Who takes too much gas counts as refusing: bridge escape pay --account pays one at any price."]),
    `${receipts.length} transaction(s), ${count(sentOf(receipts).gasUsed)} gas.`,
  ];
}

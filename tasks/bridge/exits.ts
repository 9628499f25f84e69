// Withdrawals as a table.

import { ether } from "../../src/chain/amounts.ts";
import { NOTHING_ADDRESS } from "../../src/chain/types.ts";
import type { UserExit } from "../../src/node/bridge.ts";
import { short, table } from "../support/output.ts";

export function exitTable(exits: readonly UserExit[]): string[] {
  return table(
    ["batch", "exit", "asset", "amount", "recipient", "status"],
    exits.map(({ number, index, token, amount, recipient, status, payableFrom }) => [
      number,
      index,
      token === NOTHING_ADDRESS ? "ETH" : short(token),
      token === NOTHING_ADDRESS ? ether(amount) : amount,
      short(recipient),
      payableFrom === undefined ? status : `put off until ${payableFrom}`,
    ]),
  );
}

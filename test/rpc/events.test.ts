// The events of transactions, kind by kind.

import { expect } from "chai";
import { Interface } from "ethers";
import { BRIDGE_ADDRESS, eventCount, eventsOf } from "../../src/l2/events.ts";
import { Kind, toAddress } from "../../src/model/index.ts";

const [SENDER, RECIPIENT, TOKEN, NOBODY] = [0xaan, 0xbbn, 0xccn, 0n].map(toAddress) as [
  string,
  string,
  string,
  string,
];
const NAMES = new Interface([
  "event Transfer(address indexed from, address indexed to, uint256 value)",
  "event Deposit(address indexed token, address indexed sender, address indexed recipient, uint256 amount, uint256 item)",
  "event Withdrawal(address indexed token, address indexed sender, address indexed recipient, uint256 amount, uint256 batch, uint256 exit)",
]);

function transaction(
  kind: bigint,
  more: { status?: "executed" | "failed"; exit?: bigint; amount?: bigint } = {},
) {
  const token = (kind & 1n) === 1n ? TOKEN : NOBODY;
  const status = "executed" as const;
  return { kind, from: SENDER, recipient: RECIPIENT, token, amount: 9n, status, item: 4n, ...more };
}

/** [address, event, arguments …] of each event, in lower case. */
function read(its: ReturnType<typeof transaction>) {
  return eventsOf(its, 7n).map(({ address, topics, data }) => {
    const parsed = NAMES.parseLog({ topics, data });
    const args = (parsed?.args.toArray() ?? []).map((arg) =>
      typeof arg === "string" ? arg.toLowerCase() : arg,
    );
    return [address, parsed?.name, ...args];
  });
}

const DEPOSIT = (token: string) => [BRIDGE_ADDRESS, "Deposit", token, SENDER, RECIPIENT, 9n, 4n];
const WITHDRAWAL = (token: string) => [BRIDGE_ADDRESS, "Withdrawal", token, SENDER, RECIPIENT, 9n, 7n, 2n];
const TRANSFER = (from: string, to: string) => [TOKEN, "Transfer", from, to, 9n];

describe("events of L2 transactions", () => {
  const exit = 2n;
  const cases: readonly (readonly [string, ReturnType<typeof transaction>, readonly unknown[]])[] = [
    ["none for a transfer of ETH", transaction(Kind.transferEth), []],
    ["none for a forced transfer of ETH", transaction(Kind.forcedTransferEth), []],
    ["Transfer for a token's", transaction(Kind.transferToken), [TRANSFER(SENDER, RECIPIENT)]],
    [
      "Transfer for a forced one of a token",
      transaction(Kind.forcedTransferToken),
      [TRANSFER(SENDER, RECIPIENT)],
    ],
    ["Deposit for one of ETH", transaction(Kind.depositEth), [DEPOSIT(NOBODY)]],
    [
      "Deposit and Transfer for a token's",
      transaction(Kind.depositToken),
      [DEPOSIT(TOKEN), TRANSFER(NOBODY, RECIPIENT)],
    ],
    ["Withdrawal for one of ETH", transaction(Kind.withdrawEth, { exit }), [WITHDRAWAL(NOBODY)]],
    [
      "Transfer and Withdrawal for a token's",
      transaction(Kind.withdrawToken, { exit }),
      [TRANSFER(SENDER, NOBODY), WITHDRAWAL(TOKEN)],
    ],
    [
      "Withdrawal for a forced one of ETH",
      transaction(Kind.forcedWithdrawEth, { exit }),
      [WITHDRAWAL(NOBODY)],
    ],
    [
      "Transfer and Withdrawal for a forced one of a token",
      transaction(Kind.forcedWithdrawToken, { exit }),
      [TRANSFER(SENDER, NOBODY), WITHDRAWAL(TOKEN)],
    ],
    [
      "Deposit and Withdrawal, but no Transfer, for a token that found no room",
      transaction(Kind.depositToken, { exit }),
      [DEPOSIT(TOKEN), WITHDRAWAL(TOKEN)],
    ],
    ["none for what failed", transaction(Kind.transferToken, { status: "failed" }), []],
    [
      "none for a withdrawal of nothing, which leaves no exit",
      transaction(Kind.withdrawEth, { amount: 0n }),
      [],
    ],
  ];
  for (const [title, its, expected] of cases) {
    it(`are ${title}`, () => {
      expect(read(its)).to.deep.equal(expected);
      expect(eventCount(its)).to.equal(expected.length);
    });
  }
});

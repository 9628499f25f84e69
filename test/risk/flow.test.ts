// What waits for finality: what others got, and what leaves; not what comes back.

import { expect } from "chai";
import { Kind } from "../../src/model/index.ts";
import { flowOf } from "../../src/risk/flow.ts";
import { address, batch, deposit, ETHER, record, withdrawal } from "./support.ts";

const [ALICE, BOB, CAROL] = [address(1), address(2), address(3)];
const pay = (sender: string, recipient: string, amount: bigint, more = {}) =>
  record({ sender, recipient, amount: amount * ETHER, ...more });
const flow = (...records: ReturnType<typeof pay>[]) => flowOf(batch(1, records));

describe("value that waits", () => {
  it("is what was paid to others, and what leaves", () => {
    expect(flow(pay(ALICE, BOB, 3n), pay(CAROL, BOB, 2n), withdrawal(ALICE, 4n * ETHER))).to.deep.equal({
      moved: 9n * ETHER,
      leaving: 4n * ETHER,
    });
  });

  it("is nothing for money that comes back, however often it goes round", () => {
    const rounds = Array.from({ length: 50 }, () => [pay(ALICE, BOB, 5n), pay(BOB, ALICE, 5n)]).flat();
    expect(flow(...rounds, pay(ALICE, ALICE, 9n)).moved).to.equal(0n);
  });

  it("counts what is passed on once, where it ends", () => {
    expect(flow(pay(ALICE, BOB, 5n), pay(BOB, CAROL, 5n)).moved).to.equal(5n * ETHER);
  });

  it("leaves out what was refused, deposits, and tokens, whose worth nobody knows here", () => {
    const refused = pay(ALICE, BOB, 5n, { status: "failed", reason: "balance too low" });
    const token = pay(ALICE, BOB, 5n, { kind: Kind.transferToken, token: address(0x70) });
    expect(flow(refused, deposit(BOB), token)).to.deep.equal({ moved: 0n, leaving: 0n });
  });
});

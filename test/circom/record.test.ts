// Kinds, keys and verdicts of records in circom. The verdict is compared with rules 2 to 5 of the protocol, written down
// here once more, over all combinations of what a record can meet.

import { expect } from "chai";
import { accountKey, flagsOf, isKind, P, tokenKey } from "../../src/model/index.ts";
import { Random } from "../support/vectors.ts";
import { expectRefused, outputsOf, templateCircuit } from "./harness.ts";

describe("circom: record", () => {
  it("takes the protocol's kinds apart and refuses every other", async () => {
    const circuit = await templateCircuit("record", "Flags()");
    for (let kind = 0n; kind < 32n; kind++) {
      if (isKind(kind)) {
        const { token, debit, credit, signed } = flagsOf(kind);
        const expected = [token, debit, credit, signed].map((flag) => (flag ? 1n : 0n));
        expect(await outputsOf(circuit, { kind }, 4), `${kind}`).to.deep.equal(expected);
      } else {
        await expectRefused(circuit, { kind }, `kind ${kind}`);
      }
    }
    await expectRefused(circuit, { kind: P - 1n }, "kind -1");
  });

  it("computes the recipient's key for either asset", async () => {
    const circuit = await templateCircuit("record", "RecipientKey()");
    const random = new Random("keys");
    for (let i = 0; i < 5; i++) {
      const [token, recipient] = [random.below(2n ** 160n), random.below(2n ** 160n)];
      expect(await outputsOf(circuit, { ofToken: 1n, token, recipient }, 1)).to.deep.equal([
        tokenKey(token, recipient),
      ]);
      expect(await outputsOf(circuit, { ofToken: 0n, token, recipient }, 1)).to.deep.equal([
        accountKey(recipient),
      ]);
    }
  });

  it("asks a leaf for a key: present, absent, not used, and not covered", async () => {
    const circuit = await templateCircuit("slot", "Lookup()");
    const leaf = [10n, 1n, 2n, 20n];
    expect(await outputsOf(circuit, { used: 1n, wanted: 10n, leaf }, 1)).to.deep.equal([1n]);
    expect(await outputsOf(circuit, { used: 1n, wanted: 11n, leaf }, 1)).to.deep.equal([0n]);
    expect(await outputsOf(circuit, { used: 1n, wanted: 19n, leaf }, 1)).to.deep.equal([0n]);
    expect(await outputsOf(circuit, { used: 0n, wanted: 10n, leaf }, 1)).to.deep.equal([0n]);
    for (const wanted of [9n, 20n, 21n, 0n, P - 1n]) {
      await expectRefused(circuit, { used: 1n, wanted, leaf }, `${wanted}`);
    }
  });

  it("judges as rules 2 to 5 say, whatever the record and the state", async () => {
    const circuit = await templateCircuit("verdict", "Verdict()");
    const random = new Random("verdict");
    const seen = new Set<string>();
    for (let i = 0; i < 400; i++) {
      const facts = randomFacts(random);
      const expected = verdictOf(facts);
      seen.add(expected.join());
      const outputs = await outputsOf(circuit, facts, 3);
      expect(
        outputs,
        JSON.stringify(facts, (_, value) => value.toString()),
      ).to.deep.equal(expected);
    }
    expect([...seen].sort()).to.deep.equal(["0,0,0", "1,0,0", "1,1,0", "1,1,1"]);
  });
});

const KINDS = [0n, 2n, 3n, 4n, 5n, 6n, 7n, 10n, 11n, 14n, 15n];
const LARGEST = 2n ** 128n - 1n;

type Facts = ReturnType<typeof randomFacts>;

/** Values around which comparisons turn, for records of all kinds; absent and unused slots have bit 0 and any leaf. */
function randomFacts(random: Random) {
  const kind = random.pick(KINDS);
  const { token, debit, credit, signed } = flagsOf(kind);
  const bit = (value: boolean) => (value ? 1n : 0n);
  const [fee, amount] = [random.pick([0n, 5n, 2n ** 72n - 1n]), random.pick([0n, 1n, 100n, LARGEST])];
  const around = (value: bigint) =>
    random.pick([0n, value, value + 1n, value === 0n ? 0n : value - 1n, LARGEST]);
  return {
    token: bit(token),
    debit: bit(debit),
    credit: bit(credit),
    signed: bit(signed),
    sender: random.pick([0n, 1n, 2n ** 160n - 1n]),
    amount,
    nonce: random.pick([0n, 1n]),
    fee: signed ? fee : 0n,
    hasAccount: bit(debit && (signed || !token) && random.chance(80)),
    balance: random.chance(50) ? around(fee) : around(fee + amount) % (LARGEST + 1n),
    accountNonce: random.pick([0n, 1n]),
    hasTokens: bit(debit && token && random.chance(80)),
    tokens: around(amount) % (LARGEST + 1n),
    hasRecipient: bit(credit && random.chance(50)),
    full: bit(random.chance(40)),
  };
}

/** authorised, executed, moves. */
function verdictOf(facts: Facts): bigint[] {
  const { token, debit, credit, signed, sender, amount, nonce, fee, balance, accountNonce, tokens } = facts;
  const funds = facts.hasAccount === 1n ? balance : 0n;
  const holds = facts.hasTokens === 1n ? tokens : 0n;
  const bySignature = facts.hasAccount === 1n && nonce === accountNonce && funds >= fee;
  const authorised = debit === 0n || (sender !== 0n && (signed === 0n || bySignature));
  const available = token === 1n ? holds : funds - (signed === 1n ? fee : 0n);
  const covered = debit === 0n || available >= amount;
  const room = amount === 0n || facts.hasRecipient === 1n || facts.full === 0n;
  const executed = authorised && covered && (room || !(credit === 1n && debit === 1n));
  return [authorised, executed, executed && amount > 0n].map((value) => (value ? 1n : 0n));
}

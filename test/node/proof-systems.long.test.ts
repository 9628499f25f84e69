// Disputes with real proofs of each proof system, and of two that must agree, on the smallest circuit.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { AbiCoder, getBytes } from "ethers";
import { disputeOf } from "../../src/chain/view.ts";
import { fail } from "../../src/errors.ts";
import { fromBytes, Kind, toBytes } from "../../src/model/index.ts";
import { force } from "../../src/node/bridge.ts";
import { challenge } from "../../src/node/dispute.ts";
import { openMempool } from "../../src/node/mempool.ts";
import { type PreparedSegment, sendFraud, sendValid } from "../../src/node/prover.ts";
import { type CheckPolicy, sequence, submit } from "../../src/node/sequencer.ts";
import { watchOnce } from "../../src/watchtower/watch.ts";
import {
  type ProofSystem,
  type ProofSystemName,
  type SegmentRun,
  segmentProver,
} from "../../src/prover/index.ts";
import { Q } from "../../src/prover/bn254.ts";
import { encodeProofs } from "../../src/prover/segment.ts";
import {
  around,
  build,
  commit,
  expectDisputes,
  lieAbout,
  pay,
  payment,
  type Setting,
  setUp,
  systemOf,
} from "../support/proof-system-harness.ts";
import { rejectsWith, revertsWith } from "../support/rejects-harness.ts";

describe("Proof systems", function () {
  this.timeout(600_000);

  const DEPLOYMENTS: Readonly<Record<string, readonly ProofSystemName[]>> = {
    ultrahonk: ["ultrahonk"],
    groth16: ["groth16"],
    "all-of": ["ultrahonk", "groth16"],
  };

  for (const [name, names] of Object.entries(DEPLOYMENTS)) {
    it(`${name}: refutes a lie and answers a challenge`, async () => {
      const setting = await setUp(...names);
      expect(setting.world.book.proofSystem).to.equal(name);
      await expectDisputes(setting);
    });
  }

  it("take no proof of another system, though it proves the very claim", async () => {
    const others = { ultrahonk: "groth16", groth16: "ultrahonk" } as const;
    for (const own of ["ultrahonk", "groth16"] as const) {
      const setting = await setUp(own);
      const prepared = await payment(setting);
      const proof = await segmentProver(systemOf(others[own])).prove(prepared.run);
      const sent = sendValid(setting.node, setting.world.user, around(prepared, proof));
      await revertsWith(sent, "InvalidProof");
    }
  });

  it("gain nothing in another encoding: a Groth16 proof with both points negated counts once, for its maker", async () => {
    const setting = await setUp("groth16");
    const { node, world } = setting;
    const { bonds } = node.chain.contracts;
    const prepared = await payment(setting);
    const proof = await segmentProver(systemOf("groth16")).prove(prepared.run);
    const other = withNegatedPoints(proof);
    await challenge(node, world.challenger, prepared.id, 0, { unchecked: true });
    await node.derivation.sync();

    const [maker, thief] = await Promise.all([world.user.getAddress(), world.challenger.getAddress()]);
    const before = await Promise.all([bonds.available(maker), bonds.available(thief)]);
    await sendValid(node, world.challenger, around(prepared, other));
    const { minChallengeBond, burnShareBps } = world.book.parameters;
    const reward = (minChallengeBond * (10_000n - burnShareBps)) / 10_000n;
    expect(await bonds.available(maker)).to.equal(before[0] + reward);
    expect(await bonds.available(thief)).to.equal(before[1]);
    await node.derivation.sync();
    for (const again of [proof, other]) {
      await revertsWith(sendValid(node, world.user, around(prepared, again)), "SegmentAlreadyProven");
    }
  });

  describe("of which all must agree", () => {
    let setting: Setting;
    let prepared: PreparedSegment;
    let parts: readonly [Uint8Array, Uint8Array];

    const partsFor = async (run: SegmentRun) =>
      (await Promise.all(
        setting.systems.map((system) => segmentProver(system).prove(run)),
      )) as unknown as readonly [Uint8Array, Uint8Array];

    before(async () => {
      setting = await setUp("ultrahonk", "groth16");
      prepared = await payment(setting);
      parts = await partsFor(prepared.run);
    });

    const send = (proof: Uint8Array) => sendValid(setting.node, setting.world.user, around(prepared, proof));

    it("refuse a proof with a part missing, tampered with, misplaced, or for another beneficiary", async () => {
      const [honk, groth] = parts;
      // One system's proof alone, whole or in a list, is no list of two.
      for (const alone of parts) {
        await revertsWith(send(alone), "NoReason");
        await revertsWith(send(listOf(alone)), "InvalidProof");
        await revertsWith(send(listOf(alone, new Uint8Array())), "InvalidProof");
      }
      await revertsWith(send(encodeProofs([groth, honk])), "InvalidProof");
      await revertsWith(send(encodeProofs([honk, groth, groth])), "InvalidProof");
      for (const [i, part] of parts.entries()) {
        for (const at of [31, 32 + 31, part.length - 1]) {
          const tampered = parts.with(i, part.with(at, (part[at] as number) ^ 1));
          await revertsWith(send(encodeProofs(tampered)), "InvalidProof");
        }
      }

      const beneficiary = await setting.world.challenger.getAddress();
      const { context, ...run } = prepared.run;
      const others = await partsFor({ ...run, context: { ...context, beneficiary } });
      for (const i of [0, 1]) {
        const stolen = parts.with(i, others[i] as Uint8Array);
        await revertsWith(send(encodeProofs(stolen)), "InvalidProof");
      }
      expect([...disputeOf(await setting.node.derivation.sync(), prepared.id).proven]).to.deep.equal([]);
    });

    it("accept it whole, and for no other result", async () => {
      const proven = around(prepared, encodeProofs(parts));
      const { node, world } = setting;
      const other = { ...proven, computed: proven.opening.previous };
      await revertsWith(sendFraud(node, world.user, other), "InvalidProof");
      await send(getBytes(proven.proof));
      expect([...disputeOf(await node.derivation.sync(), prepared.id).proven]).to.deep.equal([0]);
    });
  });

  describe("and a circuit that cannot express a segment", () => {
    let directory: string;

    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), "luntra-systems-"));
    });

    afterEach(() => rm(directory, { recursive: true }));

    /** As the system, but of a circuit that knows nothing of this kind of more than 100 wei. */
    function incomplete(system: ProofSystem, kind: bigint = Kind.transferEth): ProofSystem {
      return new Proxy(system, {
        get(target, name) {
          if (name === "witness") {
            return async (run: SegmentRun, ...rest: []) => {
              const tooMuch = run.trace.records.some(
                ({ words }) => words.kind === kind && words.amount > 100n,
              );
              if (tooMuch) fail("WITNESS_REFUSED", { circuit: "incomplete", reason: "more than 100 wei" });
              return await target.witness(run, ...rest);
            };
          }
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    }

    it("is found out by the sequencer before it commits", async () => {
      const setting = await setUp("ultrahonk", "groth16");
      const { node, world, systems } = setting;
      const [complete, other] = systems as [ProofSystem, ProofSystem];
      const circuit = segmentProver([complete, incomplete(other)]);
      const mempool = await openMempool(directory);
      const turn = () => sequence(node, mempool, world.sequencer, { checks: { circuit } });

      await submit(node, mempool, await pay(setting, 100n, 0));
      expect((await turn()).number).to.equal(2n);
      await submit(node, mempool, await pay(setting, 101n, 1));
      const { args, cause } = await rejectsWith(turn(), "CHECK_FAILED");
      expect(args).to.include({ segment: 0, what: "the circuits' run" });
      expect(cause).to.include({ code: "CIRCUIT_DISAGREES" });
      expect((cause as { args: object }).args).to.include({ system: "groth16" });
      expect((await node.derivation.sync()).head).to.equal(2n);

      // The complete one alone would have taken it.
      const alone = { checks: { circuit: segmentProver(complete) } };
      expect((await sequence(node, mempool, world.sequencer, alone)).number).to.equal(3n);
    });

    it("stops the sequencer at a forced queue item, and the operator reads which system and item", async () => {
      const setting = await setUp("ultrahonk", "groth16");
      const { node, world, systems } = setting;
      const [complete, other] = systems as [ProofSystem, ProofSystem];
      const circuit = segmentProver([complete, incomplete(other, Kind.forcedWithdrawEth)]);
      const mempool = await openMempool(directory);
      // However few items the sequencer wants: L1 demands what is due.
      const turn = (checks: CheckPolicy) =>
        sequence(node, mempool, world.sequencer, { checks, maxQueueItems: 0 });

      const recipient = await world.user.getAddress();
      for (const amount of [100n, 101n])
        await force(node, world.user, { kind: "withdraw", recipient, amount });
      await world.increaseTime(world.book.parameters.forceInclusionDelay);
      const refusal = await rejectsWith(turn({ circuit }), "CHECK_FAILED");
      expect(refusal.args.segment).to.equal(1);
      expect(refusal.cause).to.include({ code: "CIRCUIT_DISAGREES" });
      for (const told of [
        "the circuits' run over the queue from item 2 to 2 of segment 1",
        "CIRCUIT_DISAGREES: expected the circuit of groth16 (mini) to accept",
        "more than 100 wei",
        "nobody could prove it",
        "Do not commit",
      ]) {
        expect(refusal.message).to.include(told);
      }
      expect((await node.derivation.sync()).head).to.equal(1n);

      const committed = await turn({ circuit: segmentProver(complete) });
      expect(committed).to.include({ number: 2n, queueItems: 2 });
    });

    it("leaves the watchtower a challenge in the same round, and a timeout", async () => {
      const setting = await setUp("ultrahonk", "groth16");
      const { node, world, systems } = setting;
      const [complete, other] = systems as [ProofSystem, ProofSystem];
      const policy = { prover: segmentProver([complete, incomplete(other)]), signer: world.challenger };
      const honest = await build(setting, [await pay(setting, 101n)]);
      const id = await commit(setting, lieAbout(setting, honest));

      const [report] = (await watchOnce(node, policy)).reports;
      expect(report).to.include({ id, action: "challenge", segment: 0 });
      expect(report?.insteadOf).to.include({ action: "refute" });
      const { args } = await rejectsWith(Promise.reject(report?.insteadOf?.error), "CIRCUIT_DISAGREES");
      expect(args).to.include({ system: "groth16" });

      const { slot, provingWindow } = world.book.parameters;
      await world.increaseTime(slot + provingWindow);
      const [last] = (await watchOnce(node, policy)).reports;
      expect(last).to.include({ id, action: "timeout", segment: 0 });
      expect((await node.derivation.sync()).head).to.equal(1n);
    });
  });
});

/** `abi.encode(bytes[])` of any length, also of one. */
function listOf(...parts: readonly Uint8Array[]): Uint8Array {
  return getBytes(AbiCoder.defaultAbiCoder().encode(["bytes[]"], [parts]));
}

/** The same Groth16 proof with -A and -B for A and B: their pairing is the same. `h` stands before it. */
function withNegatedPoints(proof: Uint8Array): Uint8Array {
  const other = Uint8Array.from(proof);
  // Of A, and both coefficients of B, the second coordinate.
  for (const word of [2, 5, 6]) {
    const at = 32 * word;
    other.set(toBytes(Q - fromBytes(proof.subarray(at, at + 32)), 32), at);
  }
  return other;
}

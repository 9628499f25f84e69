// Deployments on the smallest circuit for any set of proof systems, and disputes on them with real proofs.

import { expect } from "chai";
import { hexlify, keccak256 } from "ethers";
import type { Hex } from "../../src/chain/types.ts";
import { disputeOf } from "../../src/chain/view.ts";
import { type BuiltBatch, buildBatch } from "../../src/node/batch-builder.ts";
import { challenge, finalizeAll } from "../../src/node/dispute.ts";
import type { Node } from "../../src/node/node.ts";
import { type PreparedSegment, type ProvenSegment, prepareSegment } from "../../src/node/prover.ts";
import { commitBatch } from "../../src/node/sequencer.ts";
import { verifierSources } from "../../src/node/verifier-sources.ts";
import { watchOnce } from "../../src/watchtower/watch.ts";
import {
  type ProofSystem,
  type ProofSystemName,
  proofSystem,
  segmentProver,
} from "../../src/prover/index.ts";
import { corrupt } from "./dishonest-harness.ts";
import { fund, l2Wallet, signL2, startWorld, type World } from "./node-harness.ts";

const ALICE = l2Wallet("alice");
const BOB = l2Wallet("bob");

/** Keys are read and derived once for all of this file. */
const made = new Map<ProofSystemName, ProofSystem>();

export function systemOf(name: ProofSystemName): ProofSystem {
  const system = made.get(name) ?? proofSystem(name, "mini");
  made.set(name, system);
  return system;
}

export interface Setting {
  readonly systems: readonly ProofSystem[];
  readonly world: World;
  readonly node: Node;
}

/** A deployment for these systems, and ALICE with money in a final batch. */
export async function setUp(...names: readonly ProofSystemName[]): Promise<Setting> {
  const systems = names.map(systemOf);
  const world = await startWorld({
    instance: "mini",
    verifiers: await verifierSources(systems, { development: true }),
  });
  const node = await world.open();
  await fund(world, node, [ALICE]);
  const setting = { systems, world, node };
  await commit(setting, await build(setting, []));
  await world.increaseTime(world.book.parameters.challengeWindow);
  await finalizeAll(node, world.user);
  await node.derivation.sync();
  return setting;
}

export async function build({ node }: Setting, raws: readonly Hex[]): Promise<BuiltBatch> {
  await node.derivation.sync();
  return buildBatch(
    node,
    raws.map((raw, receivedAt) => ({ hash: keccak256(raw), raw, receivedAt })),
  );
}

export async function commit({ node, world }: Setting, built: BuiltBatch): Promise<Hex> {
  const { id } = await commitBatch(node, world.sequencer, built);
  await node.derivation.sync();
  return id;
}

export const pay = ({ world }: Setting, value: bigint, nonce = 0) =>
  signL2(world, ALICE, { to: BOB.address, value, nonce });

/** A committed batch with one data segment of one payment, and that segment ready to be proven for `user`. */
export async function payment(setting: Setting): Promise<PreparedSegment> {
  const id = await commit(setting, await build(setting, [await pay(setting, 5n)]));
  return await prepareSegment(setting.node, id, 0, await setting.world.user.getAddress());
}

/** What a dispute call needs, around given bytes. */
export function around({ id, batch, opening, run }: PreparedSegment, proof: Uint8Array): ProvenSegment {
  const { beneficiary } = run.context;
  return { id, batch, opening, computed: opening.claimed, beneficiary, proof: hexlify(proof), provingMs: 0 };
}

/** Mints for BOB in the first segment. */
export function lieAbout({ node }: Setting, honest: BuiltBatch): BuiltBatch {
  return corrupt(node, honest, { segment: 0, how: "mint", accomplice: BOB.address });
}

/** A lie is refuted by a fraud proof, and a challenge of the truth answered by a validity proof. */
export async function expectDisputes(setting: Setting): Promise<void> {
  const { node, world, systems } = setting;
  const prover = segmentProver(systems);
  const honest = await build(setting, [await pay(setting, 5n)]);

  const wrong = await commit(setting, lieAbout(setting, honest));
  const [refutation] = (await watchOnce(node, { prover, signer: world.challenger, may: ["refute"] })).reports;
  if (refutation?.insteadOf !== undefined) throw refutation.insteadOf.error;
  if (refutation?.error !== undefined) throw refutation.error;
  expect(refutation).to.include({ id: wrong, action: "refute", segment: 0 });
  expect((await node.derivation.sync()).head).to.equal(1n);

  const right = await commit(setting, { ...honest, counter: honest.counter + 1n });
  await challenge(node, world.challenger, right, 0, { unchecked: true });
  const answered = await watchOnce(node, { prover, signer: world.user, may: ["answer"] });
  const [answer] = answered.reports;
  if (answer?.error !== undefined) throw answer.error;
  expect(answer).to.include({ id: right, action: "answer", segment: 0 });
  // The challenge bond covers what an answer costs.
  expect(Number(answer?.receipt?.gasUsed)).to.be.lessThan(Number(world.book.parameters.answerGas));
  const { challenges } = disputeOf(await node.derivation.sync(), right);
  expect(challenges.map(({ outcome }) => outcome)).to.deep.equal(["answered"]);
}

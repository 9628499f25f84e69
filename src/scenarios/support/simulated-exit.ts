// A mass exit on a second rollup whose one batch claims a state with as many balances as wanted. The claim is false, as no
// transaction brought them in, and nobody disputes it: what is measured are the calls of those who leave.

import { type Receipt, send, withSigner } from "../../chain/client.ts";
import { deploy, type VerifierSource } from "../../chain/deploy.ts";
import { batchOf } from "../../chain/opening.ts";
import { type Hex, NOTHING_ADDRESS } from "../../chain/types.ts";
import { INSTANCES, State, toBytes32 } from "../../model/index.ts";
import { depositBond, withdrawBond } from "../../node/bond.ts";
import { depositEth } from "../../node/bridge.ts";
import { finalizeAll } from "../../node/dispute.ts";
import { reclaim } from "../../node/escape.ts";
import { escapeCall, type OwnedLeaf, subtreesOf } from "../../node/escape-proof.ts";
import { freezeUnserved } from "../../node/freeze.ts";
import { type Node, openNode } from "../../node/node.ts";
import { buildBatch, commitBatch } from "../../node/sequencer.ts";
import { crowdOf } from "./crowd.ts";
import { withClaims } from "./dishonest.ts";
import type { Stage } from "./stage.ts";

export interface SimulatedExit {
  readonly records: number;
  /** Calls that credited, and that paid. */
  readonly escapes: readonly Receipt[];
  readonly payments: readonly Receipt[];
  /** Wei that left the bridge. */
  readonly paid: bigint;
}

/** Payments in one call. */
const PAYMENTS = 100;
/** L1's cap for a transaction. Asking for an estimate first would run each of these calls twice. */
const GAS_LIMIT = 2n ** 24n;
/** For how many balances the timeline says what they would cost. */
const MANY = 10_000n;

/** All by the deployer. It gets its bond and its last deposit back; the balances' money goes to their owners. */
export async function simulateExit(stage: Stage, records: number): Promise<SimulatedExit> {
  const node = await secondRollup(stage);
  const { state, leaves } = await crowdedState(node, records);
  const paid = leaves.reduce((sum, { amount }) => sum + amount, 0n);
  await stage.step(
    "deployer",
    `funds a second rollup, whose batch claims a state with ${records} balances`,
    () => claimState(stage, node, state, paid),
  );
  await stage.step("deployer", "freezes it for a deposit of 1 wei, and takes that back", () =>
    freezeAndOpen(stage, node, state),
  );
  const escapes = await stage.step("deployer", perRecord(`proves ${records} balances`, records), () =>
    escapeAll(stage, node, state, leaves),
  );
  const inAll = (payments: readonly Receipt[]) => {
    const each = gasOf([...escapes, ...payments]) / BigInt(records);
    const million = (MANY * each) / 10n ** 6n;
    const paying = perRecord(`pays ${records} accounts`, records)(payments);
    return `${paying}; with the proof ${each}, so that ${MANY} take ${million} million`;
  };
  const payments = await stage.step("deployer", inAll, () => payAll(stage, node, leaves));
  await checkPaid(stage, node, leaves);
  return { records, escapes, payments, paid };
}

/** A deposit of all the money, in a batch that says something else about whose it is, and nobody minds. */
async function claimState(stage: Stage, node: Node, state: State, total: bigint): Promise<void> {
  const { cast, params } = stage;
  const { signer } = cast.deployer;
  await depositBond(node, signer, params.batchBond);
  await depositEth(node, signer, total);
  await node.derivation.sync();
  await commitBatch(node, signer, withClaims(buildBatch(node, []), [toBytes32(state.checkpoint())]));
  await stage.increaseTime(params.challengeWindow);
  await finalizeAll(node, signer);
  await withdrawBond(node, signer, params.batchBond);
}

async function freezeAndOpen(stage: Stage, node: Node, state: State): Promise<void> {
  const { signer } = stage.cast.deployer;
  const { index } = await depositEth(node, signer, 1n);
  await stage.increaseTime(stage.params.escapeDelay);
  await freezeUnserved(node, signer);
  await openState(node, state, stage);
  await reclaim(node, signer, index);
}

async function escapeAll(
  { cast }: Stage,
  node: Node,
  state: State,
  leaves: readonly OwnedLeaf[],
): Promise<readonly Receipt[]> {
  const { bridge } = withSigner(node.chain, cast.deployer.signer);
  const receipts: Receipt[] = [];
  for (const subtree of subtreesOf(leaves, state.tree.depth)) {
    const { first, leaves: its, path } = escapeCall(state, subtree);
    const about = `the escape of ${its.length} leaves from ${first}`;
    receipts.push(
      await send(node.chain, about, () => bridge.escape(first, its, path, { gasLimit: GAS_LIMIT })),
    );
  }
  return receipts;
}

async function payAll(
  { cast }: Stage,
  node: Node,
  leaves: readonly OwnedLeaf[],
): Promise<readonly Receipt[]> {
  const { bridge } = withSigner(node.chain, cast.deployer.signer);
  const receipts: Receipt[] = [];
  for (let i = 0; i < leaves.length; i += PAYMENTS) {
    const accounts = leaves.slice(i, i + PAYMENTS).map(({ account }) => account);
    const about = `payments to ${accounts.length} accounts`;
    receipts.push(
      await send(node.chain, about, () =>
        bridge.payEscapes(NOTHING_ADDRESS, accounts, { gasLimit: GAS_LIMIT }),
      ),
    );
  }
  return receipts;
}

export const gasOf = (receipts: readonly Receipt[]) =>
  receipts.reduce((sum, { gasUsed }) => sum + gasUsed, 0n);

function perRecord(what: string, records: number) {
  return (receipts: readonly Receipt[]) =>
    `${what} in ${receipts.length} call(s): ${gasOf(receipts) / BigInt(records)} gas each`;
}

/** With the verifiers that stand there already, and an L2 chain id of its own. */
async function secondRollup({ cast, book, params, node }: Stage): Promise<Node> {
  const { artifacts, provider } = node.chain;
  const { network, preset, instance, l2ChainId } = book;
  const verifiers = book.verifiers.map(
    ({ generated, adapter: _, contract: __, ...source }): VerifierSource => ({
      ...source,
      instance,
      contract: { address: generated },
    }),
  );
  const second = await deploy({
    deployer: cast.deployer.signer,
    artifacts,
    network,
    preset,
    instance,
    verifiers,
    overrides: params,
    l2ChainId: l2ChainId + 1n,
  });
  const its = await openNode(second, artifacts, provider, { hash: node.stateAfter(genesisOf(node)).hash });
  await its.derivation.sync();
  return its;
}

const genesisOf = ({ derivation }: Node): Hex => derivation.batchAt(0n).id;

/** Everybody has some wei, each another amount. */
async function crowdedState(
  node: Node,
  records: number,
): Promise<{ readonly state: State; readonly leaves: readonly OwnedLeaf[] }> {
  const { D, E } = INSTANCES[node.chain.book.instance];
  const state = State.genesis({ D, E, hash: node.stateAfter(genesisOf(node)).hash });
  const accounts = crowdOf(records, "simulated");
  const indices = accounts.map((account, i) =>
    state.tree.insert(state.accountKey(BigInt(account)), { lo: 10n ** 9n + BigInt(i), hi: 0n }),
  );
  const leaves = accounts.map((account, i): OwnedLeaf => {
    const index = indices[i] as number;
    const { lo: amount, hi: nonce, next } = state.tree.leaf(index);
    return { index, token: NOTHING_ADDRESS, account, amount, nonce, next };
  });
  return { state, leaves };
}

/** No node can say what the claimed state is: re-execution comes to another one. */
async function openState(node: Node, state: State, { cast }: Stage): Promise<void> {
  const { stateRoot, leafCount, exitRoot, exitCount, fees } = state.preimage();
  const roots = { stateRoot: toBytes32(stateRoot), exitRoot: toBytes32(exitRoot) };
  const { bridge } = withSigner(node.chain, cast.deployer.signer);
  const last = batchOf(node.derivation.batchAt(1n));
  await send(node.chain, "opening the claimed state", () =>
    bridge.openState(last, { ...roots, leafCount, exitCount, fees }),
  );
}

async function checkPaid(stage: Stage, { chain }: Node, leaves: readonly OwnedLeaf[]): Promise<void> {
  let paid = 0;
  for (const { account, amount } of leaves) {
    if ((await chain.provider.getBalance(account)) === amount) paid++;
  }
  stage.check("simulated: accounts that have what was theirs", leaves.length, paid);
  stage.check("simulated: custody at the end", 0n, await chain.contracts.bridge.custody(NOTHING_ADDRESS));
}

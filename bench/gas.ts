// L1 gas of every transition, with the real verifier, on a fresh local chain.

import { zeroPadValue } from "ethers";
import { BRIDGE_PREDEPLOY, type InstanceName, SELECTORS, toAddress } from "../src/model/index.ts";
import { depositBond, withdrawBond } from "../src/node/bond.ts";
import { claimExit, claimFees, depositEth, depositToken, force, openCheckpoint } from "../src/node/bridge.ts";
import { challenge, finalize, refundBatch, timeout } from "../src/node/dispute.ts";
import { proveSegment, sendFraud, sendValid } from "../src/node/prover.ts";
import type { ProofSystemName } from "../src/prover/index.ts";
import { ETHER } from "../test/support/node-harness.ts";
import {
  ALICE,
  type Bench,
  call,
  closeWindow,
  commit,
  ethTransfer,
  many,
  openBench,
  SUPPLY,
  tokenTransfer,
} from "./support.ts";

/** Gas of one transaction by the name of its transition. */
export type GasTable = Record<string, number>;

/** Segments of a long batch. */
const LONG = 16;

export async function measureGas(instance: InstanceName): Promise<GasTable> {
  const bench = await openBench(instance);
  return {
    ...(await queueAndBonds(bench)),
    ...(await commits(bench)),
    ...(await answered(bench)),
    ...(await withdrawal(bench)),
    ...(await refuted(bench)),
    ...(await timedOut(bench)),
  };
}

/** The deployments whose disputes are compared, by the name of their proof system. */
const PROOF_SYSTEM_SETS: Readonly<Record<string, readonly ProofSystemName[]>> = {
  ultrahonk: ["ultrahonk"],
  groth16: ["groth16"],
  plonk: ["plonk"],
  "all-of (ultrahonk, groth16)": ["ultrahonk", "groth16"],
};

/** What the two calls cost that carry a proof, for each proof system, on a circuit that all of them prove. */
export async function measureProofGas(instance: InstanceName): Promise<GasTable> {
  const table: GasTable = {};
  for (const [name, systems] of Object.entries(PROOF_SYSTEM_SETS)) {
    const bench = await openBench(instance, systems);
    await fill(bench);
    const costs = { ...(await answered(bench)), ...(await refuted(bench)) };
    for (const call of ["answer (validity proof)", "fraud proof"]) {
      table[`${call}, ${name}, ${instance} (n = ${bench.n})`] = costs[call] ?? 0;
    }
  }
  return table;
}

/** ETH and tokens for ALICE, in a final batch. */
async function fill(bench: Bench): Promise<void> {
  const { world, node, token } = bench;
  await depositEth(node, world.user, 100n * ETHER, ALICE.address);
  await depositToken(node, world.user, token, SUPPLY, ALICE.address);
  await commit(bench, []);
  await closeWindow(bench);
}

async function queueAndBonds({ world, node, token }: Bench): Promise<GasTable> {
  const { user, sequencer } = world;
  const deposit = await depositEth(node, user, 100n * ETHER, ALICE.address);
  const tokens = await depositToken(node, user, token, SUPPLY, ALICE.address);
  const forced = await force(node, user, { kind: "withdraw", recipient: ALICE.address, amount: 1n });
  const bonded = await depositBond(node, sequencer, ETHER);
  const unbonded = await withdrawBond(node, sequencer, ETHER);
  return {
    "deposit ETH": gas(deposit),
    "deposit ERC-20": gas(tokens),
    "force a withdrawal": gas(forced),
    "bond deposit": gas(bonded),
    "bond withdrawal": gas(unbonded),
  };
}

async function commits(bench: Bench): Promise<GasTable> {
  const { world, node } = bench;
  // The first commit ever fills words that later ones only change.
  await commit(bench, []);
  await depositEth(node, world.user, ETHER, ALICE.address);
  const queue = await commit(bench, []);
  const one = await commit(bench, [await ethTransfer(bench)]);
  const full = await commit(bench, await many(bench.n, () => ethTransfer(bench)));
  const long = await commit(bench, await many(LONG * bench.n, () => ethTransfer(bench)));
  await closeWindow(bench);
  return {
    "commit, 1 queue segment": gas(queue.receipt),
    "commit, 1 segment of 1 ETH transfer": gas(one.receipt),
    "commit, 1 full segment of ETH transfers": gas(full.receipt),
    [`commit, ${LONG} full segments of ETH transfers`]: gas(long.receipt),
    "  a record of it": Math.round(gas(long.receipt) / (LONG * bench.n)),
  };
}

/** The costliest segment: token transfers to accounts never seen before. */
async function answered(bench: Bench): Promise<GasTable> {
  const { world, node, prover } = bench;
  const { id } = await commit(bench, await many(bench.n, () => tokenTransfer(bench)));
  const challenged = await challenge(node, world.challenger, id, 0, { unchecked: true });
  await node.derivation.sync();
  const me = await world.user.getAddress();
  const answer = await sendValid(node, world.user, await proveSegment(node, prover, id, 0, me));
  const final = await finalize(node, world.user, id);
  return {
    challenge: gas(challenged),
    "answer (validity proof)": gas(answer),
    "finalize, early": gas(final),
  };
}

async function withdrawal(bench: Bench): Promise<GasTable> {
  const { world, node } = bench;
  // To an account that exists on L1: a new one would cost 25 000 gas more.
  const data = SELECTORS.withdrawEth + zeroPadValue(await world.user.getAddress(), 32).slice(2);
  const withdraw = { to: toAddress(BRIDGE_PREDEPLOY), data, value: ETHER };
  const { id, number } = await commit(bench, [await call(bench, withdraw)]);
  await world.increaseTime(world.book.parameters.challengeWindow);
  const final = await finalize(node, world.user, id);
  await node.derivation.sync();
  const opened = await openCheckpoint(node, world.user, number);
  await node.derivation.sync();
  const claimed = await claimExit(node, world.user, number, 0n);
  const fees = await claimFees(node, world.user, await world.sequencer.getAddress());
  return {
    "finalize, window over": gas(final),
    "open a checkpoint": gas(opened),
    "claim an exit of ETH": gas(claimed),
    "claim fees": gas(fees),
  };
}

async function refuted(bench: Bench): Promise<GasTable> {
  const { world, node, prover } = bench;
  const { id } = await commit(bench, await many(bench.n, () => tokenTransfer(bench)), true);
  const me = await world.challenger.getAddress();
  const fraud = await sendFraud(node, world.challenger, await proveSegment(node, prover, id, 0, me));
  bench.nonce -= bench.n;
  await node.derivation.sync();
  return { "fraud proof": gas(fraud) };
}

async function timedOut(bench: Bench): Promise<GasTable> {
  const { world, node } = bench;
  await commit(bench, [await ethTransfer(bench)]);
  await closeWindow(bench);
  const { id } = await commit(bench, [await ethTransfer(bench)]);
  const child = await commit(bench, [await ethTransfer(bench)]);
  await challenge(node, world.challenger, id, 0, { unchecked: true });
  const { slot, provingWindow } = world.book.parameters;
  await world.increaseTime(slot + provingWindow);
  await node.derivation.sync();
  const over = await timeout(node, world.challenger, id, 0);
  await node.derivation.sync();
  const refund = await refundBatch(node, world.sequencer, child.id);
  return { timeout: gas(over), "refund of a descendant's bond": gas(refund) };
}

function gas({ gasUsed }: { gasUsed: bigint }): number {
  return Number(gasUsed);
}

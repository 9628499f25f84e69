// From L1's block with the largest batch to a watchtower's verdict: reading it from L1, checking what pins it, recovering every
// signature, running every record, a checkpoint after each segment.

import type { InstanceName } from "../src/model/index.ts";
import { auditCommit } from "../src/watchtower/audit.ts";
import { judge } from "../src/watchtower/verdict.ts";
import { depositEth } from "../src/node/bridge.ts";
import { buildBatch } from "../src/node/batch-builder.ts";
import { keccak256 } from "ethers";
import { commitBatch } from "../src/node/sequencer.ts";
import { ETHER } from "../test/support/node-harness.ts";
import { ALICE, closeWindow, commit, ethTransfer, many, openBench } from "./support.ts";

export interface VerdictTime {
  readonly transfers: number;
  readonly bytes: number;
  readonly segments: number;
  /** Of the tries, in ms: the block is on L1, and the verdict is there. */
  readonly verdictMs: { readonly median: number; readonly most: number };
  /** Of it, reading L1. */
  readonly readMs: number;
  /** The same batch, shown before it is committed. */
  readonly auditMs: number;
}

const TRIES = 5;

/** ETH transfers to accounts never seen before, as many as a batch of 110 kB takes; each try by a watchtower that starts anew. */
export async function measureVerdict(instance: InstanceName): Promise<VerdictTime> {
  const bench = await openBench(instance);
  const { world, node, n } = bench;
  await depositEth(node, world.user, 100n * ETHER, ALICE.address);
  await commit(bench, []);
  await closeWindow(bench);
  const watchers = await many(TRIES, () => world.open());
  // Their code is warm, as in a process that has judged batches before.
  await commit(bench, await many(n, () => ethTransfer(bench)));
  for (const one of watchers) {
    const { live } = await one.derivation.sync();
    await judge(one, live.at(-1)?.id ?? "");
  }

  const raws = await many(1_000, () => ethTransfer(bench));
  await node.derivation.sync();
  const pool = raws.map((raw, receivedAt) => ({ hash: keccak256(raw), raw, receivedAt }));
  const built = buildBatch(node, pool, { feeRecipient: await world.sequencer.getAddress() });
  const { header, parent, counter, checkpoints, segments } = built;
  const data = segments.flatMap((one) => (one.source === "data" ? [one.bytes] : []));
  const { rollup } = node.chain.contracts;
  const calldata = rollup.interface.encodeFunctionData("commit", [parent, header, [...checkpoints], data]);
  const committer = (await world.sequencer.getAddress()).toLowerCase();
  const request = { calldata, committer, counter: String(counter), nonce: "0".repeat(16) };
  const auditor = await world.open();
  const asked = performance.now();
  const answer = await auditCommit(auditor, request);
  const auditMs = Math.round(performance.now() - asked);
  if (answer.verdict !== "valid") throw new Error(`the audit says ${answer.verdict}: ${answer.reason}`);

  const { id } = await commitBatch(node, world.sequencer, built);
  const times: { all: number; read: number }[] = [];
  for (const one of watchers) {
    const started = performance.now();
    await one.derivation.sync();
    const read = performance.now() - started;
    const verdict = await judge(one, id);
    if (verdict.kind !== "valid") throw new Error(`the verdict is ${verdict.kind}`);
    times.push({ all: performance.now() - started, read });
  }
  const sorted = times.map(({ all }) => Math.round(all)).sort((a, b) => a - b);
  const reads = times.map(({ read }) => Math.round(read)).sort((a, b) => a - b);
  return {
    transfers: built.transactions.length,
    bytes: data.reduce((sum, bytes) => sum + bytes.length, 0),
    segments: segments.length,
    verdictMs: { median: sorted[Math.floor(TRIES / 2)] ?? 0, most: sorted.at(-1) ?? 0 },
    readMs: reads[Math.floor(TRIES / 2)] ?? 0,
    auditMs,
  };
}

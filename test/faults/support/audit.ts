// What must be so after every fault, by L1 alone: nothing acknowledged is lost or runs twice, no position was committed to
// twice, nobody honest lost a bond, and all money is somewhere.

import { expect } from "chai";
import type { TransactionResponse } from "ethers";
import { explainFailure } from "../../../src/chain/reverts.ts";
import type { Hex } from "../../../src/chain/types.ts";
import { capacityOf, flagsOf, INSTANCES } from "../../../src/model/index.ts";
import { bondOf } from "../../../src/node/bond.ts";
import { segmentWords } from "../../../src/node/execution.ts";
import type { Node } from "../../../src/node/node.ts";
import { Ledger } from "../../model/ledger.ts";
import type { L1 } from "./l1.ts";

export interface Audited {
  readonly batches: number;
  readonly transactions: number;
  readonly challenges: number;
}

/** `acknowledged` must all be on L1 by now. `rollbacks`: how many batches may have died. */
export async function audit(l1: L1, acknowledged: readonly Hex[], rollbacks = 0): Promise<Audited> {
  const node = await l1.open();
  const { view } = node.derivation;
  expect(view.dead.length, "dead batches").to.equal(rollbacks);
  const ran = countTransactions(node);
  expect(
    acknowledged.filter((hash) => ran.get(hash) === undefined),
    "acknowledged and lost",
  ).to.deep.equal([]);
  expect(
    [...ran].filter(([, times]) => times !== 1),
    "ran more than once",
  ).to.deep.equal([]);
  await auditSupply(l1, node);
  await auditCommits(l1, node, rollbacks);
  const challenges = [...view.disputes.values()].flatMap((dispute) => dispute.challenges);
  expect(
    challenges.filter(({ outcome }) => outcome !== "answered"),
    "challenges without an answer",
  ).to.deep.equal([]);
  const sequencer = await l1.sequencer.getAddress();
  const { available, locked } = await bondOf(node, sequencer);
  expect(available + locked >= 200n * l1.book.parameters.batchBond, "the sequencer's bond").to.equal(true);
  return { batches: Number(view.head), transactions: ran.size, challenges: challenges.length };
}

/** How often each signed transaction took effect in the live batches, all of which must be right. */
function countTransactions(node: Node): ReadonlyMap<Hex, number> {
  const ran = new Map<Hex, number>();
  for (const { id } of node.derivation.view.live.slice(1)) {
    const { wrong, records } = node.execute(id);
    expect(wrong, `a wrong segment in batch ${id}`).to.equal(undefined);
    for (const { transaction, status } of records) {
      if (transaction === undefined || status === "skipped") continue;
      ran.set(transaction, (ran.get(transaction) ?? 0) + 1);
    }
  }
  return ran;
}

/** An independent ledger over all batches: balances, exits and fees together are what was deposited, and what L1 holds. */
async function auditSupply({ book, provider }: L1, node: Node): Promise<void> {
  const { D, n } = INSTANCES[book.instance];
  const { view } = node.derivation;
  const ledger = new Ledger(capacityOf(D));
  let left = 0n;
  for (const batch of view.live.slice(1)) {
    for (const segment of batch.segments.keys()) {
      const context = { chainId: book.l2ChainId, baseFee: batch.header.baseFee, n };
      const { first, records } = segmentWords(batch, segment, context);
      ledger.apply(first, records);
    }
    left += ledger.fees + ledger.exits.reduce((sum, { amount }) => sum + amount, 0n);
  }
  const balances = [...ledger.accounts.values()].reduce((sum, { eth }) => sum + eth, 0n);
  const { custody, burned } = await custodyOf(node);
  const waiting = view.queue
    .slice(Number(view.live[view.live.length - 1]?.header.queueEnd))
    .filter(({ kind }) => !flagsOf(kind).debit)
    .reduce((sum, { amount }) => sum + amount, 0n);
  expect(balances + left + waiting, "balances, exits, fees and waiting deposits").to.equal(custody);
  expect(await provider.getBalance(book.addresses.bridge), "the bridge's ether").to.equal(custody + burned);
  for (const [account, { eth, nonce }] of ledger.accounts) {
    const address = `0x${account.toString(16).padStart(40, "0")}`;
    expect(node.account(address), address).to.deep.include({ balance: eth, nonce });
  }
}

async function custodyOf({ chain }: Node): Promise<{ custody: bigint; burned: bigint }> {
  const { bridge } = chain.contracts;
  return { custody: await bridge.custody(`0x${"0".repeat(40)}`), burned: await bridge.burned() };
}

/** What is known about a commit that L1 refused: what it would say a block earlier and at the end of that block, and what came with it. */
async function explainRefused({ chain }: Node, sent: TransactionResponse): Promise<string> {
  const { provider, abis } = chain;
  const { hash, nonce, from, to, data, gasLimit, blockNumber } = sent;
  const at = blockNumber ?? 0;
  const answer = async (blockTag: number) => {
    try {
      await provider.call({ from, to, data, gasLimit, blockTag });
      return "nothing";
    } catch (error) {
      return String(explainFailure(abis, "the commit", error));
    }
  };
  const receipt = await provider.getTransactionReceipt(hash);
  const others = (await provider.getBlock(at, true))?.prefetchedTransactions ?? [];
  const beside = others.map((one) => `${one.from.slice(0, 8)} nonce ${one.nonce} ${one.data.slice(0, 10)}`);
  return [
    `L1 refused commit ${hash}, nonce ${nonce}, block ${at}, gas ${receipt?.gasUsed} of ${gasLimit}`,
    `a block earlier: ${await answer(at - 1)}; then: ${await answer(at)}; beside it: ${beside.join(", ")}`,
  ].join("; ");
}

/** One mined transaction for each position, and none that L1 refused. */
async function auditCommits({ provider, book }: L1, node: Node, rollbacks: number): Promise<void> {
  const { rollup } = node.chain.contracts;
  const { selector } = rollup.interface.getFunction("commit");
  // What came since the view belongs to the next audit.
  const last = node.derivation.view.l1.number;
  let mined = 0;
  for (let number = book.fromBlock; number <= last; number++) {
    const block = await provider.getBlock(number, true);
    for (const sent of block?.prefetchedTransactions ?? []) {
      const { to, data, hash } = sent;
      const isCommit = to?.toLowerCase() === book.addresses.rollup.toLowerCase() && data.startsWith(selector);
      if (!isCommit) continue;
      mined += 1;
      const receipt = await provider.getTransactionReceipt(hash);
      if (receipt?.status !== 1) expect.fail(await explainRefused(node, sent));
    }
  }
  expect(mined, "commits on L1").to.equal(Number(node.derivation.view.head) + rollbacks);
}

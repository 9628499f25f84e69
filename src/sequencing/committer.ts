// Sends closed batches to L1, one at a time. What is sent is stored before it is sent, with the nonce of the L1 transaction, and
// whatever is sent later for the same position takes the same nonce: of two batches for one position L1 can take only one, after a
// crash, too.

import { dataLength, type TransactionRequest } from "ethers";
import { ask } from "../chain/l1.ts";
import type { Fees } from "../chain/replacing.ts";
import { explainFailure } from "../chain/reverts.ts";
import type { DerivedBatch, Hex } from "../chain/types.ts";
import { isLuntraError } from "../errors.ts";
import { batchId } from "../model/index.ts";
import { type CheckPolicy, checkSegment, isChosen } from "../node/batch-checks.ts";
import type { BuiltBatch } from "../node/batch-builder.ts";
import type { Auditor, CommitToAudit } from "./audit.ts";
import type { Draft } from "./draft.ts";
import type { Engine } from "./engine.ts";
import type { Outbox } from "./outbox.ts";
import { type StoredCommit, saveCommit, storedCommit } from "./records.ts";

export interface CommitterOptions {
  readonly checks?: CheckPolicy;
  /** Judges what is about to be sent; nobody does if left out. */
  readonly audit?: Auditor;
}

interface Sent {
  readonly id: Hex;
  readonly hash: Hex;
  /** By `performance.now()`. */
  readonly at: number;
}

/** So long a refusal stands before the same batch is shown to the audit again. */
const HELD_MS = 5_000;

/** Refusals of L1 that no waiting cures: another batch has to be made. */
const HOPELESS: ReadonlySet<string> = new Set(["DueItemOmitted", "QueueEndOutOfRange", "WrongQueueHash"]);

export class Committer {
  readonly #engine: Engine;
  readonly #outbox: Outbox;
  readonly #options: CommitterOptions;
  #sent: Sent | undefined;
  readonly #checked = new WeakSet<Draft>();
  /** The batch that the audit approved. */
  #approved: Hex | undefined;
  /** What the audit did not approve, until when by `performance.now()`. */
  #held: { readonly id: Hex; readonly error: unknown; readonly until: number } | undefined;

  constructor(engine: Engine, outbox: Outbox, options: CommitterOptions = {}) {
    this.#engine = engine;
    this.#outbox = outbox;
    this.#options = options;
  }

  /**
   * Sends the oldest batch if it is closed and it is its turn. Returns its id if it was sent now. Throws CHECK_FAILED,
   * AUDIT_REFUSED, AUDIT_SILENT, CALL_REVERTED (L1 would refuse it), LEASE_LOST, L1_UNAVAILABLE; nothing is lost then.
   */
  async step(): Promise<Hex | undefined> {
    const { drafts, inTurn, leads, node, chain } = this.#engine;
    const draft = drafts[0];
    if (draft === undefined || !draft.closed || !inTurn || !leads) return undefined;
    const { view } = node.derivation;
    const parent = node.derivation.batch(chain.ground.id);
    const built = draft.built(parent, view.commitCounter + 1n);
    const id = batchId(built);
    if (await this.#isOnItsWay(id)) return undefined;
    if (!this.#checked.has(draft)) {
      await this.#check(draft, built, id);
      this.#checked.add(draft);
    }
    await this.#send(parent, built, id);
    return id;
  }

  /** L1 forgets what a reorg took away, or what its nodes had in memory when they ended: that is sent again at once. */
  async #isOnItsWay(id: Hex): Promise<boolean> {
    const sent = this.#sent;
    if (sent?.id !== id || performance.now() - sent.at >= this.#outbox.stuckMs) return false;
    const { provider } = this.#engine.node.chain;
    return (await ask(`transaction ${sent.hash}`, () => provider.getTransaction(sent.hash))) !== null;
  }

  /** Model, circuit and contract must agree on it. */
  async #check(draft: Draft, built: BuiltBatch, id: Hex): Promise<void> {
    const { node } = this.#engine;
    const { oneIn = 1 } = this.#options.checks ?? {};
    for (const [segment, { before, words }] of draft.segments.entries()) {
      if (!isChosen(oneIn)) continue;
      const state = before.clone();
      await checkSegment(node, built, { id, segment, state, records: words }, this.#options.checks);
    }
  }

  async #send(parent: DerivedBatch, built: BuiltBatch, id: Hex): Promise<void> {
    const { node } = this.#engine;
    const { rollup } = node.chain.contracts;
    const { header, counter, checkpoints, segments } = built;
    const data = segments.flatMap((one) => (one.source === "data" ? [one.bytes] : []));
    const calldata = rollup.interface.encodeFunctionData("commit", [
      built.parent,
      header,
      [...checkpoints],
      data,
    ]);
    const gasLimit = gasBound(calldata, segments.length);
    await this.#simulate({ data: calldata, gasLimit }, id, header.number);
    await this.#audit({ id, calldata, counter, committer: this.#engine.options.committer });

    const { nonce, earlier } = await this.#nonceFor(parent.id);
    const fees = await this.#outbox.fees(nonce, await this.#feesOf(earlier?.l1Hash));
    const call = { to: node.chain.book.addresses.rollup, data: calldata };
    // Nodes that estimate on what waits see the earlier one mined, and this one refused.
    const gas =
      earlier === undefined ? await ask("the gas of a commit", () => this.#outbox.gasOf(call)) : gasLimit;
    const row = {
      parent: parent.id,
      number: header.number,
      header,
      counter,
      committer: this.#engine.options.committer,
      l1Nonce: BigInt(nonce),
      calldata,
    };
    // From here on nothing is asked: whoever may write may send.
    await this.#engine.write((trx) => saveCommit(trx, row));
    const hash = await this.#broadcast({ ...call, nonce, gasLimit: gas }, fees, id);
    this.#sent = { id, hash, at: performance.now() };
    await this.#engine.write((trx) => saveCommit(trx, { ...row, l1Hash: hash }));
  }

  /** Held back, it is not shown again at once: judging takes the other side's time. */
  async #audit(commit: CommitToAudit): Promise<void> {
    const { audit } = this.#options;
    const { id } = commit;
    if (audit === undefined || this.#approved === id) return;
    if (this.#held?.id === id && performance.now() < this.#held.until) throw this.#held.error;
    try {
      await audit(commit);
      this.#approved = id;
      this.#held = undefined;
    } catch (error) {
      this.#held = { id, error, until: performance.now() + HELD_MS };
      throw error;
    }
  }

  async #simulate(
    call: { readonly data: Hex; readonly gasLimit: bigint },
    id: Hex,
    number: bigint,
  ): Promise<void> {
    const { node } = this.#engine;
    const from = this.#engine.options.committer;
    try {
      await node.chain.provider.call({ from, to: node.chain.book.addresses.rollup, ...call });
    } catch (error) {
      const explained = explainFailure(node.chain.abis, `the commit of batch ${id}`, error);
      // It may be there already, mined since L1 was last read.
      await this.#engine.follow();
      const [draft] = this.#engine.drafts;
      const hopeless = isLuntraError(explained, "CALL_REVERTED") && HOPELESS.has(explained.args.error);
      if (hopeless && draft?.facts.number === number) await this.#engine.abandon();
      throw explained;
    }
  }

  /** That of whatever was sent for this position before, while L1 has not used it up. */
  async #nonceFor(parent: Hex): Promise<{ readonly nonce: number; readonly earlier?: StoredCommit }> {
    const { store } = this.#engine;
    const nonces = await this.#outbox.nonces();
    const earlier = await storedCommit(store.db, parent);
    // Another account's nonce means nothing here; L1 takes one batch for a position all the same.
    const ours = earlier?.committer === this.#engine.options.committer;
    const isAgain = earlier !== undefined && ours && earlier.l1Nonce >= BigInt(nonces.used);
    if (!isAgain) return { nonce: this.#outbox.free(nonces, undefined) };
    const nonce = Number(earlier.l1Nonce);
    await this.#outbox.clear(nonces.used, nonce);
    return { nonce, earlier };
  }

  async #feesOf(hash: Hex | undefined): Promise<Fees | undefined> {
    if (hash === undefined) return undefined;
    const sent = await ask(`transaction ${hash}`, () =>
      this.#engine.node.chain.provider.getTransaction(hash),
    );
    const { maxFeePerGas, maxPriorityFeePerGas } = sent ?? {};
    return maxFeePerGas && maxPriorityFeePerGas ? { maxFeePerGas, maxPriorityFeePerGas } : undefined;
  }

  async #broadcast(
    request: TransactionRequest & { readonly nonce: number },
    fees: Fees,
    id: Hex,
  ): Promise<Hex> {
    try {
      return (await this.#outbox.send(request, fees)).hash;
    } catch (error) {
      throw explainFailure(this.#engine.node.chain.abis, `the commit of batch ${id}`, error);
    }
  }
}

/** Enough for any commit: most of its gas is for its bytes. What is left over is not paid for. */
function gasBound(calldata: Hex, segments: number): bigint {
  return 300_000n + 40n * BigInt(dataLength(calldata)) + 20_000n * BigInt(segments);
}

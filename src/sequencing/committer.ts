// Sends closed batches to L1, one at a time. What is sent is stored before it is sent, with the nonce of the L1 transaction, and
// whatever is sent later for the same position takes the same nonce: of two batches for one position L1 can take only one, after a
// crash, too.

import { dataLength, type Signer, type TransactionRequest } from "ethers";
import { ask } from "../chain/l1.ts";
import { explainFailure } from "../chain/reverts.ts";
import type { DerivedBatch, Hex } from "../chain/types.ts";
import { isLuntraError } from "../errors.ts";
import { batchId } from "../model/index.ts";
import { type CheckPolicy, checkSegment, isChosen } from "../node/batch-checks.ts";
import type { BuiltBatch } from "../node/batch-builder.ts";
import type { Auditor, CommitToAudit } from "./audit.ts";
import type { Draft } from "./draft.ts";
import type { Engine } from "./engine.ts";
import { type StoredCommit, saveCommit, storedCommit } from "./records.ts";

export interface CommitterOptions {
  readonly checks?: CheckPolicy;
  /** Judges what is about to be sent; nobody does if left out. */
  readonly audit?: Auditor;
  /** A transaction that is not mined in this time is sent again with higher fees; default 60 s. */
  readonly stuckMs?: number;
}

interface Sent {
  readonly id: Hex;
  readonly nonce: number;
  readonly hash: Hex;
  /** By `performance.now()`. */
  readonly at: number;
  readonly fees: Fees;
}

interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

const DEFAULT_STUCK_MS = 60_000;
/** What else its block does changes what a commit costs: a queue item or a challenge before it took some hundred gas that an estimate did not know. */
const GAS_MARGIN_PERCENT = 120n;
/** So long a refusal stands before the same batch is shown to the audit again. */
const HELD_MS = 5_000;
const GWEI = 1_000_000_000n;
/** Of what L1 asks now. While L1 makes no blocks, fees that rise all the time would be paid when it makes one again. */
const MOST_TIMES = 10n;

/** Refusals of L1 that no waiting cures: another batch has to be made. */
const HOPELESS: ReadonlySet<string> = new Set(["DueItemOmitted", "QueueEndOutOfRange", "WrongQueueHash"]);

export class Committer {
  readonly #engine: Engine;
  readonly #signer: Signer;
  readonly #options: CommitterOptions;
  #sent: Sent | undefined;
  /** What L1 found too little: something waits there with that nonce, sent by a process that died before it knew the hash. */
  #outbid: { readonly nonce: number; readonly fees: Fees } | undefined;
  readonly #checked = new WeakSet<Draft>();
  /** The batch that the audit approved. */
  #approved: Hex | undefined;
  /** What the audit did not approve, until when by `performance.now()`. */
  #held: { readonly id: Hex; readonly error: unknown; readonly until: number } | undefined;

  constructor(engine: Engine, signer: Signer, options: CommitterOptions = {}) {
    this.#engine = engine;
    this.#signer = signer;
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

  get #stuckMs(): number {
    return this.#options.stuckMs ?? DEFAULT_STUCK_MS;
  }

  /** L1 forgets what a reorg took away, or what its nodes had in memory when they ended: that is sent again at once. */
  async #isOnItsWay(id: Hex): Promise<boolean> {
    const sent = this.#sent;
    if (sent?.id !== id || performance.now() - sent.at >= this.#stuckMs) return false;
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
    const fees = await this.#fees(nonce, earlier?.l1Hash);
    const call = { to: node.chain.book.addresses.rollup, data: calldata };
    // Nodes that estimate on what waits see the earlier one mined, and this one refused.
    const gas = earlier === undefined ? await this.#estimate(call) : gasLimit;
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
    const request = { ...call, nonce, ...fees, gasLimit: gas };
    const hash = await this.#broadcast(request, id).catch((error: unknown) => {
      if (isOutbid(error)) this.#outbid = { nonce, fees };
      throw error;
    });
    this.#outbid = undefined;
    this.#sent = { id, nonce, hash, at: performance.now(), fees };
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
    const from = await this.#signer.getAddress();
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
    const { store, node } = this.#engine;
    const { provider } = node.chain;
    const address = await this.#signer.getAddress();
    const [used, next] = await ask("the nonce of the account that commits", () =>
      Promise.all([
        provider.getTransactionCount(address, "latest"),
        provider.getTransactionCount(address, "pending"),
      ]),
    );
    const earlier = await storedCommit(store.db, parent);
    // Another account's nonce means nothing here; L1 takes one batch for a position all the same.
    const ours = earlier?.committer === this.#engine.options.committer;
    const isAgain = earlier !== undefined && ours && earlier.l1Nonce >= BigInt(used);
    return isAgain ? { nonce: Number(earlier.l1Nonce), earlier } : { nonce: next };
  }

  /** Above what may be waiting with that nonce, of this process or of one that died. */
  async #fees(nonce: number, earlier: Hex | undefined): Promise<Fees> {
    const { provider } = this.#engine.node.chain;
    const { maxFeePerGas, maxPriorityFeePerGas } = await ask("L1's fees", () => provider.getFeeData());
    const now = {
      maxFeePerGas: maxFeePerGas ?? 2n * GWEI,
      maxPriorityFeePerGas: maxPriorityFeePerGas ?? GWEI,
    };
    const known = [this.#outbid, this.#sent].find((one) => one?.nonce === nonce)?.fees;
    const before = known ?? (await this.#feesOf(earlier));
    if (before === undefined) return now;
    const bump = (fee: bigint, market: bigint) => {
      const more = (fee * 9n) / 8n + 1n;
      const bound = most(MOST_TIMES * market, fee);
      return most(market, more < bound ? more : bound);
    };
    return {
      maxFeePerGas: bump(before.maxFeePerGas, now.maxFeePerGas),
      maxPriorityFeePerGas: bump(before.maxPriorityFeePerGas, now.maxPriorityFeePerGas),
    };
  }

  async #feesOf(hash: Hex | undefined): Promise<Fees | undefined> {
    if (hash === undefined) return undefined;
    const sent = await ask(`transaction ${hash}`, () =>
      this.#engine.node.chain.provider.getTransaction(hash),
    );
    const { maxFeePerGas, maxPriorityFeePerGas } = sent ?? {};
    return maxFeePerGas && maxPriorityFeePerGas ? { maxFeePerGas, maxPriorityFeePerGas } : undefined;
  }

  async #estimate(call: { readonly to: Hex; readonly data: Hex }): Promise<bigint> {
    const { provider } = this.#engine.node.chain;
    const from = await this.#signer.getAddress();
    const least = await ask("the gas of a commit", () => provider.estimateGas({ from, ...call }));
    return (least * GAS_MARGIN_PERCENT) / 100n;
  }

  async #broadcast(request: TransactionRequest, id: Hex): Promise<Hex> {
    try {
      return (await this.#signer.sendTransaction(request)).hash;
    } catch (error) {
      throw explainFailure(this.#engine.node.chain.abis, `the commit of batch ${id}`, error);
    }
  }
}

/** Enough for any commit: most of its gas is for its bytes. What is left over is not paid for. */
function gasBound(calldata: Hex, segments: number): bigint {
  return 300_000n + 40n * BigInt(dataLength(calldata)) + 20_000n * BigInt(segments);
}

/** Go-ethereum's words, which others use too. */
function isOutbid(error: unknown): boolean {
  return error instanceof Error && /underpriced|already known|known transaction/i.test(error.message);
}

function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

// What a watchtower has sent and what it cost, in a file: limits hold across restarts, and after a crash it is known what may still
// be waiting on L1 with which nonce. What is sent is written down first, at its highest price, so that a crash can only make the
// ledger too dear.

import { z } from "zod";
import { readIfThere } from "../chain/address-book.ts";
import type { Hex } from "../chain/types.ts";
import { fail } from "../errors.ts";
import { writeWhole } from "../whole-file.ts";

const wei = z.string().regex(/^\d+$/).transform(BigInt);

const entry = z.object({
  nonce: z.number().int().nonnegative(),
  purpose: z.string(),
  /** What the transaction is about; two with the same name do the same. */
  about: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
  /** Wei at most. */
  most: wei,
  maxFeePerGas: wei,
  maxPriorityFeePerGas: wei,
  /** Of each transaction that was sent with this nonce and whose hash is known. */
  hashes: z.array(z.string()),
  /** Wei, once L1 has used the nonce up. */
  paid: wei.optional(),
});

export type Spending = Readonly<z.infer<typeof entry>>;

const schema = z.object({ account: z.string(), entries: z.array(entry) });

export class Ledger {
  readonly #path: string;
  readonly #account: Hex;
  readonly #onTrouble: (error: unknown) => void;
  #entries: readonly Spending[];

  private constructor(
    path: string,
    account: Hex,
    entries: readonly Spending[],
    onTrouble: (error: unknown) => void,
  ) {
    this.#path = path;
    this.#account = account;
    this.#entries = entries;
    this.#onTrouble = onTrouble;
  }

  /**
   * Throws LEDGER_DAMAGED: what was spent is not known then, and nothing may be. `onTrouble` is told why the file cannot be
   * written: a full disk must not keep a watchtower from refuting, so limits hold for as long as the process lives.
   */
  static async open(path: string, account: Hex, onTrouble: (error: unknown) => void): Promise<Ledger> {
    const text = await readIfThere(path);
    if (text === undefined) return new Ledger(path, account, [], onTrouble);
    try {
      const its = schema.parse(JSON.parse(text));
      return new Ledger(path, account, its.account === account ? its.entries : [], onTrouble);
    } catch (error) {
      return fail("LEDGER_DAMAGED", { path, reason: String(error) }, error);
    }
  }

  /** What was spent since then, and what may yet be. */
  spentSince(since: number): bigint {
    const counted = this.#entries.filter(({ at, paid }) => at >= since || paid === undefined);
    return counted.reduce((sum, { most, paid }) => sum + (paid ?? most), 0n);
  }

  /** What L1 has not used up the nonce of, the lowest nonce first. */
  get open(): readonly Spending[] {
    return this.#entries.filter(({ paid }) => paid === undefined).sort((a, b) => a.nonce - b.nonce);
  }

  /** Before something is sent. It takes the place of what was sent with the same nonce; L1 mines one of them. */
  async sending(its: Omit<Spending, "hashes" | "paid">): Promise<void> {
    const before = this.open.find(({ nonce }) => nonce === its.nonce);
    const most = before !== undefined && before.most > its.most ? before.most : its.most;
    const others = this.#entries.filter((one) => one !== before);
    await this.#save([...others, { ...its, most, hashes: before?.hashes ?? [] }]);
  }

  async sent(nonce: number, hash: Hex): Promise<void> {
    await this.#change(nonce, (its) => ({ ...its, hashes: [...its.hashes, hash] }));
  }

  /** L1 has used the nonce up. Undefined: nobody knows for what, so that it may have cost all. */
  async settled(nonce: number, paid: bigint | undefined): Promise<void> {
    await this.#change(nonce, (its) => ({ ...its, paid: paid ?? its.most }));
  }

  /** Nothing from before then counts any more. */
  async forget(before: number): Promise<void> {
    const kept = this.#entries.filter(({ at, paid }) => at >= before || paid === undefined);
    if (kept.length < this.#entries.length) await this.#save(kept);
  }

  async #change(nonce: number, how: (its: Spending) => Spending): Promise<void> {
    const open = this.open.find((one) => one.nonce === nonce);
    if (open !== undefined) await this.#save(this.#entries.map((one) => (one === open ? how(one) : one)));
  }

  async #save(entries: readonly Spending[]): Promise<void> {
    this.#entries = entries;
    const plain = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);
    const text = JSON.stringify({ account: this.#account, entries }, plain);
    await writeWhole(this.#path, text).catch(this.#onTrouble);
  }
}

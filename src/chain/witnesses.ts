// Further L1 nodes that must say the same: what one node alone could keep back or make up, a second one gives away. Enough for a
// conclusion are two nodes that agree, and none that disagrees.

import { FetchRequest, JsonRpcProvider, type Provider } from "ethers";
import { fail, LuntraError } from "../errors.ts";
import { ask, blockAt, fetchRecords, type L1Record, type Range } from "./l1.ts";
import { reasonOf } from "./reverts.ts";
import type { L1Block } from "./types.ts";

export interface Witness {
  /** For people: where it is, without what may be secret in a URL. */
  readonly name: string;
  readonly provider: Provider;
}

/** A node that takes longer has not answered. */
const TIMEOUT_MS = 10_000;
/** The node that everything is read from, and one more. */
const NEEDED = 2;

/** Throws WRONG_CHAIN if it is of another chain; one that does not answer now may later. */
export async function openWitness(url: string, chainId: bigint): Promise<Witness> {
  const request = new FetchRequest(url);
  request.timeout = TIMEOUT_MS;
  // It remembers nothing: an answer from before a reorg would be a disagreement.
  const options = { staticNetwork: true, batchMaxCount: 1, cacheTimeout: -1 };
  const provider = new JsonRpcProvider(request, chainId, options);
  const answer = await provider.send("eth_chainId", []).catch(() => undefined);
  if (answer !== undefined && BigInt(answer) !== chainId) {
    fail("WRONG_CHAIN", { expected: chainId, actual: BigInt(answer) });
  }
  return { name: new URL(url).host, provider };
}

/** Those of the witnesses that know L1 at least up to the block; see `agree`. */
export interface Agreed {
  readonly target: L1Block;
  readonly witnesses: readonly Witness[];
}

/**
 * The highest block up to `latest` that at least one witness has, too, and who of them has it. Throws L1_WITNESSES if none answers,
 * L1_DISAGREES if one has another block there.
 */
export async function agreeOnBlock(
  primary: Provider,
  latest: L1Block,
  witnesses: readonly Witness[],
): Promise<Agreed> {
  const answers = await each(witnesses, async ({ provider }) => {
    return (await blockAt(provider, "latest")) ?? fail("L1_DATA_MISSING", { what: "a latest block" });
  });
  const highest = Math.max(...answers.map(({ answer }) => answer.number));
  const number = Math.min(latest.number, highest);
  const target = number === latest.number ? latest : await blockAt(primary, number);
  if (target === undefined) return fail("L1_DATA_MISSING", { what: `block ${number}` });
  const current = answers.flatMap(({ witness, answer }) => (answer.number >= number ? [witness] : []));
  const theirs = await each(
    current,
    async ({ provider }) => (await blockAt(provider, number))?.hash ?? "none",
  );
  for (const { witness, answer } of theirs) same(`block ${number}`, target.hash, answer, witness);
  return { target, witnesses: theirs.map(({ witness }) => witness) };
}

/** Throws L1_DISAGREES if one of them has other logs, timestamps or transaction inputs, L1_WITNESSES if none is left that answers. */
export async function agreeOnRecords(
  records: readonly L1Record[],
  range: Range,
  witnesses: readonly Witness[],
): Promise<void> {
  const theirs = await each(witnesses, ({ provider }) => fetchRecords(provider, range));
  for (const { witness, answer } of theirs) {
    const byNumber = new Map(answer.map((one) => [one.number, textOf(one)]));
    for (const record of records) {
      const [ours, its] = [textOf(record), byNumber.get(record.number) ?? "nothing of the rollup"];
      byNumber.delete(record.number);
      if (ours !== its) same(`block ${record.number}`, ...firstDifference(ours, its), witness);
    }
    for (const [number, its] of byNumber) same(`block ${number}`, "nothing of the rollup", its, witness);
  }
}

/** Asks all at once; those that do not answer are left out, but one must. */
async function each<T>(
  witnesses: readonly Witness[],
  question: (witness: Witness) => Promise<T>,
): Promise<readonly { readonly witness: Witness; readonly answer: T }[]> {
  const settled = await Promise.allSettled(
    witnesses.map((witness) => ask(`what ${witness.name} says`, () => question(witness))),
  );
  const answers = settled.flatMap((one, i) =>
    one.status === "fulfilled" ? [{ witness: witnesses[i] as Witness, answer: one.value }] : [],
  );
  if (answers.length > 0) return answers;
  const failed = settled.find((one) => one.status === "rejected")?.reason;
  const reason = failed === undefined ? "none knows the block" : reasonOf(failed);
  throw new LuntraError("L1_WITNESSES", { needed: NEEDED, actual: 1, reason }, failed);
}

function same(what: string, expected: string, actual: string, { name: url }: Witness): void {
  if (expected !== actual) fail("L1_DISAGREES", { what, expected, actual, url });
}

function textOf({ number, hash, timestamp, logs, inputs }: L1Record): string {
  const sorted = Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1));
  const plain = logs.map((log) => [log.index, log.address, log.topics, log.data, log.transaction]);
  return JSON.stringify([number, hash, String(timestamp), plain, sorted]);
}

const AROUND = 40;

/** The texts around where they part: an input may have a hundred kilobytes. */
function firstDifference(a: string, b: string): [string, string] {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const cut = (text: string) => text.slice(Math.max(0, at - AROUND), at + AROUND);
  return [cut(a), cut(b)];
}

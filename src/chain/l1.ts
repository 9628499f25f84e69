// What L1 holds about a deployment, block by block: logs, timestamps and the inputs of commits. Nothing is
// believed here yet; `fold.ts` does the checking.

import { id, type Log, type Provider } from "ethers";
import { fail, LuntraError } from "../errors.ts";
import { reasonOf } from "./reverts.ts";
import type { Hex, L1Block } from "./types.ts";

export interface L1Log {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly index: number;
  readonly transaction: Hex;
}

/** A block with logs of ours in it. */
export interface L1Record extends L1Block {
  readonly logs: readonly L1Log[];
  /** Inputs of the transactions that committed a batch, by transaction hash. */
  readonly inputs: Readonly<Record<Hex, Hex>>;
}

export interface Range {
  readonly addresses: readonly Hex[];
  readonly from: number;
  readonly to: number;
  /** Blocks in one eth_getLogs call. */
  readonly chunk: number;
}

const COMMITTED = id("BatchCommitted(uint64,bytes32,address,uint64,uint8)");

/** Requests in flight at once. */
const PARALLEL = 8;

export async function blockAt(provider: Provider, tag: number | "latest"): Promise<L1Block | undefined> {
  const block = await ask(`block ${tag}`, () => provider.getBlock(tag));
  if (block === null || block.hash === null) return undefined;
  return { number: block.number, hash: block.hash, timestamp: BigInt(block.timestamp) };
}

/** Blocks of a range that hold logs of the given contracts, in order. */
export async function fetchRecords(provider: Provider, range: Range): Promise<L1Record[]> {
  const records: L1Record[] = [];
  let { from, chunk } = range;
  while (from <= range.to) {
    const to = Math.min(from + chunk - 1, range.to);
    const logs = await fetchLogs(provider, range.addresses, from, to);
    if (logs === undefined) {
      chunk = Math.ceil((to - from + 1) / 2);
      continue;
    }
    const blocks = [...Map.groupBy(logs, (log) => log.blockNumber)].sort(([a], [b]) => a - b);
    records.push(...(await mapLimited(blocks, ([number, its]) => fetchRecord(provider, number, its))));
    from = to + 1;
    // What was too much may have been these blocks alone.
    chunk = Math.min(2 * chunk, range.chunk);
  }
  return records;
}

/** Undefined if the node may answer about fewer blocks: many limit how many logs or blocks an answer covers. */
async function fetchLogs(
  provider: Provider,
  addresses: readonly Hex[],
  from: number,
  to: number,
): Promise<Log[] | undefined> {
  try {
    return await ask(`logs of blocks ${from} to ${to}`, () =>
      provider.getLogs({ address: [...addresses], fromBlock: from, toBlock: to }),
    );
  } catch (error) {
    if (from === to || isSilence(error)) throw error;
    return undefined;
  }
}

/** No answer in time: that is slow to find out, and says nothing about the question. */
function isSilence(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return (typeof code === "string" && /TIMED?OUT/.test(code)) || isSilence(error.cause);
}

async function fetchRecord(provider: Provider, number: number, logs: readonly Log[]): Promise<L1Record> {
  const block = await blockAt(provider, number);
  if (block === undefined) return fail("L1_DATA_MISSING", { what: `block ${number}, of which it has logs` });
  const inputs: Record<Hex, Hex> = {};
  for (const { blockHash, topics, transactionHash } of logs) {
    if (blockHash !== block.hash) {
      fail("L1_REORG", { block: number, expected: blockHash, actual: block.hash });
    }
    if (topics[0] === COMMITTED) {
      inputs[transactionHash] = await fetchInput(provider, transactionHash, block);
    }
  }
  const sorted = logs.toSorted((a, b) => a.index - b.index).map(plainLog);
  return { ...block, logs: sorted, inputs };
}

async function fetchInput(provider: Provider, hash: Hex, block: L1Block): Promise<Hex> {
  const transaction = await ask(`transaction ${hash}`, () => provider.getTransaction(hash));
  if (transaction === null) return fail("L1_DATA_MISSING", { what: `transaction ${hash}, which it logged` });
  if (transaction.blockHash !== block.hash) {
    const actual = transaction.blockHash ?? "no block";
    fail("L1_REORG", { block: block.number, expected: block.hash, actual });
  }
  return transaction.data;
}

function plainLog({ address, topics, data, index, transactionHash }: Log): L1Log {
  return { address: address.toLowerCase(), topics: [...topics], data, index, transaction: transactionHash };
}

/** Any failure of the node is L1_UNAVAILABLE. */
export async function ask<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof LuntraError) throw error;
    throw new LuntraError("L1_UNAVAILABLE", { what, reason: reasonOf(error) }, error);
  }
}

async function mapLimited<In, Out>(inputs: readonly In[], map: (input: In) => Promise<Out>): Promise<Out[]> {
  const outputs: Out[] = [];
  for (let i = 0; i < inputs.length; i += PARALLEL) {
    outputs.push(...(await Promise.all(inputs.slice(i, i + PARALLEL).map(map))));
  }
  return outputs;
}

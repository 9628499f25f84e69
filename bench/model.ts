// Throughput of the reference model on one core: signed records executed and committed to checkpoints.

import {
  applySegment,
  decodeSegment,
  encodeRecord,
  INSTANCES,
  Kind,
  type QueueItem,
  State,
  toAddress,
  wordsOfData,
  wordsOfItems,
} from "../src/model/index.ts";
import { loadFastHash } from "../src/prover/fast-hash.ts";
import { addressOf, BASE_FEE, CHAIN_ID, signRecord, walletOf } from "../test/support/vectors.ts";

export interface ModelSpeed {
  /** Transactions per second: decoding, signature recovery, execution, a checkpoint after each segment. */
  readonly transactionsPerSecond: number;
  readonly segments: number;
  readonly recordsPerSegment: number;
  /** Bytes of an ETH transfer and of an ERC-20 transfer as batch data. */
  readonly bytesPerEthTransfer: number;
  readonly bytesPerTokenTransfer: number;
}

const SEGMENTS = 64;

/** Half ETH, half ERC-20 transfers, one in four to an account never seen before. */
export async function measureModel(): Promise<ModelSpeed> {
  const { n, D, E } = INSTANCES.standard;
  const hash = await loadFastHash();
  const state = State.genesis({ D, E, hash });
  const wallets = Array.from({ length: 16 }, (_, i) => walletOf(`bench ${i}`));
  const token = addressOf("bench token");
  const deposits = wallets.flatMap(({ address }) => [
    deposit(Kind.depositEth, 0n, address),
    deposit(Kind.depositToken, token, address),
  ]);
  applySegment(state, { first: true, records: wordsOfItems(deposits, deposits.length) });

  const nonces = wallets.map(() => 0n);
  const record = (i: number) => {
    const from = i % wallets.length;
    const sender = wallets[from] as (typeof wallets)[number];
    const recipient =
      i % 4 === 0 ? addressOf(`bench stranger ${i}`) : (wallets[(from + 1) % wallets.length]?.address ?? 0n);
    const ofToken = i % 2 === 1;
    const nonce = nonces[from] ?? 0n;
    nonces[from] = nonce + 1n;
    return signRecord(sender, {
      kind: ofToken ? Kind.transferToken : Kind.transferEth,
      nonce,
      priority: 0n,
      maxFee: 2n * BASE_FEE,
      gasLimit: 60_000n,
      token: ofToken ? token : 0n,
      recipient,
      amount: 1n,
    });
  };
  const segments = Array.from({ length: SEGMENTS }, (_, s) => {
    const records = Array.from({ length: n }, (_, i) => encodeRecord(record(s * n + i)));
    return new Uint8Array(Buffer.concat(records));
  });

  const started = performance.now();
  let executed = 0;
  for (const [i, bytes] of segments.entries()) {
    const records = wordsOfData(bytes, { chainId: CHAIN_ID, baseFee: BASE_FEE, n });
    const { receipts } = applySegment(state, { first: i === 0, records });
    executed += receipts.filter(({ status }) => status === "executed").length;
  }
  const seconds = (performance.now() - started) / 1000;
  if (executed !== SEGMENTS * n) throw new Error(`expected ${SEGMENTS * n} executed, came ${executed}`);
  const [eth, ofToken] = decodeSegment(segments[0] as Uint8Array, 2).map((its) => encodeRecord(its).length);
  return {
    transactionsPerSecond: Math.round(executed / seconds),
    segments: SEGMENTS,
    recordsPerSegment: n,
    bytesPerEthTransfer: eth ?? 0,
    bytesPerTokenTransfer: ofToken ?? 0,
  };
}

function deposit(kind: QueueItem["kind"], token: bigint, recipient: bigint): QueueItem {
  const [its, to] = [toAddress(token), toAddress(recipient)];
  return { kind, sender: to, recipient: to, token: its, amount: 10n ** 24n };
}

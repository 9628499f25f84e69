// Malformed and hostile requests, at every layer of the protocol; each gets an answer or the end of its connection.

import { connect } from "node:net";
import fc from "fast-check";
import type { RpcServer } from "../../src/rpc/server.ts";

const METHODS = [
  "eth_chainId",
  "eth_getBalance",
  "eth_getTransactionCount",
  "eth_getCode",
  "eth_getStorageAt",
  "eth_feeHistory",
  "eth_estimateGas",
  "eth_call",
  "eth_sendRawTransaction",
  "eth_getTransactionByHash",
  "eth_getTransactionReceipt",
  "eth_getBlockReceipts",
  "eth_getTransactionByBlockNumberAndIndex",
  "eth_getBlockByNumber",
  "eth_getBlockByHash",
  "eth_getLogs",
  "eth_newFilter",
  "eth_getFilterChanges",
  "eth_getFilterLogs",
  "eth_uninstallFilter",
  "eth_subscribe",
  "eth_unsubscribe",
  "web3_sha3",
  "txpool_status",
  "luntra_status",
  "luntra_finality",
  "luntra_getBatch",
  "luntra_getSegment",
  "luntra_getCheckpoint",
  "luntra_getExitProof",
  "luntra_getDisputes",
  "luntra_risk",
  "luntra_batches",
  "luntra_disputes",
  "luntra_bonds",
  "luntra_proofJobs",
];

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((its) => `0x${Buffer.from(its).toString("hex")}`);

const SELECTORS = [
  "0xa9059cbb",
  "0x70a08231",
  "0x06fdde03",
  "0x18160ddd",
  "0x313ce567",
  "0x095ea7b3",
  "0x12",
];
const PREDEPLOY = "0x4c554e5452410000000000000000000000000001";

/** What is nearly right reaches deeper than what is not right at all. */
const value = fc.oneof(
  fc.constantFrom<unknown>(
    "latest",
    "pending",
    "safe",
    "finalized",
    "earliest",
    "0x0",
    "0x1",
    "0x",
    "0xff",
    null,
    true,
  ),
  hex(20),
  hex(32),
  fc.bigInt(0n, 1n << 256n).map((its) => `0x${its.toString(16)}`),
  fc.constantFrom<unknown>(
    { blockNumber: "0x1" },
    { blockHash: `0x${"0".repeat(64)}` },
    "newHeads",
    "logs",
    [],
  ),
  fc.record(
    {
      from: hex(20),
      to: fc.oneof(hex(20), fc.constant(PREDEPLOY)),
      value: fc.constantFrom("0x0", "0x1", `0x${"f".repeat(64)}`),
      data: fc
        .tuple(fc.constantFrom(...SELECTORS), hex(64))
        .map(([selector, args]) => selector + args.slice(2)),
      gas: fc.constantFrom("0x1", "0xffffff"),
      maxFeePerGas: fc.constantFrom("0x0", "0x1", "0x77359400"),
    },
    { requiredKeys: [] },
  ),
  fc.record(
    {
      fromBlock: fc.constantFrom<unknown>("0x0", "latest", "0xffffffffff", 1),
      toBlock: fc.constantFrom<unknown>("0x1", "latest", "earliest"),
      address: fc.oneof(hex(20), fc.array(hex(20), { maxLength: 3 }), fc.constant<unknown>(7)),
      topics: fc.array(fc.oneof(fc.constant(null), hex(32), fc.array(hex(32), { maxLength: 2 })), {
        maxLength: 5,
      }),
    },
    { requiredKeys: [] },
  ),
  hex(120).map((its) => `0x02${its.slice(4)}`),
  fc.json({ maxDepth: 3 }).map((its) => JSON.parse(its) as unknown),
);

const id = fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.constant({}), fc.double());

const request = fc.record(
  {
    jsonrpc: fc.constantFrom<unknown>("2.0", "2.0", "2.0", "2.0", "1.0", 2),
    id,
    method: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...METHODS) },
      { weight: 1, arbitrary: fc.string() },
    ),
    params: fc.oneof(
      { weight: 9, arbitrary: fc.array(value, { maxLength: 4 }) },
      { weight: 1, arbitrary: value },
    ),
  },
  { requiredKeys: ["method"] },
);

const text = fc.oneof(
  { weight: 10, arbitrary: request.map((its) => JSON.stringify(its)) },
  {
    weight: 3,
    arbitrary: fc.array(fc.oneof(request, value), { maxLength: 6 }).map((its) => JSON.stringify(its)),
  },
  { weight: 2, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  // A request with a wound.
  {
    weight: 3,
    arbitrary: fc.tuple(request, fc.nat(), fc.string({ maxLength: 3 })).map(([its, at, wound]) => {
      const whole = JSON.stringify(its);
      const place = at % (whole.length + 1);
      return whole.slice(0, place) + wound + whole.slice(place + wound.length);
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("[", '{"a":', '"', "\\u0000", "9"), fc.integer({ min: 1, max: 5000 }))
      .map(([its, times]) => its.repeat(times)),
  },
);

/** Requests of a seed: the same again for the same seed. */
export function requestsOf(seed: number, count: number): readonly string[] {
  return fc.sample(text, { seed, numRuns: count });
}

const ANSWERS = new Set([-32700, -32600, -32601, -32602, -32000, -32001, -32005, 3]);

/** Undefined if it is a good answer; else what is wrong with it. */
export function faultOf(answer: string): string | undefined {
  if (answer === "") return undefined;
  const parsed = JSON.parse(answer) as unknown;
  for (const its of Array.isArray(parsed) ? parsed : [parsed]) {
    const { jsonrpc, error, result } = its as {
      jsonrpc?: unknown;
      error?: { code: number };
      result?: unknown;
    };
    if (jsonrpc !== "2.0") return "no version";
    if (error === undefined && result === undefined) return "neither result nor error";
    if (error !== undefined && !ANSWERS.has(error.code)) return JSON.stringify(error);
  }
  return undefined;
}

/** Sends bytes to the port as they are, and waits for the end of the connection, or for `patienceMs`. */
export async function sendBytes({ port }: RpcServer, bytes: Uint8Array, patienceMs: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.resume();
  socket.end(bytes);
  await new Promise<void>((resolve) => {
    socket.on("close", () => resolve());
    setTimeout(() => socket.destroy(), patienceMs);
  });
}

const HEADS = [
  "GET / HTTP/1.1\r\n",
  "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n",
  "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
  "",
];

/** Beginnings of HTTP and of WebSocket with any bytes after them. */
export function streamsOf(seed: number, count: number): readonly Uint8Array[] {
  const stream = fc
    .tuple(fc.constantFrom(...HEADS), fc.uint8Array({ maxLength: 200 }))
    .map(([head, rest]) => Buffer.concat([Buffer.from(head), rest]));
  return fc.sample(stream, { seed, numRuns: count });
}

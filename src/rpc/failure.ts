// What a client is told of an error: a JSON-RPC code, words that clients recognise, and our own code with its arguments.

import { debuglog } from "node:util";
import { AbiCoder, concat, dataSlice, id } from "ethers";
import type { Hex } from "../chain/types.ts";
import { ERRORS, type ErrorCode, isLuntraError, type LuntraError } from "../errors.ts";
import { toJson } from "./json.ts";

export interface Failure {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

export const JSON_RPC = {
  parse: -32700,
  request: -32600,
  method: -32601,
  params: -32602,
  internal: -32603,
  server: -32000,
  notFound: -32001,
  limit: -32005,
  revert: 3,
} as const;

/** [JSON-RPC code, first words of the message]: geth's, where it has some, as clients look for them. */
type Saying = readonly [number, string?];

const { server } = JSON_RPC;

/** Whatever is not here is a plain server error. */
const SAYINGS: Readonly<Partial<Record<ErrorCode, Saying>>> = {
  RPC_PARSE: [JSON_RPC.parse, "parse error"],
  RPC_REQUEST: [JSON_RPC.request, "invalid request"],
  RPC_PARAMS: [JSON_RPC.params, "invalid params"],
  RPC_WEBSOCKET_ONLY: [JSON_RPC.method, "notifications not supported"],
  RPC_INTERNAL: [JSON_RPC.internal, "internal error"],
  RPC_LIMIT: [JSON_RPC.limit, "limit exceeded"],
  RPC_BLOCK_UNKNOWN: [JSON_RPC.notFound, "header not found"],
  RPC_LEADER_UNREACHABLE: [server, "leader unreachable"],
  STATE_UNAVAILABLE: [server, "state not available"],
  TX_MALFORMED: [server, "invalid transaction encoding"],
  TX_TYPE: [server, "transaction type not supported: transaction type not valid"],
  TX_CHAIN_ID: [server, "invalid chain id for signer"],
  TX_SIGNATURE: [server, "invalid sender"],
  TX_NONCE_TOO_LOW: [server, "nonce too low"],
  TX_NONCE_GAP: [server, "nonce too high"],
  TX_NONCE_TAKEN: [server, "replacement transaction underpriced"],
  TX_REPLACEMENT: [server, "replacement transaction underpriced"],
  TX_KNOWN: [server, "already known"],
  TX_UNKNOWN_SENDER: [server, "insufficient funds for gas * price + value"],
  TX_BALANCE: [server, "insufficient funds for gas * price + value"],
  TX_UNDERPRICED: [server, "transaction underpriced: max fee per gas less than block base fee"],
  TX_PRIORITY_FEE: [server, "max priority fee per gas higher than max fee per gas"],
  TX_GAS_LIMIT: [server, "intrinsic gas too low"],
  POOL_FULL: [server, "txpool is full"],
  POOL_SENDER_FULL: [server, "account limit exceeded"],
  NOT_LEADING: [server, "not leading"],
};

const debug = debuglog("luntra:rpc");

export function failureOf(error: unknown): Failure {
  if (!isLuntraError(error)) {
    debug("%s", error instanceof Error ? error.stack : String(error));
    return failureOfCode("RPC_INTERNAL", {});
  }
  if (isLuntraError(error, "RPC_CALL_REFUSED")) return revert(error.args.reason);
  if (isLuntraError(error, "RPC_LEADER_REFUSED")) return error.args;
  if (isLuntraError(error, "RPC_METHOD")) {
    // ethers looks for just these words.
    const message = `the method ${error.args.method} does not exist/is not available`;
    return { code: JSON_RPC.method, message, data: dataOf(error.code, error.args) };
  }
  return failureOfCode(error.code, error.args);
}

function failureOfCode(code: ErrorCode, args: LuntraError["args"]): Failure {
  const [number, words] = SAYINGS[code] ?? [server];
  const summary = (ERRORS[code].summary as (its: typeof args) => string)(args);
  return {
    code: number,
    message: words === undefined ? summary : `${words}: ${summary}`,
    data: dataOf(code, args),
  };
}

function dataOf(code: ErrorCode, args: object): object {
  return { ...(toJson(args) as object), code, advice: ERRORS[code].advice };
}

const ERROR_SELECTOR = dataSlice(id("Error(string)"), 0, 4);

/** As a contract's `require` with a reason. */
function revert(reason: string): Failure {
  return {
    code: JSON_RPC.revert,
    message: `execution reverted: ${reason}`,
    data: revertData(reason),
  };
}

function revertData(reason: string): Hex {
  return concat([ERROR_SELECTOR, AbiCoder.defaultAbiCoder().encode(["string"], [reason])]);
}

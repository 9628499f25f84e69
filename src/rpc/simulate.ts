// Whether a transaction would execute on a state, before anybody signs it.

import { type Hex, NOTHING_ADDRESS } from "../chain/types.ts";
import { fail } from "../errors.ts";
import { flagsOf, gasOf, type State } from "../model/index.ts";
import { type Intent, refuse } from "./intent.ts";
import type { Call } from "./params.ts";

type Transaction = Extract<Intent, { is: "transaction" }>;

/**
 * Gas that it takes. Throws RPC_CALL_REFUSED if it would fail, and what the pool throws where the sender cannot pay
 * (TX_BALANCE) or offers too little (TX_UNDERPRICED, TX_PRIORITY_FEE, TX_GAS_LIMIT).
 */
export function simulate(state: State, call: Call, transaction: Transaction, baseFee: bigint): bigint {
  const { kind, token, amount } = transaction;
  const gas = gasOf(kind);
  if (call.gas != null && call.gas < gas) fail("TX_GAS_LIMIT", { least: gas, actual: call.gas });
  const from = call.from ?? NOTHING_ADDRESS;
  const isToken = flagsOf(kind).token;

  const needed = (isToken ? 0n : amount) + gas * priceOf(call, baseFee);
  const available = state.account(BigInt(from)).balance;
  if (available < needed) fail("TX_BALANCE", { what: "ETH", needed, available });
  if (isToken && state.tokenBalance(BigInt(token), BigInt(from)) < amount) {
    refuse("transfer amount exceeds balance");
  }
  if (amount > 0n && state.tree.full && flagsOf(kind).credit && !isPresent(state, transaction)) {
    refuse("the state has no room for a new account");
  }
  return gas;
}

/** 0 where the call names no price: wallets ask for gas before they choose one. */
function priceOf({ gasPrice, maxFeePerGas, maxPriorityFeePerGas }: Call, baseFee: bigint): bigint {
  const most = maxFeePerGas ?? gasPrice ?? 0n;
  const tip = maxPriorityFeePerGas ?? 0n;
  if (most === 0n) return 0n;
  if (most < baseFee) fail("TX_UNDERPRICED", { least: baseFee, actual: most });
  if (tip > most) fail("TX_PRIORITY_FEE", { maxFee: most, actual: tip });
  return most;
}

function isPresent(state: State, { kind, token, recipient }: Transaction): boolean {
  const account = BigInt(recipient as Hex);
  const key = flagsOf(kind).token ? state.tokenKey(BigInt(token), account) : state.accountKey(account);
  return state.tree.lookup(key).found;
}

// What an unsigned call would do here: a transaction that has a record, a view of a token, or nothing that this L2 can do.

import { type FunctionFragment, Interface } from "ethers";
import type { Hex } from "../chain/types.ts";
import { fail } from "../errors.ts";
import { BRIDGE_ADDRESS } from "../l2/events.ts";
import { FIELD_BYTES, Kind, type SignedKind } from "../model/index.ts";
import type { Call } from "./params.ts";

export type Intent =
  | {
      readonly is: "transaction";
      readonly kind: SignedKind;
      readonly token: Hex;
      readonly recipient: Hex;
      readonly amount: bigint;
    }
  | { readonly is: "view"; readonly view: View; readonly token: Hex; readonly account: Hex | undefined };

const VIEWS = ["balanceOf", "allowance", "totalSupply", "name", "symbol", "decimals"] as const;
export type View = (typeof VIEWS)[number];

export const ERC20 = new Interface([
  "function balanceOf(address account) view returns (uint256)",
  "function allowance(address owner, address spender) view returns (uint256)",
  "function totalSupply() view returns (uint256)",
  "function name() view returns (string)",
  "function symbol() view returns (string)",
  "function decimals() view returns (uint8)",
  "function transfer(address recipient, uint256 amount) returns (bool)",
  "function approve(address spender, uint256 amount) returns (bool)",
  "function transferFrom(address sender, address recipient, uint256 amount) returns (bool)",
]);

export const BRIDGE = new Interface([
  "function withdrawEth(address recipient) payable",
  "function withdrawToken(address token, address recipient, uint256 amount)",
]);

const ETH: Hex = `0x${"0".repeat(40)}`;

/** Throws RPC_CALL_REFUSED. */
export function intentOf(call: Call): Intent {
  const { to } = call;
  if (to == null) return refuse("this L2 creates no contracts");
  const data = call.input ?? call.data ?? "0x";
  const value = call.value ?? 0n;
  if (data === "0x") {
    if (to === BRIDGE_ADDRESS)
      return refuse("a plain transfer to the bridge could never be spent; call withdrawEth on it");
    return { is: "transaction", kind: Kind.transferEth, token: ETH, recipient: to, amount: bounded(value) };
  }
  return to === BRIDGE_ADDRESS ? ofBridge(data, value) : ofToken(to, data, value);
}

function ofBridge(data: Hex, value: bigint): Intent {
  const { name, args } = decode(BRIDGE, data);
  if (name === "withdrawEth") {
    const recipient = String(args[0]).toLowerCase();
    return { is: "transaction", kind: Kind.withdrawEth, token: ETH, recipient, amount: bounded(value) };
  }
  noValue(value);
  const [token, recipient] = [args[0], args[1]].map((its) => String(its).toLowerCase()) as [Hex, Hex];
  return {
    is: "transaction",
    kind: Kind.withdrawToken,
    token,
    recipient,
    amount: bounded(BigInt(String(args[2]))),
  };
}

function ofToken(token: Hex, data: Hex, value: bigint): Intent {
  const { name, args } = decode(ERC20, data);
  noValue(value);
  if (name === "approve" || name === "transferFrom") {
    return refuse(`this L2 has no ${name}: tokens are moved by their owner's transfer alone`);
  }
  const account = args.length === 0 ? undefined : String(args[0]).toLowerCase();
  if (name === "transfer") {
    const amount = bounded(BigInt(String(args[1])));
    return { is: "transaction", kind: Kind.transferToken, token, recipient: account ?? ETH, amount };
  }
  return { is: "view", view: name as View, token, account };
}

function decode(its: Interface, data: Hex): { readonly name: string; readonly args: readonly unknown[] } {
  const selector = data.slice(0, 10);
  const fragment = its.getFunction(selector);
  if (fragment === null) return refuse(`this L2 has no function ${selector}`);
  const args = argumentsOf(its, fragment, data);
  return args === undefined
    ? refuse(`the arguments of ${fragment.name} are not encoded as they should be`)
    : { name: fragment.name, args };
}

/** Undefined unless the data is the one encoding that there is: the codec takes no other. */
function argumentsOf(its: Interface, fragment: FunctionFragment, data: Hex): readonly unknown[] | undefined {
  try {
    const args = its.decodeFunctionData(fragment, data).toArray();
    return its.encodeFunctionData(fragment, args) === data ? args : undefined;
  } catch {
    return undefined;
  }
}

function bounded(amount: bigint): bigint {
  const bits = 8 * FIELD_BYTES.amount;
  return amount >> BigInt(bits) === 0n ? amount : refuse(`a transaction moves less than 2^${bits}`);
}

function noValue(value: bigint): void {
  if (value !== 0n) refuse("a call of a token carries no ETH");
}

export function refuse(reason: string): never {
  return fail("RPC_CALL_REFUSED", { reason });
}

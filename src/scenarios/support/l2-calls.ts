// What users do on L2, as intents: signed for the pool, and as the words that they must come to.

import { keccak256 } from "ethers";
import type { Hex } from "../../chain/types.ts";
import { gasOf, Kind, type RecordWords, type SignedKind } from "../../model/index.ts";
import { signL2 } from "../../node/l2-wallet.ts";
import type { Actor } from "./actors.ts";

/** Wei a unit of L2 gas in every batch of every scenario, and the most that users pay. */
export const BASE_FEE = 1_000_000_000n;
const MAX_FEE = 2_000_000_000n;

export interface Call {
  readonly from: Actor;
  readonly kind: SignedKind;
  readonly to: Pick<Actor, "address">;
  /** ETH if left out. */
  readonly token?: Hex;
  readonly amount: bigint;
  /** Tip, in wei a unit of gas. */
  readonly priority?: bigint;
}

export interface SignedCall {
  readonly hash: Hex;
  readonly raw: Hex;
  /** By the protocol's formulae, not read back from the signed form. */
  readonly words: RecordWords;
}

export function pay(from: Actor, to: Pick<Actor, "address">, amount: bigint, token?: Hex): Call {
  return { from, to, amount, ...(token ? { kind: Kind.transferToken, token } : { kind: Kind.transferEth }) };
}

export function withdraw(from: Actor, amount: bigint, token?: Hex): Call {
  const kind = token ? { kind: Kind.withdrawToken, token } : { kind: Kind.withdrawEth };
  return { from, to: from, amount, ...kind };
}

export async function sign(call: Call, nonce: bigint, l2ChainId: bigint): Promise<SignedCall> {
  const { from, to, kind, token, amount, priority = 0n } = call;
  const its = token === undefined ? {} : { token };
  const raw = await signL2(from.wallet, l2ChainId, {
    ...its,
    kind,
    recipient: to.address,
    amount,
    nonce,
    maxFee: MAX_FEE,
    priority,
  });
  return { hash: keccak256(raw), raw, words: wordsOf(call, nonce) };
}

export function feeOf({ kind, priority = 0n }: Pick<Call, "kind" | "priority">): bigint {
  const price = BASE_FEE + priority;
  return gasOf(kind) * (price < MAX_FEE ? price : MAX_FEE);
}

function wordsOf(call: Call, nonce: bigint): RecordWords {
  const { from, to, kind, token = "0x0", amount } = call;
  const [sender, recipient] = [BigInt(from.address), BigInt(to.address)];
  return { kind, sender, recipient, token: BigInt(token), amount, nonce, fee: feeOf(call) };
}

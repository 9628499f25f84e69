// Signs L2 transactions as any wallet does.

import { HDNodeWallet, type Signer } from "ethers";
import { LOCAL_CHAIN } from "../chain/local-chain.ts";
import type { Hex } from "../chain/types.ts";
import { fail } from "../errors.ts";
import { callOf, gasOf, type SignedKind, toAddress } from "../model/index.ts";

/** Hardhat's own; everybody knows its keys. */
const DEVELOPMENT_MNEMONIC = "test test test test test test test test test test test junk";

/** Account `index` of the local chain. Throws LOCAL_CHAIN_ONLY on any other. */
export function developmentWallet(index: number, chainId: bigint): HDNodeWallet {
  if (chainId !== LOCAL_CHAIN) fail("LOCAL_CHAIN_ONLY", { what: "the development mnemonic", chainId });
  return HDNodeWallet.fromPhrase(DEVELOPMENT_MNEMONIC, undefined, `m/44'/60'/0'/0/${index}`);
}

export interface L2Transaction {
  readonly kind: SignedKind;
  /** Left out in the ETH kinds. */
  readonly token?: Hex;
  readonly recipient: Hex;
  readonly amount: bigint;
  readonly nonce: bigint;
  /** Wei a unit of gas, at most; default 2 gwei. */
  readonly maxFee?: bigint;
  /** Wei a unit of gas on top of the base fee; default 0. */
  readonly priority?: bigint;
}

const DEFAULT_MAX_FEE = 2_000_000_000n;

/** The raw transaction, with the gas limit that its kind needs. */
export async function signL2(
  wallet: Pick<Signer, "signTransaction">,
  l2ChainId: bigint,
  { kind, token = "0x0", recipient, amount, nonce, maxFee = DEFAULT_MAX_FEE, priority = 0n }: L2Transaction,
): Promise<Hex> {
  const fields = { kind, nonce, maxFee, priority, gasLimit: gasOf(kind), amount };
  const { to, value, data } = callOf({ ...fields, token: BigInt(token), recipient: BigInt(recipient) });
  return await wallet.signTransaction({
    type: 2,
    chainId: l2ChainId,
    nonce: Number(nonce),
    gasLimit: fields.gasLimit,
    maxFeePerGas: maxFee,
    maxPriorityFeePerGas: priority,
    to: toAddress(to),
    value,
    data,
  });
}

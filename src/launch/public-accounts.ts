// Accounts whose keys everybody knows: the development chains' mnemonics and the first private keys. Robots empty them within seconds.

import { HDNodeWallet, Mnemonic, Wallet, toBeHex } from "ethers";
import { LOCAL_CHAIN } from "../chain/local-chain.ts";
import type { Hex } from "../chain/types.ts";
import { fail } from "../errors.ts";

const MNEMONICS = [
  // Hardhat's and anvil's.
  "test test test test test test test test test test test junk",
  // Ganache's, with --deterministic.
  "myth like bonus scare over problem client lizard pioneer submit female collect",
] as const;
const ACCOUNTS = 30;
const SMALLEST_KEYS = 32;

let known: ReadonlySet<Hex> | undefined;

/** Lower-case address. */
export function isPublicAccount(account: Hex): boolean {
  known ??= new Set([...mnemonicAccounts(), ...smallestKeys()]);
  return known.has(account.toLowerCase());
}

/** Throws ROLE_REFUSED on any chain but the local one. */
export function refusePublicAccount(role: string, account: Hex, chainId: bigint): void {
  if (chainId === LOCAL_CHAIN || !isPublicAccount(account)) return;
  fail("ROLE_REFUSED", { role, account, reason: `has a key that everybody knows, on chain ${chainId}` });
}

function mnemonicAccounts(): Hex[] {
  return MNEMONICS.flatMap((phrase) => {
    const parent = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(phrase), "m/44'/60'/0'/0");
    return Array.from({ length: ACCOUNTS }, (_, i) => parent.deriveChild(i).address.toLowerCase());
  });
}

function smallestKeys(): Hex[] {
  return Array.from({ length: SMALLEST_KEYS }, (_, i) =>
    new Wallet(toBeHex(i + 1, 32)).address.toLowerCase(),
  );
}

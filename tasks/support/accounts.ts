// Accounts of the network, by index or address. Keys are never arguments.

import { HDNodeWallet, type Signer, Wallet } from "ethers";
import type { Hex } from "../../src/chain/types.ts";
import { fail } from "../../src/errors.ts";
import { refusePublicAccount } from "../../src/launch/public-accounts.ts";
import { developmentWallet } from "../../src/node/l2-wallet.ts";
import { parseHexAddress } from "./arguments.ts";
import { type Connection, chainIdOf } from "./connection.ts";

const LOCAL_CHAIN = 31337n;
const DEVELOPMENT_ACCOUNTS = 20;

/** The account that sends on L1. */
export async function signerOf(connection: Connection, account: string): Promise<Signer> {
  const signers = (await connection.ethers.getSigners()) as unknown as readonly (Signer & { address: Hex })[];
  const found = /^\d+$/.test(account)
    ? signers[Number(account)]
    : signers.find(({ address }) => address.toLowerCase() === parseHexAddress(account, "an account"));
  const unknown = { account, network: connection.networkName, accounts: signers.length };
  if (found === undefined) return fail("ACCOUNT_UNKNOWN", unknown);
  // Whatever it would send, robots would have the account's money first.
  refusePublicAccount("sender", found.address, await chainIdOf(connection));
  return found;
}

/** Lower-case address of an account of the network by index, or any address. */
export async function addressOf(connection: Connection, account: string): Promise<Hex> {
  if (!/^\d+$/.test(account)) return parseHexAddress(account, "an account");
  return (await (await signerOf(connection, account)).getAddress()).toLowerCase();
}

/** The account's key, for signing on L2: Hardhat's own on the local chain, else the one that the network has configured. */
export async function l2WalletOf(
  connection: Connection,
  chainId: bigint,
  account: string,
): Promise<Wallet | HDNodeWallet> {
  const address = await addressOf(connection, account);
  const wallets = [
    ...(chainId === LOCAL_CHAIN ? developmentWallets(chainId) : []),
    ...(await configuredWallets(connection)),
  ];
  const found = wallets.find((wallet) => wallet.address.toLowerCase() === address);
  return found ?? fail("KEY_UNAVAILABLE", { account: address, network: connection.networkName });
}

function developmentWallets(chainId: bigint): HDNodeWallet[] {
  return Array.from({ length: DEVELOPMENT_ACCOUNTS }, (_, i) => developmentWallet(i, chainId));
}

async function configuredWallets({ networkConfig }: Connection): Promise<(Wallet | HDNodeWallet)[]> {
  if (networkConfig.type !== "http") return [];
  const { accounts } = networkConfig;
  if (accounts === "remote") return [];
  if (Array.isArray(accounts)) {
    return await Promise.all(accounts.map(async (key) => new Wallet(await key.getHexString())));
  }
  const { mnemonic, passphrase, path, initialIndex, count } = accounts;
  const [phrase, password] = [await mnemonic.get(), await passphrase.get()];
  return Array.from({ length: count }, (_, i) =>
    HDNodeWallet.fromPhrase(phrase, password, `${path}/${initialIndex + i}`),
  );
}

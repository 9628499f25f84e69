// The cast. Each actor has one key, on L1 and on L2 alike.

import type { HDNodeWallet, Signer } from "ethers";
import type { Hex } from "../../chain/types.ts";
import { developmentWallet } from "../../node/l2-wallet.ts";

export const CAST = [
  "deployer",
  /** Commits batches, not always honest ones. */
  "sequencer",
  /** Builds on whatever it finds, without looking. */
  "follower",
  "watchtower",
  "prover",
  "challenger",
  "alice",
  "bob",
  "carol",
] as const;

export type Name = (typeof CAST)[number];

export interface Actor {
  readonly name: Name;
  /** Lower case. */
  readonly address: Hex;
  readonly signer: Signer;
  /** Signs on L2. */
  readonly wallet: HDNodeWallet;
}

export type Cast = Readonly<Record<Name, Actor>>;

export function castOf(signers: readonly Signer[], chainId: bigint): Cast {
  const actors = CAST.map((name, i): [Name, Actor] => {
    const wallet = developmentWallet(i, chainId);
    const signer = signers[i];
    if (signer === undefined) throw new RangeError(`expected ${CAST.length} accounts, got ${signers.length}`);
    return [name, { name, address: wallet.address.toLowerCase(), signer, wallet }];
  });
  return Object.fromEntries(actors) as Cast;
}

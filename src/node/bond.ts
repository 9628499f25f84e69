// Bonds: look, deposit, withdraw.

import type { Signer } from "ethers";
import { type Receipt, read, send, withSigner } from "../chain/client.ts";
import type { Hex } from "../chain/types.ts";
import type { Node } from "./node.ts";

export interface BondStatus {
  readonly account: Hex;
  /** Can be locked or withdrawn. */
  readonly available: bigint;
  /** Stands behind batches and challenges. */
  readonly locked: bigint;
  /** What one batch locks. */
  readonly batchBond: bigint;
  /** What a challenge locks at this block's base fee. */
  readonly challengeBond: bigint;
}

export async function bondOf({ chain }: Pick<Node, "chain">, account: Hex): Promise<BondStatus> {
  const { bonds, challenges } = chain.contracts;
  return await read(chain, `the bond of ${account}`, async () => {
    const [available, locked, batchBond, challengeBond] = await Promise.all([
      bonds.available(account),
      bonds.locked(account),
      bonds.batchBond(),
      challenges.challengeBond(),
    ]);
    return { account, available, locked, batchBond, challengeBond };
  });
}

/** Pays into the signer's own bond, or another account's. */
export async function depositBond(
  { chain }: Pick<Node, "chain">,
  signer: Signer,
  amount: bigint,
  account?: Hex,
): Promise<Receipt> {
  const owner = account ?? (await signer.getAddress());
  const { bonds } = withSigner(chain, signer);
  return await send(chain, `the bond deposit for ${owner}`, () => bonds.deposit(owner, { value: amount }));
}

/** Takes unlocked bond out, to the signer or another account. */
export async function withdrawBond(
  { chain }: Pick<Node, "chain">,
  signer: Signer,
  amount: bigint,
  to?: Hex,
): Promise<Receipt> {
  const recipient = to ?? (await signer.getAddress());
  const { bonds } = withSigner(chain, signer);
  return await send(chain, `the bond withdrawal to ${recipient}`, () => bonds.withdraw(recipient, amount));
}

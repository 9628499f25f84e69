// L2 transactions from the command line into the pool.

import type { Hex } from "../../src/chain/types.ts";
import { Kind, type SignedKind } from "../../src/model/index.ts";
import { signL2 } from "../../src/node/l2-wallet.ts";
import type { Mempool } from "../../src/node/mempool.ts";
import type { Node } from "../../src/node/node.ts";
import { pendingState } from "../../src/node/pending.ts";
import { poolStatus } from "../../src/node/pool-status.ts";
import { DEFAULT_BASE_FEE, type Submitted, submit } from "../../src/node/sequencer.ts";
import { l2WalletOf } from "./accounts.ts";
import { parseEtherAmount, parseNatural, parseTokenAmount } from "./arguments.ts";
import type { Answer } from "./output.ts";
import type { Workspace } from "./workspace.ts";

export interface FeeArgs {
  readonly maxFee: string;
  readonly priority: string;
  readonly nonce: string | undefined;
}

export interface Movement extends FeeArgs {
  readonly kind: "transfer" | "withdraw";
  /** Whose key signs. */
  readonly from: string;
  readonly to: Hex;
  /** As typed. */
  readonly amount: string;
  /** ETH if undefined. */
  readonly token: Hex | undefined;
}

const KINDS: Readonly<Record<Movement["kind"], { readonly eth: SignedKind; readonly token: SignedKind }>> = {
  transfer: { eth: Kind.transferEth, token: Kind.transferToken },
  withdraw: { eth: Kind.withdrawEth, token: Kind.withdrawToken },
};

/** Signs a transfer or withdrawal with the next nonce and submits it. */
export async function submitMovement(workspace: Workspace, movement: Movement): Promise<Submitted> {
  const { connection, node, book } = workspace;
  const { kind, from, to, token, amount, maxFee, priority, nonce } = movement;
  const wallet = await l2WalletOf(connection, book.chainId, from);
  const pool = await workspace.openPool();
  const parse = token === undefined ? parseEtherAmount : parseTokenAmount;
  const raw = await signL2(wallet, book.l2ChainId, {
    kind: KINDS[kind][token === undefined ? "eth" : "token"],
    ...(token === undefined ? {} : { token }),
    recipient: to,
    amount: parse(amount, "--amount"),
    nonce: nonce === undefined ? await nextNonce(node, pool, wallet.address) : parseNatural(nonce, "--nonce"),
    maxFee: parseEtherAmount(maxFee, "--max-fee"),
    priority: parseEtherAmount(priority, "--priority"),
  });
  return await submit(node, pool, raw);
}

async function nextNonce(node: Node, pool: Mempool, address: Hex): Promise<bigint> {
  const { waiting } = poolStatus(node, await pool.list());
  const state = pendingState(
    node,
    waiting.map(({ raw }) => raw),
    DEFAULT_BASE_FEE,
  );
  return state.account(BigInt(address)).nonce;
}

export function submittedAnswer({ hash, sender, nonce, known }: Submitted): Answer {
  return {
    json: { hash, sender, nonce, known },
    lines: [
      known ? `Already in the pool: ${hash}` : `In the pool: ${hash}`,
      `sender ${sender}, nonce ${nonce}; "sequencer commit" puts it into a batch`,
    ],
  };
}

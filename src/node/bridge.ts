// What a bridge user does: deposit, force a transaction, find and claim exits; and fees.

import { Contract, type Signer } from "ethers";
import { type Receipt, read, send, withSigner } from "../chain/client.ts";
import { batchOf } from "../chain/opening.ts";
import { type Hex, NOTHING_ADDRESS } from "../chain/types.ts";
import { exitName } from "../chain/view.ts";
import { fail, isLuntraError } from "../errors.ts";
import { Kind, toBytes32 } from "../model/index.ts";
import type { ExecutedExit } from "./execution.ts";
import type { Node } from "./node.ts";

export interface Enqueued extends Receipt {
  /** Place in the queue. */
  readonly index: bigint;
  /** Wei burned for the place. */
  readonly price: bigint;
}

/** Credits `amount` wei to `recipient` (the signer if left out) on L2; the queue's price comes on top. */
export async function depositEth(
  node: Node,
  signer: Signer,
  amount: bigint,
  recipient?: Hex,
): Promise<Enqueued> {
  const to = recipient ?? (await signer.getAddress());
  return await enqueue(node, signer, `the deposit for ${to}`, (bridge, price) =>
    bridge.depositEth(to, amount, { value: amount + price }),
  );
}

const ERC20 = [
  "function allowance(address owner, address spender) view returns (uint256)",
  "function approve(address spender, uint256 amount) returns (bool)",
];

/** Takes `amount` of a token into custody; approves the bridge for exactly that first, if needed. */
export async function depositToken(
  node: Node,
  signer: Signer,
  token: Hex,
  amount: bigint,
  recipient?: Hex,
): Promise<Enqueued> {
  const owner = await signer.getAddress();
  const { bridge } = node.chain.book.addresses;
  const erc20 = new Contract(token, ERC20, signer);
  const about = `the deposit of token ${token}`;
  const allowance = await read(node.chain, about, () => erc20.getFunction("allowance")(owner, bridge));
  if (allowance < amount) {
    await send(node.chain, `the approval for ${about}`, () => erc20.getFunction("approve")(bridge, amount));
  }
  return await enqueue(node, signer, about, (its, price) =>
    its.depositToken(token, recipient ?? owner, amount, { value: price }),
  );
}

export interface ForcedTransaction {
  readonly kind: "transfer" | "withdraw";
  /** ETH if left out. */
  readonly token?: Hex;
  readonly recipient: Hex;
  readonly amount: bigint;
}

const FORCED = {
  transfer: { eth: Kind.forcedTransferEth, token: Kind.forcedTransferToken },
  withdraw: { eth: Kind.forcedWithdrawEth, token: Kind.forcedWithdrawToken },
} as const;

/** Enqueues a transaction from the signer's L2 balance: no sequencer can leave it out for ever. */
export async function force(node: Node, signer: Signer, transaction: ForcedTransaction): Promise<Enqueued> {
  const { kind, token, recipient, amount } = transaction;
  const code = FORCED[kind][token === undefined ? "eth" : "token"];
  return await enqueue(node, signer, `the forced ${kind} to ${recipient}`, (bridge, price) =>
    bridge.force(code, recipient, token ?? NOTHING_ADDRESS, amount, { value: price }),
  );
}

type Bridge = ReturnType<typeof withSigner>["bridge"];

async function enqueue(
  node: Node,
  signer: Signer,
  about: string,
  call: (bridge: Bridge, price: bigint) => ReturnType<Bridge["depositEth"]>,
): Promise<Enqueued> {
  const { bridge } = withSigner(node.chain, signer);
  const price = await read(node.chain, "Bridge.enqueuePrice", () => bridge.enqueuePrice());
  const receipt = await send(node.chain, about, () => call(bridge, price));
  for (const { topics, data } of receipt.logs) {
    const log = bridge.interface.parseLog({ topics: [...topics], data });
    if (log?.name === "Enqueued") return { ...receipt, index: BigInt(log.args[0]), price };
  }
  return fail("L1_DATA_MISSING", { what: `the event Enqueued in ${receipt.transaction}` });
}

export type ExitStatus =
  /** Its batch can still be rolled back. */
  | "pending"
  /** Its batch is final, but nobody has opened the checkpoint. */
  | "final"
  | "claimable"
  | "claimed";

export interface UserExit extends ExecutedExit {
  readonly status: ExitStatus;
}

/** Exits of live batches that are valid, of one recipient or of all. */
export function findExits(node: Node, recipient?: Hex): readonly UserExit[] {
  const { live, finalized, opened, claimed } = node.derivation.view;
  const statusOf = ({ number, index }: ExecutedExit): ExitStatus => {
    if (claimed.has(exitName(number, index))) return "claimed";
    if (opened.has(number)) return "claimable";
    return number <= finalized ? "final" : "pending";
  };
  return live
    .flatMap(({ id }) => exitsOf(node, id))
    .filter((exit) => recipient === undefined || exit.recipient === recipient.toLowerCase())
    .map((exit) => ({ ...exit, status: statusOf(exit) }));
}

/** Nothing of a wrong batch, nor of its descendants, will ever be paid. */
function exitsOf(node: Node, id: Hex): readonly ExecutedExit[] {
  try {
    const { exits, wrong } = node.execute(id);
    return wrong === undefined ? exits : [];
  } catch (error) {
    if (isLuntraError(error, "ANCESTOR_INVALID")) return [];
    throw error;
  }
}

/** Opens the last checkpoint of a final batch: its exits become claimable, its fees are credited. */
export async function openCheckpoint(node: Node, signer: Signer, number: bigint): Promise<Receipt> {
  const derived = finalBatch(node, number);
  const { stateRoot, leafCount, exitRoot, exitCount, fees } = node.preimage(derived.id);
  const roots = { stateRoot: toBytes32(stateRoot), exitRoot: toBytes32(exitRoot) };
  const { bridge } = withSigner(node.chain, signer);
  return await send(node.chain, `opening the checkpoint of batch ${derived.id}`, () =>
    bridge.openCheckpoint(batchOf(derived), { ...roots, leafCount, exitCount, fees }),
  );
}

/** Claims one exit for its recipient; opens the checkpoint first if nobody has. Anyone may do it. */
export async function claimExit(node: Node, signer: Signer, number: bigint, index: bigint): Promise<Receipt> {
  const { id } = finalBatch(node, number);
  const exit = node.execute(id).exits.find((one) => one.index === index);
  if (exit === undefined) return fail("UNKNOWN_EXIT", { number, index });
  const { bridge } = withSigner(node.chain, signer);
  const opened = await read(node.chain, "Bridge.isOpened", () => bridge.isOpened(number));
  if (!opened) await openCheckpoint(node, signer, number);

  const { token, recipient, amount } = exit;
  const path = node
    .exits(id)
    .path(Number(index))
    .map(([left, right]): [string, string] => [toBytes32(left), toBytes32(right)]);
  return await send(node.chain, `the claim of exit ${index} of batch ${id}`, () =>
    bridge.claim(number, index, { token, recipient, amount }, path),
  );
}

/** Sequencer fees credited on L1 and not yet paid. */
export async function feesOf(node: Node, recipient: Hex): Promise<bigint> {
  const { chain } = node;
  return await read(chain, "Bridge.feesOf", () => chain.contracts.bridge.feesOf(recipient));
}

export async function claimFees(node: Node, signer: Signer, recipient: Hex): Promise<Receipt> {
  const { bridge } = withSigner(node.chain, signer);
  return await send(node.chain, `the claim of fees for ${recipient}`, () => bridge.claimFees(recipient));
}

function finalBatch(node: Node, number: bigint) {
  const { finalized } = node.derivation.view;
  if (number > finalized) fail("EXIT_NOT_FINAL", { number, finalized });
  return node.derivation.batchAt(number);
}

// What a bridge user does: deposit, force a transaction, find and claim exits; and fees.

import { Contract, type Signer } from "ethers";
import { type Receipt, read, send, withSigner } from "../chain/client.ts";
import { type DelayedPayment, type Hex, NOTHING_ADDRESS } from "../chain/types.ts";
import { exitName, exitPayment, feePayment, type View } from "../chain/view.ts";
import { fail, isLuntraError } from "../errors.ts";
import { Kind } from "../model/index.ts";
import type { ExecutedExit } from "./execution.ts";
import { checkpointOpening, exitProof } from "./exit-proof.ts";
import type { Node } from "./node.ts";

export interface Enqueued extends Receipt {
  /** Place in the queue. */
  readonly index: bigint;
  /** Wei burned for the place; what was sent beyond it came back in the same call. */
  readonly price: bigint;
}

export interface EnqueueOptions {
  /** Most that the place may cost, in wei; four times the present price if left out. */
  readonly maxPrice?: bigint;
}

/** A price may double before inclusion, and once more. */
const PRICE_MARGIN = 4n;

/** Credits `amount` wei to `recipient` (the signer if left out) on L2; the queue's price comes on top. */
export async function depositEth(
  node: Node,
  signer: Signer,
  amount: bigint,
  recipient?: Hex,
  options: EnqueueOptions = {},
): Promise<Enqueued> {
  const to = recipient ?? (await signer.getAddress());
  return await enqueue(node, signer, `the deposit for ${to}`, options, (bridge, most) =>
    bridge.depositEth(to, amount, { value: amount + most }),
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
  options: EnqueueOptions = {},
): Promise<Enqueued> {
  const owner = await signer.getAddress();
  const { bridge } = node.chain.book.addresses;
  const erc20 = new Contract(token, ERC20, signer);
  const about = `the deposit of token ${token}`;
  const allowance = await read(node.chain, about, () => erc20.getFunction("allowance")(owner, bridge));
  if (allowance < amount) {
    await send(node.chain, `the approval for ${about}`, () => erc20.getFunction("approve")(bridge, amount));
  }
  return await enqueue(node, signer, about, options, (its, most) =>
    its.depositToken(token, recipient ?? owner, amount, { value: most }),
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
export async function force(
  node: Node,
  signer: Signer,
  transaction: ForcedTransaction,
  options: EnqueueOptions = {},
): Promise<Enqueued> {
  const { kind, token, recipient, amount } = transaction;
  const code = FORCED[kind][token === undefined ? "eth" : "token"];
  return await enqueue(node, signer, `the forced ${kind} to ${recipient}`, options, (bridge, most) =>
    bridge.force(code, recipient, token ?? NOTHING_ADDRESS, amount, { value: most }),
  );
}

type Bridge = ReturnType<typeof withSigner>["bridge"];

async function enqueue(
  node: Node,
  signer: Signer,
  about: string,
  { maxPrice }: EnqueueOptions,
  call: (bridge: Bridge, most: bigint) => ReturnType<Bridge["depositEth"]>,
): Promise<Enqueued> {
  const { chain, derivation } = node;
  const { bridge } = withSigner(chain, signer);
  const price = await read(chain, "Bridge.enqueuePrice", () => bridge.enqueuePrice());
  const receipt = await send(chain, about, () => call(bridge, maxPrice ?? PRICE_MARGIN * price));
  const index = eventIn(bridge, receipt, "Enqueued")?.[0];
  if (index === undefined) fail("L1_DATA_MISSING", { what: `the event Enqueued in ${receipt.transaction}` });
  // Others may have come first: what the place cost in the end is known from L1.
  const item = (await derivation.sync()).queue[Number(index)];
  return { ...receipt, index: BigInt(index), price: item?.price ?? price };
}

function eventIn(bridge: Bridge, { logs }: Receipt, name: string) {
  for (const { topics, data } of logs) {
    const log = bridge.interface.parseLog({ topics: [...topics], data });
    if (log?.name === name) return log.args;
  }
  return undefined;
}

export type ExitStatus =
  /** Its batch can still be rolled back. */
  | "pending"
  /** Its batch is final, but nobody has opened the checkpoint. */
  | "final"
  | "claimable"
  /** A claim met the exit limit: paid from `payableFrom` on, or earlier if it then fits. */
  | "delayed"
  | "claimed";

export interface UserExit extends ExecutedExit {
  readonly status: ExitStatus;
  /** Protocol time; set exactly if delayed. */
  readonly payableFrom?: bigint;
}

export function exitStatus(
  view: View,
  { number, index }: Pick<ExecutedExit, "number" | "index">,
): ExitStatus {
  if (view.claimed.has(exitName(number, index))) return "claimed";
  if (view.delayed.has(exitPayment(number, index))) return "delayed";
  if (view.opened.has(number)) return "claimable";
  return number <= view.finalized ? "final" : "pending";
}

/** Exits of live batches that are valid, of one recipient or of all. */
export function findExits(node: Node, recipient?: Hex): readonly UserExit[] {
  const { view } = node.derivation;
  const { live, delayed } = view;
  return live
    .flatMap(({ id }) => exitsOf(node, id))
    .filter((exit) => recipient === undefined || exit.recipient === recipient.toLowerCase())
    .map((exit) => {
      const waits = delayed.get(exitPayment(exit.number, exit.index));
      return {
        ...exit,
        status: exitStatus(view, exit),
        ...(waits === undefined ? {} : { payableFrom: waits.payableFrom }),
      };
    });
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
  const { batch, checkpoint } = checkpointOpening(node, derived);
  const { bridge } = withSigner(node.chain, signer);
  return await send(node.chain, `opening the checkpoint of batch ${derived.id}`, () =>
    bridge.openCheckpoint(batch, checkpoint),
  );
}

/** What a claim came to: L1 takes it in any case, but may put the payment off. */
export interface Claimed extends Receipt {
  readonly paid: boolean;
  /** Protocol time from which the same claim pays without any limit; set exactly if it was put off. */
  readonly payableFrom?: bigint;
}

/** A claim that was estimated as put off may find the limit free when it is included, and then pays: a transfer more. */
const PAYMENT_GAS = 150_000n;

/** Claims one exit for its recipient; opens the checkpoint first if nobody has. Anyone may do it. */
export async function claimExit(node: Node, signer: Signer, number: bigint, index: bigint): Promise<Claimed> {
  const derived = finalBatch(node, number);
  const { id } = derived;
  const { exit, path } = exitProof(node, derived, index);
  const { bridge } = withSigner(node.chain, signer);
  const opened = await read(node.chain, "Bridge.isOpened", () => bridge.isOpened(number));
  if (!opened) await openCheckpoint(node, signer, number);

  const steps = path.map(([left, right]): [Hex, Hex] => [left, right]);
  const exitArgs = [number, index, exit, steps] as const;
  const receipt = await send(node.chain, `the claim of exit ${index} of batch ${id}`, async () => {
    const gasLimit = (await bridge.claim.estimateGas(...exitArgs)) + PAYMENT_GAS;
    return await bridge.claim(...exitArgs, { gasLimit });
  });
  return claimedBy(bridge, receipt);
}

function claimedBy(bridge: Bridge, receipt: Receipt): Claimed {
  const delayed = eventIn(bridge, receipt, "PaymentDelayed");
  if (delayed === undefined) return { ...receipt, paid: true };
  return { ...receipt, paid: false, payableFrom: BigInt(delayed.payableFrom) };
}

/** Sequencer fees credited on L1 and not yet paid. */
export async function feesOf(node: Node, recipient: Hex): Promise<bigint> {
  const { chain } = node;
  return await read(chain, "Bridge.feesOf", () => chain.contracts.bridge.feesOf(recipient));
}

/** Of the credited fees, what waits for the exit limit, one payment each. */
export function feesPutOff(node: Node, recipient: Hex): readonly DelayedPayment[] {
  return [...node.derivation.view.delayed].flatMap(([payment, its]) =>
    feePayment(recipient, its.amount) === payment ? [its] : [],
  );
}

/** How often others may take a part of the fees between the look at them and the claim. */
const CLAIMS = 3;

/**
 * Pays fees out: by default all that are not put off, or if there are none the first payment that is. Anyone can claim a part
 * first, and then all is more than L1 has: what is left is claimed.
 */
export async function claimFees(
  node: Node,
  signer: Signer,
  recipient: Hex,
  amount?: bigint,
): Promise<Claimed> {
  const { bridge } = withSigner(node.chain, signer);
  for (let claim = 1; ; claim++) {
    const its = amount ?? (await payableFees(node, recipient));
    try {
      const receipt = await send(node.chain, `the claim of fees for ${recipient}`, async () => {
        const gasLimit = (await bridge.claimFees.estimateGas(recipient, its)) + PAYMENT_GAS;
        return await bridge.claimFees(recipient, its, { gasLimit });
      });
      return claimedBy(bridge, receipt);
    } catch (error) {
      if (amount !== undefined || its === 0n || claim === CLAIMS || !isOutOfRange(error)) throw error;
    }
  }
}

/** A call that fails in a block, not before, comes back without a reason. */
function isOutOfRange(error: unknown): boolean {
  return isLuntraError(error, "CALL_REVERTED") && ["FeesOutOfRange", "NoReason"].includes(error.args.error);
}

async function payableFees(node: Node, recipient: Hex): Promise<bigint> {
  const { bridge } = node.chain.contracts;
  const [all, waiting] = await read(node.chain, "Bridge.feesOf", () =>
    Promise.all([bridge.feesOf(recipient), bridge.feesPutOff(recipient)]),
  );
  return all > waiting ? all - waiting : (feesPutOff(node, recipient)[0]?.amount ?? 0n);
}

function finalBatch(node: Node, number: bigint) {
  const { finalized } = node.derivation.view;
  if (number > finalized) fail("EXIT_NOT_FINAL", { number, finalized });
  return node.derivation.batchAt(number);
}

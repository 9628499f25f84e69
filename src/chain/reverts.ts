// From a node's error to the contract's custom error: which one, with which values, and what to do.

import { Interface } from "ethers";
import { LuntraError } from "../errors.ts";
import { withoutUrls } from "../without-urls.ts";
import type { Abi } from "./artifacts.ts";

/** What to do about a contract's refusal, beyond what its name and values say. */
const HINTS: Readonly<Record<string, string>> = {
  AlreadyChallenged: "each segment is challenged once; watch the open challenge",
  AlreadyClaimed: "the exit has been paid",
  AlreadyFinal: "nothing un-resolves a final batch",
  AlreadyOpened: "the exits can be claimed right away",
  AlreadyReclaimed: "the deposit has been returned",
  AlreadyRefunded: "the bond is available again",
  BatchNotFinal: "wait for the challenge window, or prove the batch",
  BatchRefuted: "a refuted batch's bond is gone",
  BondAboveMost: "the base fee rose meanwhile: look again, and agree to more",
  ChallengeWindowClosed: "only a fraud proof can stop the batch now, until it is final",
  ClockPaused: "the protocol's time stands still; it runs again by itself at that second of wall time",
  CommitThroughContract: "commit from an account without code",
  DeadlineNotReached: "wait for the deadline; until then anyone may answer",
  DueItemOmitted: "take due queue items into the batch first",
  FeesOutOfRange: "fees are credited when a batch's checkpoint is opened; some may be put off",
  FinalizeFirst: "make that batch final: it lacks nothing but the call",
  InsufficientBond: "deposit more bond",
  InvalidOpening: "rebuild the opening from the batch's own transaction",
  InvalidProof: "prove again for this chain, batch, segment and beneficiary",
  ItemConsumed: "a final batch took the deposit: it is in the state, so escape it",
  NotADeposit: "a forced transaction brought no money; its sender's balance escapes out of the state",
  NotFinalizable: "wait for the window's end and for open challenges, or prove every segment",
  NotFrozen: "the rollup runs: withdraw in the usual way",
  NotLastFinal: "another batch became final meanwhile: sync and look again",
  NotLive: "the batch was rolled back, or L1 was reorganised; sync and look again",
  NotOpened: "open the batch's last checkpoint first",
  NothingUnserved: "nobody waits for anything",
  OnlyGuardian: "send from the guardian's account",
  PauseTooSoon: "wait for the cooldown; time was stopped not long ago",
  PaymentWaits: "the exit limit is full; the payment is free of it from that second of protocol time on",
  PredecessorNotProven: "record proofs of the segments before it first",
  PriceAbovePayment: "agree to a higher price: it doubles with the backlog; what is too much returns at once",
  PrimaryHasPriority: "wait until the primary's time is over",
  RollupFrozen: "no more batches; claim final exits, escape balances, reclaim deposits",
  SameResult: "the claim is right: prove it valid instead",
  SegmentAlreadyProven: "the segment is settled",
  StateAlreadyOpened: "records can escape right away",
  StateNotOpened: "open the last final state first",
  StillInTime: "wait until the item is old enough",
  WrongNumber: "sync and rebuild the batch on the new head",
  WrongParent: "another batch was committed or rolled back meanwhile: sync and rebuild",
  WrongStateProof: "rebuild the proof from the last final state",
};

/** How verifiers refuse a proof that do not return false: the adapters, AllOf, and barretenberg's. */
const VERIFIER_REFUSALS = new Interface([
  "error ProofTooShort(uint256 actual, uint256 least)",
  "error WrongProofLength(uint256 actual, uint256 expected)",
  "error WrongPartCount(uint256 actual, uint256 expected)",
  "error ValueGeLimbMax()",
  "error ValueGeGroupOrder()",
  "error ValueGeFieldOrder()",
  "error SumcheckFailed()",
  "error ShpleminiFailed()",
  "error ProofLengthWrong()",
  "error ProofLengthWrongWithLogN(uint256 logN, uint256 actualLength, uint256 expectedLength)",
  "error PublicInputsLengthWrong()",
]);

const MOST_DEPTH = 6;

/** Revert data somewhere inside a node's or library's error; undefined if it is no revert. */
export function revertData(error: unknown, depth = 0): string | undefined {
  if (typeof error !== "object" || error === null || depth > MOST_DEPTH) return undefined;
  const { data, info, error: inner, cause } = error as Readonly<Record<string, unknown>>;
  if (typeof data === "string" && /^0x([0-9a-f]{2})*$/i.test(data) && data.length >= 10) return data;
  for (const nested of [data, info, inner, cause]) {
    const found = revertData(nested, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether L1 executed the call and refused, as opposed to not answering. */
export function isRevert(error: unknown): boolean {
  if (revertData(error) !== undefined) return true;
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return code === "CALL_EXCEPTION" || (typeof message === "string" && /revert/i.test(message));
}

/** CALL_REVERTED with the decoded custom error, or L1_UNAVAILABLE if the call never ran. */
export function explainFailure(abis: readonly Abi[], about: string, error: unknown): LuntraError {
  if (error instanceof LuntraError) return error;
  if (!isRevert(error)) {
    return new LuntraError("L1_UNAVAILABLE", { what: about, reason: reasonOf(error) }, error);
  }
  const decoded = decode(abis, revertData(error) ?? "0x");
  const hint = HINTS[decoded.error] ?? "";
  return new LuntraError("CALL_REVERTED", { about, ...decoded, hint }, error);
}

function decode(abis: readonly Abi[], data: string) {
  // Solidity reverts without a reason on arguments that are no encoding of anything.
  if (data === "0x") return { error: "NoReason", args: {} };
  for (const abi of abis) {
    const parsed = Interface.from(abi).parseError(data);
    if (parsed === null) continue;
    const args = parsed.fragment.inputs.map(({ name }, i) => [name || String(i), String(parsed.args[i])]);
    return { error: parsed.name, args: Object.fromEntries(args) as Record<string, string> };
  }
  const refusal = VERIFIER_REFUSALS.parseError(data);
  if (refusal !== null) return { error: "InvalidProof", args: { verifier: refusal.name } };
  return { error: "UnknownError", args: { data } };
}

/** Its first line. ethers quotes the address that it asked, with the key in it: this text is printed, and sent to webhooks. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? (error.message.split("\n")[0] ?? error.name) : String(error);
  return withoutUrls(text);
}

// What the processes of a node share: a chain, its derivation, and re-execution of what it derived.

import type { Provider } from "ethers";
import type { AddressBook } from "../chain/address-book.ts";
import type { ArtifactReader } from "../chain/artifacts.ts";
import { type Chain, openChain } from "../chain/client.ts";
import { type Derivation, type DeriveOptions, openDerivation } from "../chain/derive.ts";
import type { Hex } from "../chain/types.ts";
import { headOf } from "../chain/view.ts";
import type { Account, CheckpointPreimage, ExitTree, State } from "../model/index.ts";
import { loadFastHash } from "../prover/fast-hash.ts";
import type { Execution } from "./execution.ts";
import { type Executed, Executor, type SegmentStart } from "./executor.ts";

export type { ExecutedExit, ExecutedRecord, ExecutedSegment, Execution } from "./execution.ts";
export type { Executed, SegmentStart } from "./executor.ts";

export interface Node {
  readonly chain: Chain;
  readonly derivation: Derivation;
  /**
   * Re-executes a batch (kept by id). Throws ANCESTOR_INVALID if an ancestor is wrong: then nobody knows the state
   * that it starts from.
   */
  execute(id: Hex): Execution;
  /** Takes over an execution, so that the batch need not be run again. All of its segments are right. */
  adopt(id: Hex, executed: Executed): void;
  /** A copy of the state after a batch; throws BATCH_INVALID if its claim is wrong. */
  stateAfter(id: Hex): State;
  /** Preimage of a batch's last checkpoint; throws BATCH_INVALID if the claim is wrong. */
  preimage(id: Hex): CheckpointPreimage;
  /** The batch's exits, with their paths; throws BATCH_INVALID if the claim is wrong. */
  exits(id: Hex): ExitTree;
  /** State before a segment, and its words. Throws SEGMENT_UNPROVABLE after the first wrong segment. */
  segmentStart(id: Hex, segment: number): SegmentStart;
  /** Account and token balance after a live batch, the head if left out. */
  account(address: Hex, at?: Hex): Account;
  tokenBalance(token: Hex, address: Hex, at?: Hex): bigint;
}

export async function openNode(
  book: AddressBook,
  artifacts: ArtifactReader,
  provider: Provider,
  options: DeriveOptions = {},
): Promise<Node> {
  const hash = options.hash ?? (await loadFastHash());
  const chain = await openChain(book, artifacts, provider);
  const derivation = await openDerivation(chain, { ...options, hash });
  const executor = new Executor(derivation, hash);
  const at = (id: Hex | undefined) => executor.after(id ?? headOf(derivation.view).id);
  return {
    chain,
    derivation,
    execute: (id) => executor.run(id).execution,
    adopt: (id, executed) => executor.adopt(id, executed),
    stateAfter: (id) => executor.after(id).clone(),
    preimage: (id) => executor.valid(id).preimage,
    exits: (id) => executor.valid(id).exits,
    segmentStart: (id, segment) => executor.segmentStart(id, segment),
    account: (address, id) => at(id).account(BigInt(address)),
    tokenBalance: (token, address, id) => at(id).tokenBalance(BigInt(token), BigInt(address)),
  };
}

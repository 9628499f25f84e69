// Judges a batch before it is on L1: from L1, and from the bytes that would be sent. Nothing of the sequencer's is read besides.

import { getBytes, hexlify } from "ethers";
import { decodeCommit } from "../chain/calldata.ts";
import { committedBatch } from "../chain/committed.ts";
import { headOf } from "../chain/view.ts";
import { isLuntraError } from "../errors.ts";
import { batchId, INSTANCES } from "../model/index.ts";
import type { AuditAnswer, AuditRequest } from "../node/audit-protocol.ts";
import { executeBatch } from "../node/execution.ts";
import type { Node } from "../node/node.ts";
import { cannotTell } from "./verdict.ts";

type Audited = Omit<AuditAnswer, "nonce">;

/** What cannot be a batch on L1's head is invalid if the bytes are to blame, and cannot be told if L1's state may be. Never throws. */
export async function auditCommit(node: Node, request: AuditRequest): Promise<Audited> {
  let id = "";
  try {
    const view = await node.derivation.sync();
    const parent = headOf(view);
    const input = getBytes(request.calldata);
    const { header, checkpoints } = decodeCommit(input, "the commit to be");
    const counter = BigInt(request.counter);
    id = batchId({ header, counter });
    if (header.parent !== parent.id || counter !== view.commitCounter + 1n) {
      return { id, verdict: "cannot-tell", reason: `its parent is not L1's head ${parent.id}` };
    }
    if (header.queueEnd > BigInt(view.queue.length)) {
      return {
        id,
        verdict: "cannot-tell",
        reason: `L1's queue is not seen to have item ${header.queueEnd - 1n}`,
      };
    }
    const { book } = node.chain;
    const { n } = INSTANCES[book.instance];
    const { number, baseFee } = header;
    const event = { number, id, counter, segments: BigInt(checkpoints.length), committer: request.committer };
    const place = { transaction: hexlify(new Uint8Array(32)), block: view.l1.number, timestamp: view.time };
    const batch = committedBatch(event, input, place, parent, view.queue, n);
    const context = { chainId: book.l2ChainId, baseFee, n };
    const { wrong } = executeBatch(batch, node.stateAfter(parent.id), context);
    if (wrong === undefined) return { id, verdict: "valid", reason: "every checkpoint is right" };
    return { id, verdict: "invalid", segment: wrong, reason: `segment ${wrong} leads elsewhere` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const malformed =
      isLuntraError(error, "CALLDATA_MALFORMED") || (id !== "" && isLuntraError(error, "L1_INCONSISTENT"));
    if (malformed || isLuntraError(error, "SEGMENT_COUNT")) return { id, verdict: "invalid", reason };
    const verdict = cannotTell(error);
    return { id, verdict: "cannot-tell", reason: verdict.kind === "cannot-tell" ? verdict.reason : reason };
  }
}

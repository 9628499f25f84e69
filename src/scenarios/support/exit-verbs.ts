// How people leave a rollup that was frozen. Each verb is one step of the timeline.

import { type Hex, NOTHING_ADDRESS } from "../../chain/types.ts";
import { lastFinalOf, recordName } from "../../chain/view.ts";
import { refundable, refundBatch, refundChallenge } from "../../node/dispute.ts";
import {
  type Escaped,
  escapeAccount,
  escapeAll,
  payEscapes,
  reclaim,
  reclaimable,
} from "../../node/escape.ts";
import type { OwnedLeaf } from "../../node/escape-proof.ts";
import { freezeUnserved } from "../../node/freeze.ts";
import type { Actor } from "./actors.ts";
import { direct } from "./direct.ts";
import type { Stage } from "./stage.ts";
import { refused } from "./verbs.ts";

/** Freezes the rollup because its queue is not served. */
export async function freeze(stage: Stage, actor: Actor): Promise<void> {
  await stage.step(actor.name, "freezes the rollup, whose queue nobody serves", () =>
    freezeUnserved(stage.node, actor.signer),
  );
  await syncBoth(stage);
}

/** In just this second. The node looks at the latest block and would not send it yet. */
export async function freezeAt(stage: Stage, actor: Actor, second: bigint): Promise<void> {
  const { id } = lastFinalOf(stage.node.derivation.view);
  await stage.setNextTime(second);
  await stage.step(actor.name, "freezes the rollup, whose queue nobody serves, in the first second", () =>
    direct(stage, actor, ({ rollup }) => rollup.freezeUnserved(id)),
  );
  await syncBoth(stage);
}

/** L1 must refuse to freeze, with just this error. */
export async function freezeRefused(
  stage: Stage,
  actor: Actor,
  what: string,
  error: string,
  lastFinal: Hex = lastFinalOf(stage.node.derivation.view).id,
): Promise<void> {
  await refused(stage, actor, `a freeze ${what}`, error, () =>
    direct(stage, actor, ({ rollup }) => rollup.freezeUnserved(lastFinal)),
  );
}

/** Takes back what of the actor's is still locked behind, or against, batches that died for another reason. */
export async function takeBonds(stage: Stage, actor: Actor): Promise<void> {
  const { node } = stage;
  await node.derivation.sync();
  const all = refundable(node, actor.address);
  await stage.step(
    actor.name,
    `takes ${all.length} bond(s) of pruned batches and challenges back`,
    async () => {
      for (const { id, segment } of all) {
        if (segment === undefined) await refundBatch(node, actor.signer, id);
        else await refundChallenge(node, actor.signer, id, segment);
      }
    },
  );
}

/** Escapes with all that the actor has in the last final state. */
export async function leaveAlone(stage: Stage, actor: Actor): Promise<Escaped> {
  const escaped = await stage.step(
    actor.name,
    ({ records }: Escaped) => `leaves alone, with ${records.length} balance(s)`,
    () => escapeAccount(stage.node, actor.signer, actor.address),
  );
  noteEscaped(stage, escaped.records);
  return escaped;
}

/** Credits and pays everybody who is still there, whoever they are: whole subtrees, then payments in bulk. */
export async function leaveTogether(stage: Stage, volunteer: Actor): Promise<number> {
  const { node } = stage;
  const credited = await stage.step(volunteer.name, inBulk("proves", "balances that are left"), () =>
    escapeAll(node, volunteer.signer),
  );
  const paid = await stage.step(volunteer.name, inBulk("pays", "balances"), () =>
    payEscapes(node, volunteer.signer),
  );
  noteEscaped(stage, paid.records);
  stage.check("balances that were credited and not paid", 0, credited.records.length - paid.records.length);
  return paid.records.length;
}

function inBulk(does: string, what: string) {
  return ({ records, receipts }: Escaped): string => {
    const gas = receipts.reduce((sum, { gasUsed }) => sum + gasUsed, 0n);
    const each = gas / BigInt(records.length);
    return `${does} all ${records.length} ${what} in ${receipts.length} call(s): ${each} gas each`;
  };
}

/** Sends all deposits home that no final batch took. */
export async function returnDeposits(stage: Stage, volunteer: Actor): Promise<readonly bigint[]> {
  const { node } = stage;
  await node.derivation.sync();
  const indices = reclaimable(node).map(({ index }) => index);
  await stage.step(
    volunteer.name,
    `sends ${indices.length} deposit(s) back that no final batch took`,
    async () => {
      for (const index of indices) await reclaim(node, volunteer.signer, index);
    },
  );
  for (const index of indices) stage.reclaimed.add(index);
  return indices;
}

/** When everybody has left, nothing is left. */
export async function checkEmpty(stage: Stage): Promise<void> {
  const { bridge } = stage.watchNode.chain.contracts;
  for (const [what, token] of [
    ["ETH", NOTHING_ADDRESS],
    ["tokens", stage.token],
  ] as const) {
    stage.check(`custody of ${what} when everybody has left`, 0n, await bridge.custody(token));
  }
}

function noteEscaped({ escaped }: Stage, records: readonly OwnedLeaf[]): void {
  for (const { token, account } of records) escaped.add(recordName(token, account));
}

async function syncBoth({ node, watchNode }: Stage): Promise<void> {
  await Promise.all([node.derivation.sync(), watchNode.derivation.sync()]);
}

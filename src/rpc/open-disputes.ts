// Disputes as people act in them: what is open, until when, who may do what now, and what it pays.

import { wallOf } from "../chain/protocol-time.ts";
import type { View } from "../chain/view.ts";
import { type DisputeStatus, disputes, type Move } from "../node/dispute.ts";
import type { RpcContext } from "./context.ts";

/** Open ones come first, and are told in full: each has a bond behind it. */
const MOST = 200;

export function listDisputes({ node }: Pick<RpcContext, "node">, closed: boolean) {
  const { view } = node.derivation;
  const isOpen = ({ moves }: DisputeStatus) => moves.length > 0;
  const found = disputes(node, { closed });
  // The most pressing first; then those that are over, the latest first.
  const open = found.filter(isOpen).sort((a, b) => (a.deadline < b.deadline ? -1 : 1));
  const over = found.filter((one) => !isOpen(one)).reverse();
  return [...open, ...over].slice(0, MOST).map((one) => show(one, view));
}

function show({ number, moves, deadline, ...rest }: DisputeStatus, view: View) {
  return {
    batch: number,
    ...rest,
    deadline: wallOf(view.pauses, deadline),
    overdue: moves.length > 0 && deadline <= view.time,
    moves: moves.map((move) => showMove(move, view)),
  };
}

function showMove({ from, before, ...move }: Move, { pauses, time, paused }: View) {
  return {
    ...move,
    /** While time stands still no call passes. */
    possible: !paused && (from === undefined || from <= time),
    from: from === undefined ? null : wallOf(pauses, from),
    before: before === undefined ? null : wallOf(pauses, before),
  };
}

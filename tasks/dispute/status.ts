import { ether } from "../../src/chain/amounts.ts";
import { wallOf } from "../../src/chain/protocol-time.ts";
import type { View } from "../../src/chain/view.ts";
import { type DisputeStatus, disputes, type Move } from "../../src/node/dispute.ts";
import { action } from "../support/action.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { short, span } from "../support/output.ts";
import { openWorkspace } from "../support/workspace.ts";

export default action<DeploymentArgs & { all: boolean }>(async (args, context) => {
  const { node } = await openWorkspace(context, args);
  const { view } = node.derivation;
  const found = disputes(node, { closed: args.all });
  const refuted = [...view.disputes].flatMap(([id, { fraud }]) =>
    fraud === undefined ? [] : [{ id, ...fraud }],
  );
  return {
    json: { l1: view.l1, challenges: found, ...(args.all ? { refuted } : {}) },
    lines: [
      ...(found.length === 0 ? ["No challenge is open."] : found.flatMap((one) => lines(one, view))),
      ...(args.all
        ? refuted.map(({ id, segment }) => `Batch ${short(id)} refuted by segment ${segment}.`)
        : []),
    ],
  };
});

function lines(
  { number, id, segment, challenger, bond, outcome, deadline, moves }: DisputeStatus,
  { time, pauses }: View,
) {
  const left = deadline > time ? `${span(deadline - time)} left` : "deadline passed";
  return [
    `Batch ${number} (${short(id)}), segment ${segment}: ${outcome}${outcome === "open" ? `, ${left}` : ""}`,
    `  challenged by ${challenger} with ${ether(bond)}`,
    ...moves.map((move) => `  ${describe(move, pauses)}`),
  ];
}

function describe({ move, by, from, paysTo, pays }: Move, pauses: View["pauses"]): string {
  const when = from === undefined ? "" : ` from L1 time ${wallOf(pauses, from)}`;
  return `${move}: ${by}${when}; pays ${ether(pays)} to ${paysTo}`;
}

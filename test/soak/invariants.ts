// What must be so after a soak, by L1 alone. Each is checked, whatever became of the others.

import { expect } from "chai";
import type { Hex } from "../../src/chain/types.ts";
import { disputeOf } from "../../src/chain/view.ts";
import { bondOf } from "../../src/node/bond.ts";
import type { Node } from "../../src/node/node.ts";
import { auditSupply, countTransactions } from "../faults/support/audit.ts";
import type { SoakNetwork } from "./network.ts";

export interface Invariant {
  readonly name: string;
  readonly holds: boolean;
  /** Why not. */
  readonly reason?: string;
}

export interface Before {
  /** Bonds of those who do nothing wrong, by account. */
  readonly bonds: ReadonlyMap<Hex, bigint>;
  /** The head when all faults were over. */
  readonly head: bigint;
}

export async function checkInvariants(
  { l1, hook }: SoakNetwork,
  node: Node,
  acknowledged: readonly Hex[],
  before: Before,
): Promise<readonly Invariant[]> {
  const { view } = node.derivation;
  const liar = (await l1.other.getAddress()).toLowerCase();
  const checks: Readonly<Record<string, () => unknown>> = {
    "every live batch is right": () => countTransactions(node),
    "every lie was rolled back": () => {
      const alive = view.live.filter(({ committer }) => committer === liar);
      expect(alive.map(({ id }) => id)).to.deep.equal([]);
    },
    "nothing but lies was rolled back": () => {
      // Nobody builds on a lie, so none died with one.
      const dead = view.dead.filter(({ committer }) => committer !== liar);
      expect(dead.map(({ id }) => id)).to.deep.equal([]);
    },
    "nothing acknowledged is lost, and nothing ran twice": () => {
      const ran = countTransactions(node);
      expect(acknowledged.filter((hash) => ran.get(hash) === undefined)).to.deep.equal([]);
      expect([...ran].filter(([, times]) => times !== 1)).to.deep.equal([]);
    },
    "all money is somewhere": () => auditSupply(l1, node),
    "nobody honest lost a bond": async () => {
      for (const [account, bond] of before.bonds) {
        const { available, locked } = await bondOf(node, account);
        expect(available + locked >= bond, `${account}: ${available + locked} of ${bond}`).to.equal(true);
      }
    },
    "every challenge of a right segment was answered": () => {
      const open = view.live.flatMap(({ id }) => disputeOf(view, id).challenges);
      expect(open.filter(({ outcome }) => outcome !== "answered")).to.deep.equal([]);
    },
    "finality goes on": () => {
      expect(view.finalized >= before.head, `final ${view.finalized}, wanted ${before.head}`).to.equal(true);
    },
    "it is not frozen": () => expect(view.frozen).to.equal(false),
    "every alert was well-formed and signed": () => expect(hook.complaints).to.deep.equal([]),
    "no watchtower found our own sequencer wrong": () => {
      const about = hook.alerts.filter(
        ({ kind }) => kind === "own-batch-wrong" || kind === "wrong-batch-final",
      );
      expect(about).to.deep.equal([]);
    },
  };
  const found: Invariant[] = [];
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      found.push({ name, holds: true });
    } catch (error) {
      found.push({ name, holds: false, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return found;
}

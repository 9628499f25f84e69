// Bonds of everybody who ever committed, challenged or refuted here: read from L1, once for all who ask.

import { NOTHING_ADDRESS, type Hex } from "../chain/types.ts";
import type { View } from "../chain/view.ts";
import { read } from "../chain/client.ts";
import type { Node } from "../node/node.ts";
import { cached } from "./cached.ts";

/** Accounts that L1 is asked about: two calls each. */
const MOST_ACCOUNTS = 50;
/** L1 is asked at most so often. */
const FRESH_MS = 3_000;

export type BondReader = ReturnType<typeof createBondReader>;

export function createBondReader({ chain, derivation }: Node) {
  const { bonds, challenges } = chain.contracts;
  const { primary, batchBond } = chain.book.parameters;

  async function bondOf(account: Hex, roles: ReadonlySet<string>) {
    const [available, locked] = await Promise.all([bonds.available(account), bonds.locked(account)]);
    return { account, roles, available, locked };
  }

  return cached(FRESH_MS, () =>
    read(chain, "the bonds", async () => {
      const { view } = derivation;
      const known = [...rolesOf(view, primary.toLowerCase())].slice(0, MOST_ACCOUNTS);
      const [burned, challengeBond, accounts] = await Promise.all([
        bonds.burned(),
        challenges.challengeBond(),
        Promise.all(known.map(([account, roles]) => bondOf(account, roles))),
      ]);
      return { l1Block: view.l1.number, burned, batchBond, challengeBond, accounts };
    }),
  );
}

/** Those who acted last come first. */
function rolesOf(view: View, primary: Hex): ReadonlyMap<Hex, ReadonlySet<string>> {
  const roles = new Map<Hex, Set<string>>();
  const add = (account: Hex, role: string) => {
    const its = roles.get(account) ?? new Set();
    if (its.size > 0 || roles.size < MOST_ACCOUNTS) roles.set(account, its.add(role));
  };
  if (primary !== NOTHING_ADDRESS) add(primary, "primary");
  for (const { challenges, fraud } of [...view.disputes.values()].reverse()) {
    for (const { challenger } of challenges) add(challenger, "challenger");
    if (fraud !== undefined) add(fraud.beneficiary, "fraud prover");
  }
  for (const { committer, header } of [...view.dead, ...view.live].reverse()) {
    if (header.number > 0n) add(committer, "sequencer");
  }
  return roles;
}

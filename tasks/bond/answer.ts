// What every bond task prints: the account's bond as it is now.

import { ether } from "../../src/chain/amounts.ts";
import type { Receipt } from "../../src/chain/client.ts";
import type { Hex } from "../../src/chain/types.ts";
import { bondOf } from "../../src/node/bond.ts";
import type { Node } from "../../src/node/node.ts";
import { type Answer, facts } from "../support/output.ts";

export async function bondAnswer(node: Node, account: Hex, receipt?: Receipt): Promise<Answer> {
  const { available, locked, batchBond, challengeBond } = await bondOf(node, account);
  const sent = receipt && { transaction: receipt.transaction, gasUsed: receipt.gasUsed };
  return {
    json: { account, available, locked, batchBond, challengeBond, ...sent },
    lines: facts({
      account,
      available: ether(available),
      locked: ether(locked),
      "a batch locks": ether(batchBond),
      "a challenge locks": ether(challengeBond),
    }),
  };
}

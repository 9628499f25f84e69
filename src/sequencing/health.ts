// When a node does its work: it reads L1, it reaches its database, and it follows what L1 says.

import { headOf } from "../chain/view.ts";
import type { Check } from "../metrics/index.ts";
import { databaseCheck } from "../store/index.ts";
import type { SequencerService } from "./service.ts";

/** Ten blocks of the default poll, and two of Ethereum's. */
const MOST_SILENCE_MS = 30_000;

export function nodeChecks(service: SequencerService, mostSilenceMs = MOST_SILENCE_MS): readonly Check[] {
  const { engine } = service;
  return [
    { name: "l1", run: () => silenceOf(service.sinceFollowed, mostSilenceMs) },
    databaseCheck(engine.store),
    {
      name: "following",
      run: () => {
        const head = headOf(engine.node.derivation.view);
        if (engine.chain.ground.id !== head.id) {
          return `batch ${head.header.number} on L1 is not in this node's chain: it is wrong, or stands on a wrong one`;
        }
        return engine.leads || service.leader !== undefined ? undefined : "no node leads";
      },
    },
  ];
}

function silenceOf(sinceMs: number | undefined, mostMs: number): string | undefined {
  if (sinceMs === undefined) return "L1 was not read yet";
  if (sinceMs <= mostMs) return undefined;
  return `L1 was last read ${Math.round(sinceMs / 1000)} s ago`;
}

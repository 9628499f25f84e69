// Which configuration variable holds the key of a process. Hardhat's configuration reads this, so it imports nothing heavy.

import { fail } from "../errors.ts";

/** Those who send on L1. A prover is none of them: it needs no key. */
export const SENDERS = ["deployer", "sequencer", "watchtower", "guardian", "user"] as const;

/** `LUNTRA_SEQUENCER_KEY`; undefined without a role: such a process can only read. */
export function keyVariable(role: string | undefined): string | undefined {
  if (role === undefined || role === "") return undefined;
  const known: readonly string[] = SENDERS;
  if (!known.includes(role)) {
    fail("ARGUMENT_INVALID", { argument: "LUNTRA_ROLE", expected: SENDERS.join(" or "), actual: role });
  }
  return `LUNTRA_${role.toUpperCase()}_KEY`;
}

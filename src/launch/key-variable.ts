// Which configuration variable holds the key of a process. Hardhat's configuration reads this, so it imports nothing heavy.

import { fail } from "../errors.ts";

/** Those who send on L1. A prover is none of them: it needs no key. */
export const SENDERS = ["deployer", "sequencer", "watchtower", "guardian", "user"] as const;

/** `LUNTRA_SEQUENCER_KEY`; undefined without a role: such a process can only read. */
export function keyVariable(role: string | undefined): string | undefined {
  if (role === undefined || role === "") return undefined;
  const known: readonly string[] = SENDERS;
  if (!known.includes(role)) {
    // Who sets the wrong variable to a key does not find it in a service's log.
    const actual = /[0-9a-f]{64}/i.test(role) ? "something as long as a key" : role;
    fail("ARGUMENT_INVALID", { argument: "LUNTRA_ROLE", expected: SENDERS.join(" or "), actual });
  }
  return `LUNTRA_${role.toUpperCase()}_KEY`;
}

// The secret that a sequencer and the watchtower that audits it share. Never on a command line.

import { fail } from "../../src/errors.ts";

const LEAST = 32;

export function auditSecret(): string {
  const secret = process.env.LUNTRA_AUDIT_SECRET ?? "";
  if (secret.length >= LEAST) return secret;
  const expected = `a secret of at least ${LEAST} characters, the same on both sides`;
  return fail("ARGUMENT_INVALID", {
    argument: "LUNTRA_AUDIT_SECRET",
    expected,
    actual: `${secret.length} characters`,
  });
}

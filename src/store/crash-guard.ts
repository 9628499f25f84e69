// PGlite catches everything that its WebAssembly module throws and calls it again, as is right for PostgreSQL's own errors.
// After a crash, such as PostgreSQL's panic when the log cannot be written on a full disk, it does so without end, and the
// process hangs. With this guard the crash comes out.

import type { PGlite } from "@electric-sql/pglite";

/** How PostgreSQL's errors leave the module, in PGlite's code; anything else is a crash. */
const LONG_JUMP = 100;

export function guardCrashes(pglite: PGlite): void {
  const module = pglite.Module;
  const { _PostgresMainLoopOnce: loopOnce, stackRestore } = module;
  let crash: { readonly cause: unknown } | undefined;
  module._PostgresMainLoopOnce = () => {
    try {
      loopOnce();
    } catch (error) {
      if ((error as { status?: unknown }).status !== LONG_JUMP) crash = { cause: error };
      throw error;
    }
  };
  // The first thing that PGlite does after it caught something, and no longer within its `try`.
  module.stackRestore = (pointer) => {
    if (crash !== undefined) throw crash.cause;
    return stackRestore(pointer);
  };
}

// Whether a database can be reached.

import type { Check } from "../metrics/index.ts";
import type { Store } from "./open.ts";

export function databaseCheck(store: Pick<Store, "raw">): Check {
  return {
    name: "database",
    run: async () => {
      await store.raw("select 1");
      return undefined;
    },
  };
}

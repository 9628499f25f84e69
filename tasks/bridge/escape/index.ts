// Out of a frozen rollup.

import { defineOnDeployment, FROM, group, optional } from "../../support/define.ts";

const ACCOUNT = "Whose balances: index or address";

const status = defineOnDeployment(
  ["bridge", "escape", "status"],
  "Lists balances of the last final state and deposits that are left, and what of them has escaped",
)
  .addOption(optional("account", `${ACCOUNT} (default: everybody's)`))
  .setAction(() => import("./status.ts"))
  .build();

const open = defineOnDeployment(
  ["bridge", "escape", "open"],
  "Opens the last final state of a frozen rollup, once; the other escapes do it where needed",
)
  .addOption(FROM)
  .setAction(() => import("./open.ts"))
  .build();

const prove = defineOnDeployment(
  ["bridge", "escape", "prove"],
  "Proves one account's ETH and tokens out of the last final state, and pays them to it",
)
  .addOption({ ...FROM, description: "Account that sends: index or address; anyone may do it for anyone" })
  .addOption(optional("account", `${ACCOUNT} (default: --from)`))
  .setAction(() => import("./prove.ts"))
  .build();

const pay = defineOnDeployment(
  ["bridge", "escape", "pay"],
  "Pays balances that were proven and not yet paid; who refuses is left out and named",
)
  .addOption(FROM)
  .addOption(optional("account", `${ACCOUNT} (default: everybody's)`))
  .setAction(() => import("./pay.ts"))
  .build();

const all = defineOnDeployment(
  ["bridge", "escape", "all"],
  "Proves everybody's balances, up to 81 leaves a transaction, and pays them",
)
  .addOption(FROM)
  .setAction(() => import("./all.ts"))
  .build();

export const escapeTasks = [
  group(["bridge", "escape"], "Leave a frozen rollup with what the last final state says"),
  status,
  open,
  prove,
  pay,
  all,
];

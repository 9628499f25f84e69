// Bonds behind batches and challenges.

import { defineOnDeployment, FROM, group, optional } from "../support/define.ts";

const AMOUNT = optional("amount", "ETH as 1.5ether, 20gwei or wei");

const deposit = defineOnDeployment(["bond", "deposit"], "Pays ETH into an account's bond")
  .addOption(FROM)
  .addOption(AMOUNT)
  .addOption(optional("to", "Account that gets the bond: index or address (default: --from)"))
  .setAction(() => import("./deposit.ts"))
  .build();

const withdraw = defineOnDeployment(["bond", "withdraw"], "Takes bond out that stands behind nothing")
  .addOption(FROM)
  .addOption({ ...AMOUNT, description: `${AMOUNT.description} (default: all that is available)` })
  .addOption(optional("to", "Account that is paid: index or address (default: --from)"))
  .setAction(() => import("./withdraw.ts"))
  .build();

const status = defineOnDeployment(["bond", "status"], "Shows an account's bond, and what must be bonded")
  .addOption({ name: "account", description: "Index or address", defaultValue: "0" })
  .setAction(() => import("./status.ts"))
  .build();

export const bondTasks = [group("bond", "Deposit and withdraw bonds"), deposit, withdraw, status];

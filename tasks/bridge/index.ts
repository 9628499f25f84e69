// Into L2 and out of it.

import { defineOnDeployment, FROM, group, MAX_PRICE, optional } from "../support/define.ts";
import { escapeTasks } from "./escape/index.ts";

const AMOUNT = optional(
  "amount",
  "ETH as 1.5ether, 20gwei or wei; with --token an integer of its smallest unit",
);
const TOKEN = optional("token", "An ERC-20 instead of ETH: address on L1, or demo");

const deposit = defineOnDeployment(
  ["bridge", "deposit"],
  "Moves ETH or tokens from L1 to L2; approves tokens first; the queue's price comes on top",
)
  .addOption(FROM)
  .addOption(AMOUNT)
  .addOption(TOKEN)
  .addOption(optional("to", "L2 account that is credited: index or address (default: --from)"))
  .addOption(MAX_PRICE)
  .setAction(() => import("./deposit.ts"))
  .build();

const withdraw = defineOnDeployment(
  ["bridge", "withdraw"],
  "Signs an L2 withdrawal and puts it into the pool; payable on L1 once its batch is final",
)
  .addOption({ ...FROM, description: "L2 account that signs: index or address" })
  .addOption(AMOUNT)
  .addOption(TOKEN)
  .addOption(optional("to", "L1 account that is paid: index or address (default: --from)"))
  .addOption(optional("nonce", "L2 nonce (default: the next one, pool included)"))
  .addOption({ name: "maxFee", description: "Most that a unit of gas may cost", defaultValue: "2gwei" })
  .addOption({ name: "priority", description: "Tip for a unit of gas", defaultValue: "0" })
  .setAction(() => import("./withdraw.ts"))
  .build();

const claim = defineOnDeployment(
  ["bridge", "claim"],
  "Pays final withdrawals out on L1, opening checkpoints where needed; with --fees also batch fees",
)
  .addOption({ ...FROM, description: "Account that sends: index or address; anyone may claim for anyone" })
  .addOption(optional("recipient", "Whose withdrawals: index or address (default: --from)"))
  .addFlag({ name: "fees", description: "Open all final checkpoints and pay the recipient's batch fees" })
  .setAction(() => import("./claim.ts"))
  .build();

const force = defineOnDeployment(
  ["bridge", "force"],
  "Enqueues a transfer or withdrawal on L1 that no sequencer can leave out for ever",
)
  .addOption({ ...FROM, description: "Account that sends on L1 and pays on L2: index or address" })
  .addOption({ name: "kind", description: "transfer or withdraw", defaultValue: "withdraw" })
  .addOption(AMOUNT)
  .addOption(TOKEN)
  .addOption(optional("to", "Recipient, on L2 or on L1: index or address (default: --from)"))
  .addOption(MAX_PRICE)
  .setAction(() => import("./force.ts"))
  .build();

const status = defineOnDeployment(
  ["bridge", "status"],
  "Shows an account's L1 and L2 balances, its withdrawals and its fees",
)
  .addOption({ name: "account", description: "Index or address", defaultValue: "0" })
  .addOption(TOKEN)
  .setAction(() => import("./status.ts"))
  .build();

const reclaim = defineOnDeployment(
  ["bridge", "reclaim"],
  "Returns deposits that no final batch of a frozen rollup took to whoever made them",
)
  .addOption({ ...FROM, description: "Account that sends: index or address; anyone may do it for anyone" })
  .addOption(optional("account", "Whose deposits: index or address (default: --from)"))
  .addOption(optional("item", "One queue item by its index instead of all"))
  .setAction(() => import("./reclaim.ts"))
  .build();

export const bridgeTasks = [
  group("bridge", "Deposit, withdraw, claim, force, escape"),
  deposit,
  withdraw,
  claim,
  force,
  status,
  reclaim,
  ...escapeTasks,
];

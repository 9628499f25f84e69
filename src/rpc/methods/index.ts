// Every method of the server, by name.

import type { RpcContext } from "../context.ts";
import type { Methods } from "../method.ts";
import { accountMethods } from "./accounts.ts";
import { callMethods } from "./calls.ts";
import { chainMethods } from "./chain.ts";
import { eventMethods } from "./events.ts";
import { luntraMethods } from "./luntra.ts";
import type { StatusWatch } from "../status-watch.ts";
import { overviewMethods } from "./overview.ts";
import { transactionMethods } from "./transactions.ts";

export function allMethods(context: RpcContext, status: StatusWatch): Methods {
  return {
    ...chainMethods(context),
    ...accountMethods(context),
    ...transactionMethods(context),
    ...callMethods(context),
    ...eventMethods(context, status),
    ...luntraMethods(context),
    ...overviewMethods(context),
  };
}

// Step 1 of a launch. Is anything against the launch: bounds, accounts, balances?

import { runStep } from "./step.ts";

runStep("check");

// Step 6 of a launch. Bond, deposit, first batch, and a second opinion about it.

import { runStep } from "./step.ts";

runStep("smoke");

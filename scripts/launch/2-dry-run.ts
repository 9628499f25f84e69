// Step 2 of a launch. What it will cost, and where the contracts will stand.

import { runStep } from "./step.ts";

runStep("dry-run");

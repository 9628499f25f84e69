// Step 3 of a launch. Deploys; run again after an interruption, it goes on.

import { runStep } from "./step.ts";

runStep("deploy");

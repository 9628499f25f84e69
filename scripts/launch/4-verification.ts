// Step 4 of a launch. Writes what block explorers need to verify the contracts.

import { runStep } from "./step.ts";

runStep("verification");

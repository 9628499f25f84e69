// Step 5 of a launch. Compares L1 with the launch file, the keys and this build.

import { runStep } from "./step.ts";

runStep("self-check");

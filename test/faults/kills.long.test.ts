// A hundred kills and more in one run.

import { describeKills } from "./support/kills.ts";

describeKills({ kills: 120, lifeMs: 5_000, timeoutMs: 900_000 });

// A hundred kills and more in one run.

import { describeKills } from "./support/kills.ts";

describeKills({ kills: 120, lifeMs: 2_500, timeoutMs: 900_000 });

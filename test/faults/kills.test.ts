// Nodes that are killed at random instants: nothing acknowledged is lost or runs twice, and each comes back by itself.

import { describeKills } from "./support/kills.ts";

describeKills({ kills: 8, lifeMs: 2_500, timeoutMs: 240_000 });

// Kill after kill. LUNTRA_KILLS says how many; `npm run test:kills` is 120 of them.

import { describeKills } from "./support/kills.ts";

const KILLS = Number(process.env.LUNTRA_KILLS ?? 24);

describeKills({ kills: KILLS, lifeMs: 5_000, timeoutMs: 120_000 + KILLS * 15_000 });

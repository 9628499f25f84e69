// Every Hardhat task of the project, as one list for `hardhat.config.ts`.

import type { TaskDefinition } from "hardhat/types/tasks";
import { bondTasks } from "./bond/index.ts";
import { bridgeTasks } from "./bridge/index.ts";
import { ceremonyTasks } from "./ceremony/index.ts";
import { checkpointTasks } from "./checkpoint/index.ts";
import { disputeTasks } from "./dispute/index.ts";
import { keysTasks } from "./keys/index.ts";
import { launchTasks } from "./launch/index.ts";
import { networkTasks } from "./network/index.ts";
import { proverTasks } from "./prover/index.ts";
import { riskTasks } from "./risk/index.ts";
import { rollupTasks } from "./rollup/index.ts";
import { scenarioTasks } from "./scenario/index.ts";
import { sequencerTasks } from "./sequencer/index.ts";
import { watchtowerTasks } from "./watchtower/index.ts";

export const tasks: TaskDefinition[] = [
  ...networkTasks,
  ...launchTasks,
  ...rollupTasks,
  ...sequencerTasks,
  ...checkpointTasks,
  ...proverTasks,
  ...riskTasks,
  ...watchtowerTasks,
  ...disputeTasks,
  ...bondTasks,
  ...bridgeTasks,
  ...keysTasks,
  ...ceremonyTasks,
  ...scenarioTasks,
];

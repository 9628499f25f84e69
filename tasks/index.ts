// Every Hardhat task of the project, as one list for `hardhat.config.ts`.

import type { TaskDefinition } from "hardhat/types/tasks";

export const tasks: TaskDefinition[] = [];

// The project's own Hardhat, for running tasks as processes.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What `hardhat` on the command line starts; an argument for node. */
export const HARDHAT_CLI = join(
  dirname(createRequire(import.meta.url).resolve("hardhat/package.json")),
  "dist/src/cli.js",
);

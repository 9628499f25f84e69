// Hardhat configuration: compiler profiles, networks, test runners and the project's tasks.

import { globSync } from "node:fs";
import { createRequire } from "node:module";
import hardhatToolboxMochaEthers from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";
import { keyVariable } from "./src/launch/key-variable.ts";
import { verifierFiles } from "./src/prover/verifier-names.ts";
import { compileInParallel } from "./tasks/compile-in-parallel.ts";
import { tasks } from "./tasks/index.ts";
import { testMocha } from "./tasks/test-mocha.ts";

const HARDFORK = "osaka";
const LOCAL_CHAIN_ID = 31337;

/** The compiler comes from npm, so that a build downloads nothing. */
const solcPath = createRequire(import.meta.url).resolve("solc/soljson.js");

function solc(viaIR: boolean, optimizer: object = { enabled: true, runs: 200 }) {
  return {
    version: "0.8.37",
    path: solcPath,
    settings: {
      optimizer,
      evmVersion: HARDFORK,
      viaIR,
      // Read by scripts/snapshots.ts; Hardhat adds what it needs itself.
      outputSelection: { "*": { "*": ["storageLayout"] } },
    },
  };
}

/**
 * Solidity tests deploy the contracts' artifacts, and take the legacy pipeline themselves, in a fifth of the time. What only the
 * IR pipeline can compile, Poseidon2 above all, stands in few files. Their settings are not the contracts', because the IR
 * pipeline's code depends on what is compiled together, and a deployment's must not depend on tests: one run more, so that
 * gas is as good as the same.
 */
function solidityTests(): [string, object][] {
  const viaIR = ["test/sol/support/LibraryHarness.sol", "test/sol/Invariants.t.sol"];
  return globSync("test/sol/**/*.sol", { cwd: import.meta.dirname }).map((file) => [
    file,
    viaIR.includes(file) ? solc(true, { enabled: true, runs: 201 }) : solc(false, { enabled: false }),
  ]);
}

/**
 * One profile for tests (`default`) and deployments (`production`, which Ignition asks for), so that the
 * tested bytecode is the deployed bytecode. Left out, `production` would drop viaIR and evmVersion.
 * The generated verifiers need the legacy pipeline: the IR pipeline fails on barretenberg's. They are listed by name,
 * because in a fresh clone they appear after this file has been read.
 */
const buildProfile = {
  isolated: false,
  compilers: [solc(true)],
  overrides: Object.fromEntries([
    ...verifierFiles().map((file) => [`contracts/generated/${file}`, solc(false)]),
    ...solidityTests(),
  ]),
};

/** One seed for every fuzzed Solidity test: a failure repeats, and gas snapshots do not wander. LUNTRA_SEED names another one. */
const FUZZ_SEED = process.env.LUNTRA_SEED ?? "0x4c756e747261";

/** Calls in a history, and histories for each invariant of test/sol/Invariants.t.sol: 15 × 48 × 64 = 46,080 calls. */
const INVARIANTS = { runs: 48, depth: 64, failOnRevert: true };
/** 15 × 100 × 100 = 150,000 calls. */
const DEEP_INVARIANTS = { runs: 100, depth: 100, failOnRevert: true };
/** 15 × 700 × 100 = 1,050,000 calls: `npm run test:invariants -- --long`. */
const MILLION_INVARIANTS = { runs: 700, depth: 100, failOnRevert: true };

/** Solidity tests may read what the compiler wrote: one of them walks the contracts' ABIs. */
const READ_ARTIFACTS = { readDirectory: ["artifacts"] };

/**
 * A process of a real network has the key of its own role, which LUNTRA_ROLE names, or none. Values come from the environment or
 * from `hardhat keystore set`; nothing else reads them.
 */
const ownKey = keyVariable(process.env.LUNTRA_ROLE);

export default defineConfig({
  plugins: [hardhatToolboxMochaEthers, compileInParallel],
  tasks: [testMocha, ...tasks],
  solidity: { profiles: { default: buildProfile, production: buildProfile } },
  paths: { tests: { mocha: "test", solidity: "test/sol" } },
  test: {
    mocha: { timeout: 120_000 },
    solidity: {
      profiles: {
        default: {
          fsPermissions: READ_ARTIFACTS,
          fuzz: { runs: 256, seed: FUZZ_SEED },
          invariant: INVARIANTS,
        },
        deep: {
          fsPermissions: READ_ARTIFACTS,
          fuzz: { runs: 5000, seed: FUZZ_SEED },
          invariant: DEEP_INVARIANTS,
        },
        million: {
          fsPermissions: READ_ARTIFACTS,
          fuzz: { runs: 5000, seed: FUZZ_SEED },
          invariant: MILLION_INVARIANTS,
        },
      },
    },
  },
  networks: {
    default: { type: "edr-simulated", chainId: LOCAL_CHAIN_ID, hardfork: HARDFORK },
    node: { type: "edr-simulated", chainId: LOCAL_CHAIN_ID, hardfork: HARDFORK },
    localhost: { type: "http", url: configVariable("LUNTRA_RPC_URL", { default: "http://127.0.0.1:8545" }) },
    testnet: {
      type: "http",
      url: configVariable("LUNTRA_TESTNET_RPC_URL"),
      accounts: ownKey === undefined ? [] : [configVariable(ownKey)],
    },
  },
});

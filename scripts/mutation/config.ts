// The project's Hardhat configuration, changed for the copy that holds all mutants: made to build fast, and with the
// switch that turns one mutant on.

import type { HardhatUserConfig } from "hardhat/config";
import base from "../../hardhat.config.ts";
import { coinbaseOf } from "./schemata.ts";

/** Which mutant the process runs; 0 is none. */
export const MUTANT_VARIABLE = "LUNTRA_MUTANT";

/** An endless loop stops here; the longest honest test takes less than a tenth of it. */
const TEST_GAS = 2n ** 31n;

const INVARIANTS = { runs: 6, depth: 48, failOnRevert: true };

/**
 * @param viaIR files that only the slow IR pipeline compiles; all others take the legacy one, a tenth of the time
 */
export function mutationConfig(viaIR: readonly string[]): HardhatUserConfig {
  const coinbase = coinbaseOf(Number(process.env[MUTANT_VARIABLE] ?? 0));
  // Short histories: a mutant that single tests let live meets thousands of steps all the same. Tests name `deep`, too.
  const tests = { ...solidityTests(), invariant: INVARIANTS, coinbase, gasLimit: TEST_GAS };
  const simulated = { coinbase, allowUnlimitedContractSize: true, blockGasLimit: TEST_GAS } as const;
  return {
    ...base,
    typechain: { dontOverrideCompile: true },
    solidity: { profiles: { default: { ...profile(viaIR), isolated: false } } },
    test: { ...base.test, solidity: { profiles: { default: tests, deep: tests } } },
    networks: {
      ...base.networks,
      default: { ...simulatedNetwork("default"), ...simulated },
      node: { ...simulatedNetwork("node"), ...simulated },
    },
  };
}

function profile(viaIR: readonly string[]) {
  const { solidity } = base;
  const compiler =
    typeof solidity === "object" && "profiles" in solidity && "compilers" in (solidity.profiles.default ?? {})
      ? (
          solidity.profiles.default as {
            compilers: { version: string; path?: string; settings?: object }[];
          }
        ).compilers[0]
      : undefined;
  if (compiler === undefined)
    throw new Error("hardhat.config.ts has no solidity profile `default` with compilers.");
  const legacy = {
    ...compiler,
    settings: { evmVersion: "osaka", viaIR: false, optimizer: { enabled: false } },
  };
  const ir = { ...compiler, settings: { evmVersion: "osaka", viaIR: true, optimizer: FEWEST_STEPS } };
  return { compilers: [legacy], overrides: Object.fromEntries(viaIR.map((file) => [file, ir])) };
}

/** Without any optimisation the IR pipeline runs out of stack. */
const FEWEST_STEPS = {
  enabled: true,
  runs: 1,
  details: { yul: true, yulDetails: { stackAllocation: true, optimizerSteps: "dhfoDgvulfnTUtnIf:fDnT" } },
};

function solidityTests() {
  const tests = base.test?.solidity;
  return tests !== undefined && "profiles" in tests ? tests.profiles.default : tests;
}

function simulatedNetwork(name: string) {
  const network = base.networks?.[name];
  if (network?.type !== "edr-simulated")
    throw new Error(`hardhat.config.ts has no simulated network \`${name}\`.`);
  return network;
}

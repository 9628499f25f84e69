// Writes a launch file with every value of a preset, its bounds and their reasons as comments, so that they are never out of date.

import { checkEconomics, type Row } from "../chain/economics.ts";
import { type Parameters, type PresetName, PRESETS, type Preset, presetFor } from "../chain/presets.ts";
import { type Hex, NOTHING_ADDRESS } from "../chain/types.ts";
import { INSTANCES, type InstanceName, MAX_SEGMENTS } from "../model/params.ts";
import type { ProofSystemName } from "../prover/proof-system.ts";
import { boundText, EXPLANATIONS, written } from "./explain.ts";
import { LAUNCH_FORMAT, type LaunchFile } from "./file.ts";

export interface TemplateOptions {
  readonly chainId: bigint;
  readonly preset: PresetName;
  readonly instance: InstanceName;
  readonly proofSystems: readonly ProofSystemName[];
  readonly roles: LaunchFile["roles"];
  readonly sharedAccounts?: boolean;
}

const GWEI = 10n ** 9n;

/** JSON5 text that `parseLaunchFile` takes. */
export function launchFileText(options: TemplateOptions): string {
  const { chainId, preset, instance, proofSystems, roles, sharedAccounts = false } = options;
  const { guardian, sequencer: primary } = roles;
  const parameters = presetFor(preset, instance, proofSystems, { guardian, primary });
  const capacity = BigInt(MAX_SEGMENTS * INSTANCES[instance].n);
  const rows = checkEconomics(parameters, { capacity });
  const names = Object.keys(PRESETS[preset]) as (keyof Preset)[];
  return `// A launch of Luntra: what is deployed, by whom, and with which parameters. \`launch check\` says whether L1 would take it.
{
  format: ${LAUNCH_FORMAT},

  // L1. A launch refuses any other chain.
  chainId: ${chainId},

  // Where the values below come from. They count, the preset does not; but testnet and mainnet have floors of their own.
  preset: ${text(preset)},

  // The circuit's size, ${INSTANCES[instance].n} records a segment, and the proof systems that all must accept.
  instance: ${text(instance)},
  proofSystems: [${proofSystems.map(text).join(", ")}],

  // Blocks of L1 on each transaction before the next one is sent.
  confirmations: 2,

  // Accounts; their keys are never in a file. Each has one job and one key:
  //   deployer    pays for the contracts, and has no right afterwards
  //   sequencer   commits batches and has bonds behind them
  //   watchtower  refutes, challenges, answers
  //   guardian    may stop time for a while, and nothing else; "nobody" if nobody may
  roles: {
    deployer: ${text(roles.deployer)},
    sequencer: ${text(roles.sequencer)},
    watchtower: ${text(roles.watchtower)},
    guardian: ${text(accountText(guardian))},
  },

  // Commits alone while it is live (primaryTimeout); otherwise anyone bonded commits at any time.
  sequencerHasPriority: true,

  // true lets one account have several roles: whoever steals its key then has them all.
  sharedAccounts: ${sharedAccounts},

  // What the accounts must be able to pay when \`launch check\` looks. Bonds come back; gas does not.
  funds: {
    // Most that a unit of L1 gas may cost: while it costs more, nothing is deployed; balances are checked at it.
    maxFeePerGas: ${text(written("money", preset === "local" ? 10n * GWEI : 50n * GWEI))},
    // Each pending batch locks batchBond (${written("money", parameters.batchBond)}).
    sequencerBond: ${text(written("money", 4n * parameters.batchBond))},
    // For challenges; without a prover the watchtower can do nothing else.
    watchtowerBond: ${text(written("money", 4n * parameters.minChallengeBond))},
  },

  // Durations as 90s, 10min, 6h, 2d; money as 1.5ether, 20gwei. Who checks a bound stands in brackets.
  parameters: {
${names.map((name) => entryText(name, parameters, rows)).join("\n\n")}
  },
}
`;
}

function entryText(name: keyof Preset, parameters: Parameters, rows: readonly Row[]): string {
  const { unit, means, why } = EXPLANATIONS[name];
  const its = rows.filter(({ parameter }) => parameter === name);
  const bounds = its.map(boundText).join(", ");
  return [
    `    // ${means}`,
    `    // ${bounds === "" ? "" : `${bounds}: `}${why}`,
    `    ${name}: ${text(written(unit, parameters[name]))},`,
  ].join("\n");
}

function accountText(account: Hex): string {
  return account === NOTHING_ADDRESS ? "nobody" : account;
}

function text(value: string): string {
  return JSON.stringify(value);
}

// The accounts of a launch: one key a role, none that everybody knows, and money enough for what each has to do.

import type { Provider } from "ethers";
import { ask } from "../chain/l1.ts";
import { LOCAL_CHAIN } from "../chain/local-chain.ts";
import { type Hex, NOTHING_ADDRESS } from "../chain/types.ts";
import { LuntraError } from "../errors.ts";
import { type LaunchFile, ROLES, type RoleName } from "./file.ts";
import { isPublicAccount } from "./public-accounts.ts";

/** Gas that a role is to have beside its bond; bounds above snapshots/gas.json. */
const GAS: Readonly<Record<Exclude<RoleName, "deployer">, bigint>> = {
  // A bond, and fifty commits of one full segment.
  sequencer: 10_000_000n,
  // A bond, and five answers or fraud proofs.
  watchtower: 8_000_000n,
  // Pauses and their ends.
  guardian: 500_000n,
};

export interface RoleReport {
  readonly role: RoleName;
  readonly account: Hex;
  readonly needed: bigint;
  readonly available: bigint;
}

export interface AccountsReport {
  readonly roles: readonly RoleReport[];
  readonly problems: readonly LuntraError[];
}

/** `deploymentGas`: what the deployer's transactions take together. */
export async function checkAccounts(
  file: LaunchFile,
  l1: Provider,
  deploymentGas: bigint,
): Promise<AccountsReport> {
  const roles: RoleReport[] = [];
  const problems: LuntraError[] = [...roleProblems(file)];
  for (const role of ROLES) {
    const account = file.roles[role];
    if (account === NOTHING_ADDRESS) continue;
    const available = await ask("a balance", () => l1.getBalance(account));
    const needed = neededBy(role, file, deploymentGas);
    roles.push({ role, account, needed, available });
    if (available < needed) {
      problems.push(new LuntraError("BALANCE_SHORT", { role, account, needed, available }));
    }
    // A multisig is the best guardian; the others send transactions of their own.
    const code = role === "guardian" ? "0x" : await ask("an account's code", () => l1.getCode(account));
    if (code !== "0x") {
      const reason = "has code: a contract cannot commit, and delegated code acts for its key";
      problems.push(new LuntraError("ROLE_REFUSED", { role, account, reason }));
    }
  }
  return { roles, problems };
}

/** What can be said without L1. */
export function roleProblems({ roles, chainId, sharedAccounts }: LaunchFile): LuntraError[] {
  const problems: LuntraError[] = [];
  for (const [i, role] of ROLES.entries()) {
    const account = roles[role];
    if (account === NOTHING_ADDRESS) continue;
    const refuse = (reason: string) =>
      problems.push(new LuntraError("ROLE_REFUSED", { role, account, reason }));
    if (chainId !== LOCAL_CHAIN && isPublicAccount(account)) refuse("has a key that everybody knows");
    const other = ROLES.slice(0, i).find((its) => roles[its] === account);
    if (other !== undefined && !sharedAccounts) {
      refuse(`is the ${other}'s, too, and the file does not say sharedAccounts: true`);
    }
  }
  return problems;
}

function neededBy(role: RoleName, { funds }: LaunchFile, deploymentGas: bigint): bigint {
  const { maxFeePerGas, sequencerBond, watchtowerBond } = funds;
  if (role === "deployer") return deploymentGas * maxFeePerGas;
  const bond = { sequencer: sequencerBond, watchtower: watchtowerBond, guardian: 0n }[role];
  return bond + GAS[role] * maxFeePerGas;
}

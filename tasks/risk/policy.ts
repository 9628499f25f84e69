// What an operator weighs proofs against, from the command line.

import { DEFAULT_RISK_POLICY, type RiskPolicy } from "../../src/risk/index.ts";
import { parseNatural } from "../support/arguments.ts";

export interface PolicyArgs {
  readonly riskRate: string;
  readonly riskDoubt: string;
}

export function policyOf({ riskRate, riskDoubt }: PolicyArgs): RiskPolicy {
  return {
    ...DEFAULT_RISK_POLICY,
    rateBps: parseNatural(riskRate, "--risk-rate"),
    doubtBps: parseNatural(riskDoubt, "--risk-doubt"),
  };
}

// How unusual batches and transactions are, and what is worth proving before anybody asks.

export { BATCH_FEATURES, TRANSACTION_FEATURES } from "./features.ts";
export type { Held } from "./capacity.ts";
export { DEFAULT_RISK_POLICY, type RiskPolicy } from "./decide.ts";
export { type BatchDecision, RiskMeter, type RiskOptions } from "./meter.ts";
export { type RiskModel, readModel } from "./model.ts";
export type { RiskScore } from "./scores.ts";

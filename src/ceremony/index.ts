// Production keys for the circom proof systems: powers of tau, ceremonies, and what deployments ask of keys.

export { applyBeacon, LEAST_CONTRIBUTORS } from "./beacon.ts";
export type { CeremonyCircuit } from "./circuit.ts";
export { contribute } from "./contribute.ts";
export { type CeremonyKeys, ceremonyKeys, type DeployedKeys, requireTranscript } from "./keys.ts";
export { ceremonyPlaces, type Places } from "./places.ts";
export { type PtauReport, verifyPtau } from "./ptau.ts";
export { listedPtau, PUBLIC_PTAU, type PtauFile, type PtauTable } from "./ptau-table.ts";
export { startCeremony } from "./start.ts";
export { ITERATIONS_EXPONENT, type Transcript } from "./transcript.ts";
export { verifyCeremony } from "./verify.ts";
export { type VerificationKey, vkHash } from "./vk.ts";

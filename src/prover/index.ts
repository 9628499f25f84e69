// Proofs of segments: witnesses, proof systems, keys and reference strings.

export { forgetChecked } from "./cache.ts";
export { type Evm, inProcessEvm, type VerifierCall, verifierOn } from "./evm.ts";
export { proofSystem, type Setups } from "./factory.ts";
export { instancesOf, systemsOf } from "./instances.ts";
export { loadFastHash } from "./fast-hash.ts";
export { buildInputs, type CircuitInputs } from "./inputs.ts";
export {
  ALL_OF,
  type CircuitSize,
  type KeyHashes,
  PROOF_SYSTEMS,
  type Proof,
  type ProofSystem,
  type ProofSystemName,
  type SegmentRun,
  type SolidityVerifier,
  type Witness,
} from "./proof-system.ts";
export {
  executeSegment,
  type ProveOptions,
  proveSegment,
  type SegmentProof,
  type SegmentProver,
  type SegmentTimings,
  segmentProver,
} from "./segment.ts";
export { UltraHonk, type UltraHonkSetup } from "./ultra-honk.ts";
export { verifierFolder, verifierName } from "./verifier-names.ts";

// The proof systems of snarkjs.

export { Groth16, type Groth16Setup } from "./groth16.ts";
export { Plonk, type PlonkSetup } from "./plonk.ts";
export type { ProcessOptions } from "./process.ts";

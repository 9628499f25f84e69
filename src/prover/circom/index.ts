// The circom circuits: compiled, solved and measured. Proof systems build on this.

export { type CircomInputs, type CircomValue, circomInputs } from "./inputs.ts";
export {
  type CircomCircuit,
  type CircomSizes,
  type CompileOptions,
  compileCircom,
  compileMain,
  mainOf,
  OPTIMIZATIONS,
  type Optimization,
  segmentMain,
} from "./compile.ts";
export { type CircomSize, sizeOfCircom } from "./size.ts";
export { solveCircom, toWtns } from "./witness.ts";
export { circomWordsHash } from "./words-hash.ts";

// The reference model: the protocol as pure functions, without input or output.

export * from "./batch.ts";
export * from "./codec.ts";
export * from "./exits.ts";
export * from "./field.ts";
export * from "./params.ts";
export * from "./poseidon2.ts";
export * from "./raw.ts";
export * from "./records.ts";
export * from "./state.ts";
export * from "./statement.ts";
export * from "./ternary.ts";
export * from "./trace.ts";
export * from "./transaction.ts";
export * from "./transition.ts";
export * from "./tree.ts";
export * from "./words.ts";

// Segments with known results, the same for the model, the circuits and the contracts: `everyCase` has one
// minimal segment for each outcome a record can have, `generateSegments` long well-mixed runs by seed.

export * from "./vectors-cases.ts";
export * from "./vectors-random.ts";
export * from "./vectors-segment.ts";
export * from "./vectors-wallet.ts";

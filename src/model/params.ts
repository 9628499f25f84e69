// Sizes that the circuit fixes (protocol §1). Everything else is derived from these.

export interface Instance {
  /** Records in a segment. */
  readonly n: number;
  /** Depth of the state tree, three children a node. */
  readonly D: number;
  /** Depth of a batch's exit tree. */
  readonly E: number;
}

export const INSTANCES = {
  dev: { n: 4, D: 21, E: 7 },
  standard: { n: 32, D: 21, E: 7 },
} as const satisfies Record<string, Instance>;

export type InstanceName = keyof typeof INSTANCES;

/** Most segments in a batch (`S`). */
export const MAX_SEGMENTS = 64;

/** Children of a tree node. */
export const ARITY = 3;

/** Leaves that fit a tree of the given depth. */
export function capacityOf(depth: number): number {
  return ARITY ** depth;
}

/** The L2 address that withdrawals are sent to. */
export const BRIDGE_PREDEPLOY = 0x4c554e5452410000000000000000000000000001n;

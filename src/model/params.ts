// Sizes that the circuit fixes (protocol §1). Everything else is derived from these.

import circuits from "../../circuits/circuits.json" with { type: "json" };

export interface Instance {
  /** Records in a segment. */
  readonly n: number;
  /** Depth of the state tree, three children a node. */
  readonly D: number;
  /** Depth of a batch's exit tree. */
  readonly E: number;
}

export type InstanceName = keyof typeof circuits;

export const INSTANCES: Readonly<Record<InstanceName, Instance>> = circuits;

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

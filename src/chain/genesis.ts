// The checkpoint before the first batch, by the model.

import { toBytes32 } from "../model/field.ts";
import { INSTANCES, type InstanceName } from "../model/params.ts";
import { type Hash, hash as pureHash } from "../model/poseidon2.ts";
import { State } from "../model/state.ts";
import type { Hex } from "./types.ts";

export function modelGenesisCheckpoint(instance: InstanceName, hash: Hash = pureHash): Hex {
  const { D, E } = INSTANCES[instance];
  return toBytes32(State.genesis({ D, E, hash }).checkpoint());
}

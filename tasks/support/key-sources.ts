// Where production keys come from: --ceremony, --circuit-ceremony and --ptau, or the environment.

import { ceremonyPlaces } from "../../src/ceremony/index.ts";
import { fail } from "../../src/errors.ts";
import type { ProofSystemName, Setups } from "../../src/prover/index.ts";

export type KeyArgs = {
  ceremony?: string | undefined;
  circuitCeremony?: string | undefined;
  ptau?: string | undefined;
  /** Folder of the address books, with the ceremonies' transcripts below it. */
  deployments?: string | undefined;
};

/** A setup for each system that is asked for; all of them production setups, or none. */
export interface KeySources {
  readonly development: boolean;
  readonly setups: { readonly [Name in ProofSystemName]?: Setups[Name] };
  /** Name of the ceremony of the Groth16 keys. */
  readonly circuitCeremony?: string;
}

/** Keys that everybody can forge proofs against. */
export const DEVELOPMENT_KEYS: KeySources = { development: true, setups: {} };

const OPTIONS: Readonly<Record<ProofSystemName, string>> = {
  ultrahonk: "--ceremony",
  groth16: "--circuit-ceremony",
  plonk: "--ptau",
};

/**
 * Production keys if one of these systems has a source of them, in the arguments or in the environment; else development
 * keys. Throws ARGUMENT_INVALID if another of the systems then has none: one forgeable system of several is no system.
 */
export function keySources(systems: readonly ProofSystemName[], args: KeyArgs = {}): KeySources {
  const { LUNTRA_CEREMONY, LUNTRA_CIRCUIT_CEREMONY, LUNTRA_PTAU } = process.env;
  const sources: Readonly<Record<ProofSystemName, string | undefined>> = {
    ultrahonk: args.ceremony ?? (LUNTRA_CEREMONY || undefined),
    groth16: args.circuitCeremony ?? (LUNTRA_CIRCUIT_CEREMONY || undefined),
    plonk: args.ptau ?? (LUNTRA_PTAU || undefined),
  };
  if (systems.every((system) => sources[system] === undefined)) return DEVELOPMENT_KEYS;
  for (const system of systems) {
    if (sources[system] !== undefined) continue;
    fail("ARGUMENT_INVALID", {
      argument: OPTIONS[system],
      expected: "given, as another proof system has production keys",
      actual: "nothing",
    });
  }
  const { ultrahonk: folder = "", groth16: ceremony = "", plonk: ptau = "" } = sources;
  return {
    development: false,
    setups: {
      ultrahonk: { type: "ceremony", folder },
      groth16: { type: "ceremony", ceremony, places: ceremonyPlaces({ deployments: args.deployments }) },
      plonk: { type: "ceremony", ptau },
    },
    ...(systems.includes("groth16") ? { circuitCeremony: ceremony } : {}),
  };
}

// The address book of a deployment: one JSON file a network, written last, so that its presence means "complete".

import type { Parameters, PresetName } from "./presets.ts";
import type { InstanceName } from "../model/params.ts";
import type { Hex } from "./types.ts";

export interface AddressBook {
  readonly network: string;
  readonly chainId: bigint;
  readonly l2ChainId: bigint;
  readonly instance: InstanceName;
  readonly preset: PresetName;
  readonly parameters: Parameters;
  /** Block of the first deployment transaction: derivation starts here. */
  readonly fromBlock: number;
  readonly addresses: {
    readonly rollup: Hex;
    readonly challenges: Hex;
    readonly bridge: Hex;
    readonly bonds: Hex;
    readonly availability: Hex;
    readonly poseidon: Hex;
    /** The adapter behind `ISegmentVerifier`, and the generated verifier behind the adapter. */
    readonly segmentVerifier: Hex;
    readonly honkVerifier: Hex;
  };
  readonly genesisCheckpoint: Hex;
  readonly circuitHash: Hex;
  readonly vkHash: Hex;
}

/** `<directory>/<network>.json`. */
export declare function addressBookPath(directory: string, network: string): string;
/** Throws DEPLOYMENT_MISSING, DEPLOYMENT_INTERRUPTED (a journal without a book) or DEPLOYMENT_MALFORMED. */
export declare function readAddressBook(directory: string, network: string): Promise<AddressBook>;
export declare function writeAddressBook(directory: string, book: AddressBook): Promise<string>;

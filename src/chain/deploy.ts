// Deploys a rollup in one go: addresses precomputed from the deployer's nonce, everything read back afterwards.

import type { Provider, Signer } from "ethers";
import type { ArtifactReader } from "./artifacts.ts";
import type { AddressBook } from "./address-book.ts";
import type { ParameterOverrides, PresetName } from "./presets.ts";
import type { InstanceName } from "../model/params.ts";
import type { Hex } from "./types.ts";

export interface DeployOptions {
  readonly deployer: Signer;
  readonly artifacts: ArtifactReader;
  readonly network: string;
  readonly preset: PresetName;
  readonly instance: InstanceName;
  /** The only committer while it is live; the deployer if left out. */
  readonly primary?: Hex;
  readonly overrides?: ParameterOverrides;
  /** Drawn from L2_CHAIN_ID_RANGE if left out. */
  readonly l2ChainId?: bigint;
  /** Where the book is written; nothing is written if left out. */
  readonly directory?: string;
  /** Replaces a finished or interrupted deployment of this network. */
  readonly force?: boolean;
  readonly onStep?: (step: string) => void;
}

/** L2 chain ids are drawn from here at random: no registered chain lies in this range. */
export declare const L2_CHAIN_ID_RANGE: { readonly first: bigint; readonly last: bigint };

export declare function deploy(options: DeployOptions): Promise<AddressBook>;

/** Reads the deployment back from L1 and compares; throws DEPLOYMENT_MISMATCH with the first difference. */
export declare function checkDeployment(
  book: AddressBook,
  artifacts: ArtifactReader,
  provider: Provider,
): Promise<void>;

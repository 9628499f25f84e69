// What a scenario is, and what it takes to play one.

import type { Provider, Signer } from "ethers";
import type { ArtifactReader } from "../chain/artifacts.ts";
import type { VerifierSource } from "../chain/deploy.ts";
import type { Hash, InstanceName } from "../model/index.ts";
import type { SegmentProver } from "../prover/segment.ts";
import type { Parameters } from "../chain/presets.ts";
import type { Cast } from "./support/actors.ts";
import type { Check } from "./support/checks.ts";
import type { Figure, Table } from "./support/figures.ts";
import type { Prediction } from "./support/prediction.ts";
import type { Stage } from "./support/stage.ts";
import type { TimelineEvent } from "./support/timeline.ts";

export interface Scenario {
  readonly name: string;
  /** One line: what happens, and how it ends. */
  readonly summary: string;
  /** Parameters of its deployment that differ from the testnet preset without roles and limits. */
  readonly overrides?: (cast: Cast) => Partial<Parameters>;
  /** Its verifiers accept forgeries besides what is true: somebody broke the proof systems. */
  readonly brokenVerifiers?: boolean;
  /** Plays it, and says from parameters alone how much everybody has won or lost at the end. */
  play(stage: Stage): Promise<Prediction>;
}

/** A fresh L1 in this process. */
export interface LocalChain {
  readonly provider: Provider;
  readonly signers: readonly Signer[];
  increaseTime(seconds: bigint): Promise<void>;
  /** The clock of the next block; a call that L1 refuses makes no block and leaves it to the next one. */
  setNextTime(second: bigint): Promise<void>;
  /** Remembers the latest block. The returned function drops, once, all that came after it. */
  snapshot(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export interface Theatre {
  openChain(): Promise<LocalChain>;
  readonly artifacts: ArtifactReader;
  readonly instance: InstanceName;
  readonly prover: SegmentProver;
  /** Of the proof systems that the prover proves with. */
  readonly verifiers: readonly VerifierSource[];
  readonly hash: Hash;
}

export interface ScenarioResult {
  readonly name: string;
  readonly summary: string;
  /** Whether every check passed. */
  readonly ok: boolean;
  readonly wallMs: number;
  readonly timeline: readonly TimelineEvent[];
  readonly checks: readonly Check[];
  /** What was promised in numbers, beside what was measured. */
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
  /** What stopped the play, if something did. */
  readonly error?: unknown;
}

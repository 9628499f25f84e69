// What the node answers, as docs/rpc.md has it: integers are 0x quantities, times are wall time in seconds.

export type Hex = string;

export interface BlockName {
  readonly number: Hex;
  readonly hash: Hex | null;
}

export interface Status {
  readonly chainId: Hex;
  readonly instance: string;
  readonly leading: boolean;
  readonly head: BlockName;
  readonly safe: BlockName;
  readonly finalized: BlockName;
  readonly batches: { readonly head: Hex; readonly finalized: Hex };
  readonly now: Hex;
  readonly windows: { readonly challenge: Hex; readonly proving: Hex };
  readonly l1: { readonly chainId: Hex; readonly number: Hex; readonly hash: Hex; readonly timestamp: Hex };
  readonly queue: Hex;
  readonly paused: boolean;
  readonly pausedUntil: Hex | null;
  readonly frozen: boolean;
  readonly openChallenges: Hex;
  readonly pool: { readonly size: Hex; readonly baseFee: Hex };
}

export interface Building {
  readonly number: Hex;
  readonly segments: Hex;
  readonly transactions: Hex;
  readonly firstBlock: Hex;
  readonly sealedAt: Hex;
}

export interface BatchSummary {
  readonly number: Hex;
  readonly id: Hex;
  readonly counter: Hex;
  readonly status: "pending" | "final" | "dead";
  readonly committer: Hex;
  readonly committedAt: Hex;
  readonly finalizedAt: Hex | null;
  readonly l1Block: Hex;
  readonly l1Transaction: Hex;
  readonly segments: Hex;
  readonly proven: Hex;
  readonly challenges: Hex;
  readonly openChallenges: Hex;
  readonly refutedSegment: Hex | null;
  readonly transactions: Hex | null;
  readonly finalFrom: Hex | null;
  readonly finalFromIfProven: Hex | null;
}

export interface BatchPage {
  readonly building: readonly Building[];
  readonly batches: readonly BatchSummary[];
  readonly next: Hex | null;
}

export interface Batch {
  readonly id: Hex;
  readonly number: Hex;
  readonly parent: Hex;
  readonly counter: Hex;
  readonly status: BatchSummary["status"];
  readonly committer: Hex;
  readonly feeRecipient: Hex;
  readonly baseFee: Hex;
  readonly committedAt: Hex;
  readonly l1Block: Hex;
  readonly l1Transaction: Hex;
  readonly queueStart: Hex;
  readonly queueEnd: Hex;
  readonly checkpoints: readonly Hex[];
  readonly proven: readonly Hex[];
  readonly firstBlock: Hex | null;
  readonly lastBlock: Hex | null;
}

export interface Challenge {
  readonly segment: Hex;
  readonly challenger: Hex;
  readonly deadline: Hex;
  readonly bond: Hex;
  readonly outcome: "open" | "answered" | "timed-out" | "refunded";
}

export interface BatchDispute {
  readonly id: Hex;
  readonly challenges: readonly Challenge[];
  readonly fraud?: { readonly segment: Hex; readonly computed: Hex; readonly beneficiary: Hex };
}

export interface Move {
  readonly move: "answer" | "refute" | "timeout" | "refund";
  readonly by: string;
  readonly pays: Hex;
  readonly paysTo: string;
  readonly possible: boolean;
  readonly from: Hex | null;
  readonly before: Hex | null;
}

export interface Dispute extends Challenge {
  readonly batch: Hex;
  readonly id: Hex;
  readonly overdue: boolean;
  readonly moves: readonly Move[];
}

export interface Bonds {
  readonly l1Block: Hex;
  readonly burned: Hex;
  readonly batchBond: Hex;
  readonly challengeBond: Hex;
  readonly accounts: readonly {
    readonly account: Hex;
    readonly roles: readonly string[];
    readonly available: Hex;
    readonly locked: Hex;
  }[];
}

export interface ProofJob {
  readonly id: Hex | null;
  readonly segment: Hex | null;
  readonly state: string;
  readonly purpose: "dispute" | "finality";
  readonly worker: string | null;
  readonly failure: string | null;
  readonly tries: Hex;
  readonly deadline: Hex;
  readonly created: Hex;
  readonly started: Hex | null;
  readonly ended: Hex | null;
}

export interface ProofWork {
  readonly prover: "pool" | "here" | "none";
  readonly typicalMs: Hex | null;
  readonly jobs: readonly ProofJob[];
}

export interface Finality {
  readonly stage: "pending" | "unsafe" | "safe" | "challenged" | "finalized" | "dropped";
  readonly why: string;
  readonly status?: "executed" | "failed";
  readonly reason?: string;
  readonly block?: { readonly number: Hex; readonly hash: Hex };
  readonly batch?: { readonly number: Hex; readonly segment: Hex; readonly id: Hex | null };
  readonly finalFrom: Hex | null;
  readonly finalFromIfProven: Hex | null;
  readonly times?: {
    readonly received: Hex | null;
    readonly sealed: Hex | null;
    readonly committed: Hex | null;
    readonly windowCloses: Hex | null;
    readonly finalized: Hex | null;
    readonly segmentProven: boolean;
    readonly l1Transaction: Hex | null;
  };
}

export interface Transaction {
  readonly hash: Hex;
  readonly type: Hex;
  readonly from: Hex;
  readonly to: Hex;
  readonly value: Hex;
  readonly input: Hex;
  readonly nonce: Hex;
}

export interface Risk {
  readonly probability: number;
  readonly model: string;
  readonly reasons: readonly {
    readonly feature: string;
    readonly value: number;
    readonly contribution: number;
  }[];
  readonly transactions: readonly { readonly hash: Hex; readonly probability: number }[];
  /** Null unless it is pending, and right. */
  readonly decision: {
    readonly prove: boolean;
    readonly because: "itself" | "run" | "nothing";
    readonly value: Hex;
    readonly machine: Hex;
    readonly gas: Hex;
  } | null;
}

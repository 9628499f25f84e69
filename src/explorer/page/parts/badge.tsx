// A word with a colour: the word says all that the colour does.

import type { BatchSummary, Challenge, Finality } from "../types.ts";

type Tone = "good" | "plain" | "warn" | "bad" | "dim";

export function Badge({ tone, children }: { tone: Tone; children: string }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

export function BatchBadge({
  status,
  openChallenges,
}: Pick<BatchSummary, "status"> & { openChallenges: number }) {
  if (status === "dead") return <Badge tone="bad">rolled back</Badge>;
  if (status === "final") return <Badge tone="good">final</Badge>;
  return openChallenges > 0 ? <Badge tone="warn">challenged</Badge> : <Badge tone="plain">pending</Badge>;
}

const OUTCOMES: Readonly<Record<Challenge["outcome"], Tone>> = {
  open: "warn",
  answered: "good",
  "timed-out": "bad",
  refunded: "dim",
};

export function OutcomeBadge({ outcome }: Pick<Challenge, "outcome">) {
  return <Badge tone={OUTCOMES[outcome]}>{outcome.replace("-", " ")}</Badge>;
}

const STAGES: Readonly<Record<Finality["stage"], readonly [Tone, string]>> = {
  pending: ["dim", "in the pool"],
  unsafe: ["dim", "sealed"],
  safe: ["plain", "on L1"],
  challenged: ["warn", "challenged"],
  finalized: ["good", "final"],
  dropped: ["bad", "dropped"],
};

export function StageBadge({ stage }: Pick<Finality, "stage">) {
  const [tone, text] = STAGES[stage];
  return <Badge tone={tone}>{text}</Badge>;
}

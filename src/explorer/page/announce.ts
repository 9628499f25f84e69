// What a screen reader is told: what has happened to the rollup, in a sentence, and never a clock's ticking.

import { useEffect, useRef, useState } from "preact/hooks";
import { count, integer } from "./format.ts";
import type { NodeState } from "./node.ts";
import type { Status } from "./types.ts";

export function useAnnouncement({ status, connected }: NodeState): string {
  const last = useRef<{ readonly status: Status | undefined; readonly connected: boolean } | undefined>(
    undefined,
  );
  const [text, say] = useState("");
  useEffect(() => {
    const said = sentences(last.current, { status, connected });
    last.current = { status, connected };
    if (said.length > 0) say(said.join(" "));
  }, [status, connected]);
  return text;
}

type Seen = { readonly status: Status | undefined; readonly connected: boolean };

function sentences(before: Seen | undefined, now: Seen): readonly string[] {
  if (before === undefined) return [];
  const said: string[] = [];
  if (before.connected && !now.connected) said.push("Connection to the node lost.");
  if (!before.connected && now.connected && before.status !== undefined) said.push("Connected again.");
  const [a, b] = [before.status, now.status];
  if (a === undefined || b === undefined) return said;
  if (integer(b.batches.finalized) > integer(a.batches.finalized))
    said.push(`Batch ${count(b.batches.finalized)} is final.`);
  if (integer(b.batches.head) < integer(a.batches.head))
    said.push(`Rolled back to batch ${count(b.batches.head)}.`);
  const challenges = integer(b.openChallenges);
  if (challenges !== integer(a.openChallenges)) said.push(`${challenges} open challenges.`);
  if (a.leading !== b.leading) said.push(b.leading ? "This node leads now." : "This node stands by now.");
  if (a.paused !== b.paused)
    said.push(b.paused ? "The protocol's clock stands still." : "The protocol's clock runs again.");
  if (!a.frozen && b.frozen) said.push("The rollup is frozen.");
  return said;
}

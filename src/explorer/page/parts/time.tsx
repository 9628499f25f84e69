// Clocks: how long until something, by L1's clock, and when something was.

import { integer, moment, span } from "../format.ts";
import { useL1Time } from "../node.ts";
import type { Hex } from "../types.ts";

export function Moment({ at }: { at: Hex }) {
  const seconds = integer(at);
  return <time datetime={new Date(seconds * 1000).toISOString()}>{moment(seconds)}</time>;
}

export function Ago({ at }: { at: Hex }) {
  const now = useL1Time();
  const seconds = integer(at);
  return (
    <time datetime={new Date(seconds * 1000).toISOString()} title={moment(seconds)}>
      {span(now - seconds)} ago
    </time>
  );
}

/** How long something took; when it ended, for a pointer that rests on it. */
export function Between({ from, to }: { from: Hex; to: Hex }) {
  const end = integer(to);
  return <span title={moment(end)}>{span(end - integer(from))}</span>;
}

/** Runs down; then says what that means. `lead` stands before what is left. */
export function Countdown({
  to,
  over,
  lead = "",
  urgent = 0,
}: {
  to: Hex;
  over: string;
  lead?: string;
  urgent?: number;
}) {
  const now = useL1Time();
  const seconds = integer(to);
  const left = seconds - now;
  const level = left <= 0 ? "over" : left < urgent ? "urgent" : "running";
  return (
    <time class={`clock ${level}`} datetime={new Date(seconds * 1000).toISOString()} title={moment(seconds)}>
      {left > 0 ? `${lead}${span(left)}` : over}
    </time>
  );
}

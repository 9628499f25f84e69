// What stands where an answer is not, or not yet.

import type { ComponentChildren } from "preact";
import type { Answer } from "../asking.ts";

/** Shows the answer; or that it is on its way, failed, or that there is no such thing. */
export function Shown<T>({
  answer,
  absent,
  children,
}: {
  answer: Answer<T>;
  absent: string;
  children: (data: T) => ComponentChildren;
}) {
  const { data, error } = answer;
  if (data != null) return <>{children(data)}</>;
  if (error !== undefined) return <p class="nothing">The node did not say: {error.message}</p>;
  return <p class="nothing">{data === null ? absent : "Asking the node…"}</p>;
}

export function Facts({ children }: { children: ComponentChildren }) {
  return <dl class="facts">{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

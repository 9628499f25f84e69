// A transaction's way to finality, step by step, with what is known of each step: when it was, or when it can be.

import type { ComponentChildren } from "preact";
import { count, integer } from "../format.ts";
import { BatchLink, HexText } from "../parts/links.tsx";
import { Countdown, Moment } from "../parts/time.tsx";
import type { Finality, Hex } from "../types.ts";

type Mark = "done" | "now" | "ahead" | "broken";

const MARKS: Readonly<Record<Mark, string>> = {
  done: "done",
  now: "now",
  ahead: "to come",
  broken: "undone",
};

const ORDER: readonly Finality["stage"][] = ["pending", "unsafe", "safe", "finalized"];

export function Path({ finality }: { finality: Finality }) {
  const { stage, times, block, batch, why } = finality;
  const reached = stage === "dropped" ? -1 : ORDER.indexOf(stage === "challenged" ? "safe" : stage);
  /** In the pool one waits; from then on what is reached is done, and the next step is under way. */
  const mark = (step: number): Mark => {
    if (stage === "dropped") return step === 0 ? "done" : "broken";
    if (step <= reached && reached > 0) return "done";
    return step === (reached === 0 ? 0 : reached + 1) ? "now" : "ahead";
  };
  return (
    <section aria-labelledby="path">
      <h2 id="path">Path to finality</h2>
      <p>{why}.</p>
      <ol class="path">
        <Step name="In the pool" mark={mark(0)}>
          {times?.received == null ? (
            <span class="dim">when it came is not known here</span>
          ) : (
            <Moment at={times.received} />
          )}
        </Step>
        <Step name="Sealed" mark={mark(1)}>
          {block !== undefined && (
            <>
              Block {count(block.number)}
              <At time={times?.sealed} />
            </>
          )}
        </Step>
        <Step name="On L1" mark={mark(2)}>
          {batch !== undefined && (
            <>
              Batch{" "}
              {batch.id === null ? count(batch.number) : <BatchLink number={batch.number} id={batch.id} />},
              segment {integer(batch.segment)}
              <At time={times?.committed} />
              {times?.l1Transaction != null && (
                <>
                  {" "}
                  in L1 transaction <HexText hex={times.l1Transaction} />
                </>
              )}
            </>
          )}
        </Step>
        <Step
          name={times?.segmentProven ? "Proven" : "Nobody objects"}
          mark={stage === "finalized" ? "done" : middle(finality)}
        >
          <Middle finality={finality} />
        </Step>
        <Step name="Final" mark={stage === "finalized" ? "done" : stage === "dropped" ? "broken" : "ahead"}>
          <End finality={finality} />
        </Step>
      </ol>
    </section>
  );
}

function middle({ stage, times }: Finality): Mark {
  if (stage === "dropped" || stage === "challenged") return "broken";
  if (times?.segmentProven) return "done";
  return stage === "safe" ? "now" : "ahead";
}

function Middle({ finality: { stage, times } }: { finality: Finality }) {
  if (stage === "challenged") return <span class="warn">A challenge is open: a proof must answer it</span>;
  if (times?.segmentProven) return <>A validity proof of its segment was accepted</>;
  if (stage === "finalized") return <>The challenge window closed, or all was proven</>;
  if (times?.windowCloses == null) return <span class="dim">the challenge window opens with the commit</span>;
  return (
    <>
      Challenge window closes <Countdown to={times.windowCloses} lead="in " over="with the next block" />
    </>
  );
}

function End({ finality: { stage, times, finalFrom, finalFromIfProven } }: { finality: Finality }) {
  if (stage === "finalized") return times?.finalized == null ? null : <Moment at={times.finalized} />;
  if (stage === "dropped") return <>Send it again</>;
  return (
    <>
      {finalFrom !== null && (
        <>
          <Countdown to={finalFrom} lead="In " over="With the next block" />, as things stand.{" "}
        </>
      )}
      {finalFromIfProven !== null && (
        <span class="dim">
          <Countdown to={finalFromIfProven} lead="In " over="At once" /> if all up to it is proven.
        </span>
      )}
    </>
  );
}

function At({ time }: { time: Hex | null | undefined }) {
  return time == null ? null : (
    <>
      , <Moment at={time} />
    </>
  );
}

function Step({ name, mark, children }: { name: string; mark: Mark; children: ComponentChildren }) {
  return (
    <li class={mark} aria-current={mark === "now" ? "step" : undefined}>
      <h3>
        {name} <span class="dim">{MARKS[mark]}</span>
      </h3>
      <p>{children}</p>
    </li>
  );
}

// One dispute: what is disputed, how much time is left, who may do what now, and what it pays.

import { ether, integer } from "../format.ts";
import type { Dispute, Move } from "../types.ts";
import { OutcomeBadge } from "./badge.tsx";
import { AccountLink, BatchLink } from "./links.tsx";
import { Countdown, Moment } from "./time.tsx";

/** An answer takes L1 a block or two, and a prover some seconds. */
const URGENT_SECONDS = 300;

const NAMES: Readonly<Record<Move["move"], string>> = {
  answer: "Answer",
  refute: "Refute",
  timeout: "Time out",
  refund: "Take back",
};

export function DisputeCard({ dispute, level }: { dispute: Dispute; level: 2 | 3 }) {
  const { batch, id, segment, challenger, bond, deadline, outcome, overdue, moves } = dispute;
  const Heading = `h${level}` as const;
  const name = `dispute-${id}-${segment}`;
  return (
    <article class={`card ${overdue ? "overdue" : ""}`} aria-labelledby={name}>
      <Heading id={name}>
        Batch <BatchLink number={batch} id={id} />, segment {integer(segment)}
      </Heading>
      <p>
        <OutcomeBadge outcome={outcome} />{" "}
        {outcome === "open" && moves.some(({ move }) => move !== "refund") && (
          <span class="big">
            <Countdown to={deadline} over="deadline passed" urgent={URGENT_SECONDS} /> to answer
          </span>
        )}
      </p>
      <p>
        Challenged by <AccountLink account={challenger} /> with {ether(bond)}
        {outcome === "open" && (
          <>
            ; deadline <Moment at={deadline} />
          </>
        )}
      </p>
      {moves.length > 0 && (
        <section aria-label="Who may act">
          <ul class="moves">
            {moves.map((move) => (
              <MoveItem key={move.move} move={move} />
            ))}
          </ul>
        </section>
      )}
    </article>
  );
}

function MoveItem({ move: { move, by, possible, from, before, pays, paysTo } }: { move: Move }) {
  return (
    <li>
      <strong>{NAMES[move]}</strong>
      <span>
        {possible ? (
          <strong class="good">now</strong>
        ) : from === null ? (
          <span class="dim">when time runs again</span>
        ) : (
          <Countdown to={from} lead="in " over="with the next block" />
        )}
        {possible && before !== null && <span class="dim"> until somebody times it out</span>}
      </span>
      <span>{by}</span>
      <span>
        pays {ether(pays)} <span class="dim">to {paysTo}</span>
      </span>
    </li>
  );
}

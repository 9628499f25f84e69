// All disputes: those that are open with their clocks, then those that are over.

import { ether, integer } from "../format.ts";
import { useAnswer } from "../node.ts";
import { OutcomeBadge } from "../parts/badge.tsx";
import { DisputeCard } from "../parts/dispute-card.tsx";
import { AccountLink, BatchLink } from "../parts/links.tsx";
import { Shown } from "../parts/states.tsx";
import type { Dispute } from "../types.ts";

export function Disputes() {
  const answer = useAnswer<readonly Dispute[]>("luntra_disputes", true);
  return (
    <>
      <h1>Disputes</h1>
      <Shown answer={answer} absent="There are none.">
        {(disputes) => {
          const open = disputes.filter(({ moves }) => moves.length > 0);
          const over = disputes.filter(({ moves }) => moves.length === 0);
          return (
            <>
              {open.length === 0 && <p class="nothing">No challenge is open.</p>}
              <div class="cards">
                {open.map((one) => (
                  <DisputeCard key={`${one.id} ${one.segment}`} dispute={one} level={2} />
                ))}
              </div>
              {over.length > 0 && <Over disputes={over} />}
            </>
          );
        }}
      </Shown>
    </>
  );
}

function Over({ disputes }: { disputes: readonly Dispute[] }) {
  return (
    <section aria-labelledby="over">
      <h2 id="over">Over</h2>
      <div class="scroll">
        <table>
          <caption>Challenges that are over, the latest first</caption>
          <thead>
            <tr>
              <th scope="col" class="number">
                Batch
              </th>
              <th scope="col" class="number">
                Segment
              </th>
              <th scope="col">Outcome</th>
              <th scope="col" class="wide">
                Challenger
              </th>
              <th scope="col" class="number">
                Bond
              </th>
            </tr>
          </thead>
          <tbody>
            {disputes.map(({ batch, id, segment, outcome, challenger, bond }) => (
              <tr key={`${id} ${segment}`}>
                <th scope="row" class="number">
                  <BatchLink number={batch} id={id} />
                </th>
                <td class="number">{integer(segment)}</td>
                <td>
                  <OutcomeBadge outcome={outcome} />
                </td>
                <td class="wide">
                  <AccountLink account={challenger} />
                </td>
                <td class="number">{ether(bond)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

// The rollup at a glance: heads, L1, who leads, and the list of batches.

import { useState } from "preact/hooks";
import { count, integer } from "../format.ts";
import { useAnswer, useNode } from "../node.ts";
import { Badge, BatchBadge } from "../parts/badge.tsx";
import { AccountLink, BatchLink } from "../parts/links.tsx";
import { Fact, Facts, Shown } from "../parts/states.tsx";
import { Ago, Between, Countdown, Moment } from "../parts/time.tsx";
import { RiskScore } from "../risk.tsx";
import { linkTo } from "../route.ts";
import type { BatchPage, BatchSummary, Building, Hex, Status } from "../types.ts";

export function Overview() {
  const { status } = useNode();
  return (
    <>
      <h1>Batches</h1>
      {status === undefined ? <p class="nothing">Asking the node…</p> : <Glance status={status} />}
      <Batches />
    </>
  );
}

function Glance({ status }: { status: Status }) {
  const { head, safe, finalized, l1, pool, queue } = status;
  const open = integer(status.openChallenges);
  return (
    <section aria-label="At a glance">
      <Facts>
        <Fact name="Latest block">
          <strong>{count(head.number)}</strong>
        </Fact>
        <Fact name="Safe, on L1">
          <strong>{count(safe.number)}</strong>
        </Fact>
        <Fact name="Final">
          <strong>{count(finalized.number)}</strong>
        </Fact>
        <Fact name="Open challenges">
          <strong class={open > 0 ? "warn" : ""}>{open}</strong>{" "}
          {open > 0 && <a href={linkTo.disputes}>see who may act</a>}
        </Fact>
        <Fact name="L1 block">
          <strong>{count(l1.number)}</strong> <Ago at={l1.timestamp} />
        </Fact>
        <Fact name="This node">{status.leading ? "leads" : "stands by"}</Fact>
        <Fact name="Pool">
          <strong>{count(pool.size)}</strong> waiting
        </Fact>
        <Fact name="L1 queue">
          <strong>{count(queue)}</strong> items so far
        </Fact>
        <Fact name="Protocol's clock">
          {status.frozen ? "frozen for good" : status.paused ? "stands still" : "runs"}
          {status.pausedUntil !== null && (
            <>
              {" until "}
              <Moment at={status.pausedUntil} />
            </>
          )}
        </Fact>
        <Fact name="Chain id">
          <span class="number">{String(BigInt(status.chainId))}</span>
        </Fact>
      </Facts>
    </section>
  );
}

function Batches() {
  const [before, page] = useState<readonly Hex[]>([]);
  const answer = useAnswer<BatchPage>("luntra_batches", before.at(-1) ?? null, "0x14");
  return (
    <section aria-labelledby="list">
      <h2 id="list" class="visually-hidden">
        List of batches
      </h2>
      <Shown answer={answer} absent="There are none.">
        {({ building, batches, next }) => (
          <>
            {building.length + batches.length === 0 ? (
              <p class="nothing">No batch yet: one begins with the first deposit or transaction.</p>
            ) : (
              <BatchTable building={building} batches={batches} />
            )}
            <p class="pages">
              <button type="button" disabled={before.length === 0} onClick={() => page(before.slice(0, -1))}>
                Newer
              </button>{" "}
              <button type="button" disabled={next === null} onClick={() => next && page([...before, next])}>
                Older
              </button>
            </p>
          </>
        )}
      </Shown>
    </section>
  );
}

function BatchTable({ building, batches }: Pick<BatchPage, "building" | "batches">) {
  return (
    <div class="scroll">
      <table>
        <caption>Batches, the latest first</caption>
        <thead>
          <tr>
            <th scope="col" class="number">
              Batch
            </th>
            <th scope="col">Status</th>
            <th scope="col">Final</th>
            <th scope="col" class="wide">
              Segments
            </th>
            <th scope="col" class="number wide">
              Transactions
            </th>
            <th scope="col" class="wide">
              Committed
            </th>
            <th scope="col" class="wide">
              Committer
            </th>
            <th scope="col" class="wide">
              Risk
            </th>
          </tr>
        </thead>
        <tbody>
          {building.map((one) => (
            <BuildingRow key={`building ${one.number}`} {...one} />
          ))}
          {batches.map((one) => (
            <BatchRow key={one.id} batch={one} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function BuildingRow({ number, segments, transactions, sealedAt }: Building) {
  return (
    <tr class="building">
      <th scope="row" class="number">
        {count(number)}
      </th>
      <td>
        <Badge tone="dim">sealed</Badge>
      </td>
      <td class="dim">not on L1 yet</td>
      <td class="wide">{count(segments)}</td>
      <td class="number wide">{count(transactions)}</td>
      <td class="wide dim">
        sealed <Ago at={sealedAt} />
      </td>
      <td class="wide dim">–</td>
      <td class="wide dim">–</td>
    </tr>
  );
}

function BatchRow({ batch }: { batch: BatchSummary }) {
  const open = integer(batch.openChallenges);
  return (
    <tr>
      <th scope="row" class="number">
        <BatchLink number={batch.number} id={batch.id} />
      </th>
      <td>
        <BatchBadge status={batch.status} openChallenges={open} />
      </td>
      <td>
        <FinalIn batch={batch} />
      </td>
      <td class="wide">
        <Segments {...batch} />
      </td>
      <td class="number wide">{batch.transactions === null ? "–" : count(batch.transactions)}</td>
      <td class="wide">
        <Ago at={batch.committedAt} />
      </td>
      <td class="wide">
        <AccountLink account={batch.committer} />
      </td>
      <td class="wide">
        <RiskScore id={batch.id} />
      </td>
    </tr>
  );
}

function FinalIn({ batch }: { batch: BatchSummary }) {
  if (batch.finalizedAt !== null) {
    return (
      <span class="dim">
        after <Between from={batch.committedAt} to={batch.finalizedAt} />
      </span>
    );
  }
  if (batch.status !== "pending") return <span class="dim">never</span>;
  if (batch.finalFrom === null) return <span class="warn">waits for the dispute</span>;
  return <Countdown to={batch.finalFrom} lead="in " over="with the next block" />;
}

/** How many of how many are proven, as a bar that says the same in words. */
function Segments({ segments, proven, openChallenges, refutedSegment }: BatchSummary) {
  const [all, done, open] = [integer(segments), integer(proven), integer(openChallenges)];
  const parts = [
    `${all}`,
    ...(done > 0 ? [`${done} proven`] : []),
    ...(open > 0 ? [`${open} challenged`] : []),
    ...(refutedSegment === null ? [] : [`segment ${integer(refutedSegment)} refuted`]),
  ];
  return (
    <span class="segments">
      <progress value={done} max={all} aria-hidden="true" />
      <span>{parts.join(", ")}</span>
    </span>
  );
}

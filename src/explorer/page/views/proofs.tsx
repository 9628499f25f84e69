// What is being proven, for what, by whom, until when.

import { integer, span } from "../format.ts";
import { useAnswer, useL1Time, useNode } from "../node.ts";
import { Badge } from "../parts/badge.tsx";
import { Fact, Facts, Shown } from "../parts/states.tsx";
import { Ago, Countdown } from "../parts/time.tsx";
import { linkTo } from "../route.ts";
import { short } from "../format.ts";
import type { Hex, ProofJob, ProofWork } from "../types.ts";

const PROVERS: Readonly<Record<ProofWork["prover"], string>> = {
  pool: "a pool of provers",
  here: "this node itself",
  none: "nobody",
};

export function Proofs() {
  const answer = useAnswer<ProofWork>("luntra_proofJobs");
  return (
    <>
      <h1>Proofs</h1>
      <Shown answer={answer} absent="The node does not know.">
        {({ prover, typicalMs, jobs }) => (
          <>
            <Facts>
              <Fact name="Proves">{PROVERS[prover]}</Fact>
              <Fact name="A proof takes">
                {typicalMs === null
                  ? "not known yet"
                  : `${(integer(typicalMs) / 1000).toFixed(1)} s on average`}
              </Fact>
              <Fact name="Being proven">{jobs.filter(({ state }) => state === "active").length}</Fact>
              <Fact name="Waiting">{jobs.filter(isWaiting).length}</Fact>
            </Facts>
            {jobs.length === 0 ? (
              <p class="nothing">Nothing is being proven, and nothing was in the last hour.</p>
            ) : (
              <JobTable jobs={jobs} typicalMs={typicalMs} />
            )}
          </>
        )}
      </Shown>
    </>
  );
}

function isWaiting({ state }: ProofJob): boolean {
  return state === "created" || state === "retry";
}

function JobTable({ jobs, typicalMs }: Pick<ProofWork, "jobs" | "typicalMs">) {
  return (
    <div class="scroll">
      <table>
        <caption>
          Proof jobs: those that are worked on, those that wait, those that ended in the last hour
        </caption>
        <thead>
          <tr>
            <th scope="col">Batch, segment</th>
            <th scope="col">State</th>
            <th scope="col">Progress</th>
            <th scope="col" class="wide">
              Purpose
            </th>
            <th scope="col" class="wide">
              Deadline
            </th>
            <th scope="col" class="wide">
              Worker
            </th>
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <JobRow key={`${job.id} ${job.segment} ${job.created}`} job={job} typicalMs={typicalMs} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const TONES = { active: "plain", completed: "good", failed: "bad", retry: "warn" } as const;

function JobRow({ job, typicalMs }: { job: ProofJob; typicalMs: Hex | null }) {
  const { id, segment, state, purpose, worker, failure, tries, deadline, ended } = job;
  return (
    <tr>
      <th scope="row">
        {id === null || segment === null ? (
          <span class="dim">not said</span>
        ) : (
          <a href={linkTo.batch(id)} class="hex" title={id}>
            {short(id)}, {integer(segment)}
          </a>
        )}
      </th>
      <td>
        <Badge tone={TONES[state as keyof typeof TONES] ?? "dim"}>{state}</Badge>
        {integer(tries) > 0 && <span class="dim"> {integer(tries)} failed before</span>}
        {failure !== null && <span class="dim"> {failure}</span>}
      </td>
      <td>
        <Progress job={job} typicalMs={typicalMs} />
      </td>
      <td class="wide">{purpose === "dispute" ? "a dispute waits" : "early finality"}</td>
      <td class="wide">{ended === null ? <Countdown to={deadline} over="passed" urgent={300} /> : "–"}</td>
      <td class="wide">{worker ?? "–"}</td>
    </tr>
  );
}

/** Provers do not say how far they are: what the last proofs took says it about as well. */
function Progress({
  job: { state, started, ended, created },
  typicalMs,
}: {
  job: ProofJob;
  typicalMs: Hex | null;
}) {
  const { ahead } = useNode();
  const now = useL1Time() - ahead;
  if (ended !== null) {
    const took = started === null ? "" : ` after ${span(integer(ended) - integer(started))}`;
    return <span class="dim">ended{took}</span>;
  }
  if (state !== "active" || started === null) {
    return (
      <span class="dim">
        asked for <Ago at={created} />
      </span>
    );
  }
  const elapsed = Math.max(0, now - integer(started));
  if (typicalMs === null) return <span>{span(elapsed)} so far</span>;
  const typical = integer(typicalMs) / 1000;
  return (
    <span class="segments">
      <progress value={Math.min(elapsed, typical)} max={typical} aria-hidden="true" />
      <span>
        {span(elapsed)} of about {span(typical)}
      </span>
    </span>
  );
}

// How unusual a batch is, as the node's model scores it, and what the node makes of it. Where a node scores nothing, the page says so.

import { useEffect, useState } from "preact/hooks";
import { BATCH_FEATURES } from "../../risk/features.ts";
import type { RpcFailure } from "./connection.ts";
import { ether, percent } from "./format.ts";
import { useAnswer, useNode } from "./node.ts";
import { TransactionLink } from "./parts/links.tsx";
import { Fact, Facts } from "./parts/states.tsx";
import type { Hex, Risk } from "./types.ts";

type Known = Risk | "unavailable" | "unknown" | undefined;

const METHOD_UNKNOWN = -32601;

/** A batch's score does not change, and whether a node scores at all does not either, while the page is open. */
const scores = new Map<Hex, Known>();
let unavailable = false;

export function useRisk(id: Hex): Known {
  const { call } = useNode();
  const [known, change] = useState<Known>(unavailable ? "unavailable" : scores.get(id));
  useEffect(() => {
    const before = unavailable ? "unavailable" : scores.get(id);
    change(before);
    if (before !== undefined) return;
    let wanted = true;
    call("luntra_risk", [id]).then(
      (risk) => {
        const its = (risk ?? "unknown") as Known;
        if (risk !== null) scores.set(id, its);
        if (wanted) change(its);
      },
      ({ code }: RpcFailure) => {
        if (code === METHOD_UNKNOWN) unavailable = true;
        if (wanted) change(code === METHOD_UNKNOWN ? "unavailable" : "unknown");
      },
    );
    return () => {
      wanted = false;
    };
  }, [call, id]);
  return known;
}

function levelOf(probability: number): string {
  if (probability >= 0.5) return "high";
  return probability >= 0.1 ? "medium" : "low";
}

export function RiskScore({ id }: { id: Hex }) {
  const risk = useRisk(id);
  if (risk === undefined) return <span class="dim">…</span>;
  if (typeof risk === "string") return <span class="dim">not available</span>;
  const level = levelOf(risk.probability);
  return (
    <span class={`risk ${level}`}>
      {percent(risk.probability)} <span class="dim">{level}</span>
    </span>
  );
}

const SHOWN = 6;

export function RiskSection({ id }: { id: Hex }) {
  const { data, error } = useAnswer<Risk>("luntra_risk", id);
  return (
    <section aria-labelledby="risk">
      <h2 id="risk">Risk</h2>
      {data != null ? (
        <RiskDetail risk={data} />
      ) : error?.code === METHOD_UNKNOWN ? (
        <p class="nothing">Not available: this node does not score batches.</p>
      ) : data === null || error !== undefined ? (
        <p class="nothing">Not available for this batch.</p>
      ) : (
        <p class="nothing">Asking the node…</p>
      )}
    </section>
  );
}

function RiskDetail({ risk }: { risk: Risk }) {
  const { probability, model, reasons, transactions, decision } = risk;
  const unusual = transactions.toSorted((a, b) => b.probability - a.probability).slice(0, SHOWN);
  return (
    <>
      <p>
        How likely it belongs to an attack, by what is unusual about it. Whether it is right, re-execution
        alone says.
      </p>
      <Facts>
        <Fact name="Probability">
          <strong class={`risk ${levelOf(probability)}`}>{percent(probability)}</strong>{" "}
          {levelOf(probability)}
        </Fact>
        <Fact name="Model">{model}</Fact>
        {decision !== null && (
          <>
            <Fact name="Proving it early">{DECISIONS[decision.because]}</Fact>
            <Fact name="Waits for its finality">{ether(decision.value)}</Fact>
            <Fact name="Proofs cost, machines and gas">
              {ether(BigInt(decision.machine) + BigInt(decision.gas))}
            </Fact>
          </>
        )}
      </Facts>
      <Reasons reasons={reasons} />
      {unusual.length > 0 && (
        <>
          <h3>Its most unusual transactions</h3>
          <ul class="plain">
            {unusual.map(({ hash, probability: its }) => (
              <li key={hash}>
                <TransactionLink hash={hash} /> {percent(its)}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

const DECISIONS = {
  itself: "pays by itself",
  run: "pays for those after it",
  nothing: "does not pay now",
} as const;

function Reasons({ reasons }: Pick<Risk, "reasons">) {
  const most = reasons
    .toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .slice(0, SHOWN);
  return (
    <div class="scroll">
      <table class="stack">
        <caption>Why: what adds most to the log-odds, or takes away most</caption>
        <thead>
          <tr>
            <th scope="col">Adds</th>
            <th scope="col">What</th>
            <th scope="col" class="number">
              Here
            </th>
          </tr>
        </thead>
        <tbody>
          {most.map(({ feature, value, contribution }) => (
            <tr key={feature}>
              <th scope="row" class="number">
                {contribution < 0 ? "−" : "+"}
                {Math.abs(contribution).toFixed(2)}
              </th>
              <td>{aboutOf(feature)}</td>
              <td class="number" data-name="here:">
                {String(Math.round(value * 1000) / 1000)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A model of another version may have others. */
function aboutOf(feature: string): string {
  return Object.hasOwn(BATCH_FEATURES, feature)
    ? BATCH_FEATURES[feature as keyof typeof BATCH_FEATURES]
    : feature;
}

// How likely a batch is to be challenged or wrong, if the node has a model for it. The page never makes one up.

import { useEffect, useState } from "preact/hooks";
import type { RpcFailure } from "./connection.ts";
import { percent } from "./format.ts";
import { useNode } from "./node.ts";
import { TransactionLink } from "./parts/links.tsx";
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

const REASONS = 8;

export function RiskSection({ id }: { id: Hex }) {
  const risk = useRisk(id);
  return (
    <section aria-labelledby="risk">
      <h2 id="risk">Risk</h2>
      {risk === undefined && <p class="nothing">Asking the node…</p>}
      {risk === "unavailable" && <p class="nothing">Not available: this node does not score batches.</p>}
      {risk === "unknown" && <p class="nothing">Not available for this batch.</p>}
      {typeof risk === "object" && <RiskDetail risk={risk} />}
    </section>
  );
}

function RiskDetail({ risk }: { risk: Risk }) {
  const reasons = [...risk.reasons].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  return (
    <>
      <p>
        <strong>{percent(risk.probability)}</strong> by model {risk.model}
        {risk.decision == null ? "" : `; decision: ${textOf(risk.decision)}`}
      </p>
      <div class="scroll">
        <table>
          <caption>Why: what weighed most</caption>
          <thead>
            <tr>
              <th scope="col">Feature</th>
              <th scope="col" class="number">
                Value
              </th>
              <th scope="col" class="number">
                Contribution
              </th>
            </tr>
          </thead>
          <tbody>
            {reasons.slice(0, REASONS).map(({ feature, value, contribution }) => (
              <tr key={feature}>
                <th scope="row">{feature}</th>
                <td class="number">{textOf(value)}</td>
                <td class="number">
                  {contribution >= 0 ? `+${contribution.toFixed(3)}` : contribution.toFixed(3)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {risk.transactions !== undefined && risk.transactions.length > 0 && (
        <>
          <h3>Transactions by risk</h3>
          <ol class="plain">
            {[...risk.transactions]
              .sort((a, b) => b.probability - a.probability)
              .slice(0, REASONS)
              .map(({ hash, probability }) => (
                <li key={hash}>
                  <TransactionLink hash={hash} /> {percent(probability)}
                </li>
              ))}
          </ol>
        </>
      )}
    </>
  );
}

function textOf(value: unknown): string {
  if (typeof value === "number") return String(Math.round(value * 1000) / 1000);
  return typeof value === "string" ? value : JSON.stringify(value);
}

// A batch's risk as JSON: integers are quantities as everywhere, what is no integer is a number.

import type { DerivedBatch } from "../chain/types.ts";
import type { RpcContext } from "./context.ts";
import { toJson } from "./json.ts";

export async function showRisk({ risk }: RpcContext, batch: DerivedBatch | undefined): Promise<unknown> {
  if (batch === undefined) return null;
  await risk.follow();
  const { id, header } = batch;
  const score = risk.score(id);
  if (score === undefined) return null;
  const { probability, model, reasons, transactions } = score;
  const decision = risk.decision(id);
  const { workers, forAnswers, wait } = risk.capacity();
  return {
    ...(toJson({ batch: header.number, id }) as object),
    probability,
    model,
    reasons,
    transactions,
    decision: decision === undefined ? null : decisionJson(decision),
    capacity: { ...(toJson({ workers, forAnswers }) as object), wait: wait ?? null },
  };
}

/** The gain may be negative, which no quantity is: it is delay + doubt − machine − gas. */
function decisionJson(decision: NonNullable<ReturnType<RpcContext["risk"]["decision"]>>): object {
  const { prove, because, segments, value, l1BaseFee, provenIn, waitsFor } = decision;
  const { machine, gas, delay, doubt } = decision;
  const integers = { segments, value, l1BaseFee, provenIn, waitsFor, machine, gas, delay, doubt };
  return { prove, because, ...(toJson(integers) as object) };
}

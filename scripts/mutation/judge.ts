// Judges one mutant: the Solidity tests with it on, and, for what they compute with themselves, the TypeScript model.

import type { Mutant } from "./mutants.ts";
import { NoReply, runMocha, type Worker } from "./pool.ts";
import type { Prepared } from "./project.ts";
import type { Reached } from "./verdicts.ts";
import type { Order } from "./worker.ts";

/** Libraries that tests in Solidity use, too: what they compute is compared with the TypeScript model. */
const COMPARED_WITH_MODEL = /^contracts\/(da|libraries|types)\//;
export const MODEL_SECONDS = 600;

/**
 * @param order which tests come first, which late
 * @param seconds when to give up
 */
export async function judgeOne(
  prepared: Prepared,
  mutant: Mutant,
  worker: Worker,
  order: Pick<Order, "first" | "slow" | "fastOnly">,
  seconds: number,
): Promise<Reached> {
  const started = performance.now();
  const reached = (verdict: Reached["verdict"], by: readonly string[]): Reached => ({
    verdict,
    by,
    seconds: Math.round((performance.now() - started) / 100) / 10,
  });
  const what = prepared.mutants.indexOf(mutant) + 1;
  try {
    const { folder, viaIR } = prepared;
    const { failed } = await worker.run({ folder, viaIR, what, ...order }, seconds);
    if (failed.length > 0) return reached("killed", failed);
    if (order.fastOnly) return reached("spared", []);
    if (!COMPARED_WITH_MODEL.test(mutant.file)) return reached("survived", []);
    const { failed: byModel } = await runMocha(prepared.folder, what, MODEL_SECONDS);
    return reached(byModel.length > 0 ? "killed" : "survived", byModel);
  } catch (error) {
    if (error instanceof NoReply) return reached("unfinished", [error.message]);
    throw error;
  }
}

// Calls straight to L1, without what a node checks before it sends: for what L1 itself has to refuse, and in which second.

import { type Contracts, type Receipt, send, withSigner } from "../../chain/client.ts";
import { isLuntraError } from "../../errors.ts";
import type { Actor } from "./actors.ts";
import type { Stage } from "./stage.ts";

/** One transaction of the actor's. */
export async function direct(
  { node: { chain } }: Stage,
  { name, signer }: Actor,
  call: (contracts: Contracts) => ReturnType<Parameters<typeof send>[2]>,
): Promise<Receipt> {
  return await send(chain, `a call of ${name}'s`, () => call(withSigner(chain, signer)));
}

/** L1 must refuse each of these calls, with just this error. One step of the timeline. */
export async function allRefused(
  stage: Stage,
  what: string,
  error: string,
  calls: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<void> {
  const answers = await stage.step(
    "everybody",
    (all: readonly (readonly [string, string])[]) => `${what}: ${all.length} calls, each refused, ${error}`,
    async () => {
      const all: [string, string][] = [];
      for (const [name, call] of Object.entries(calls)) all.push([name, await answerOf(call)]);
      return all;
    },
  );
  for (const [name, answer] of answers) stage.check(`${what}: L1's answer to ${name}`, error, answer);
}

async function answerOf(call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
    return "nothing";
  } catch (reason) {
    if (isLuntraError(reason, "CALL_REVERTED")) return reason.args.error;
    throw reason;
  }
}

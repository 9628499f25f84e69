// Passes a transaction on to the node that leads, and its answer back.

import { z } from "zod";
import type { Hex } from "../chain/types.ts";
import { fail } from "../errors.ts";

/** Says that a request was passed on once: two nodes that take each other for the leader do not pass it on for ever. */
export const FORWARDED_HEADER = "x-luntra-forwarded";

const answer = z.union([
  z.object({ result: z.string().regex(/^0x[0-9a-f]{64}$/) }),
  z.object({ error: z.object({ code: z.number(), message: z.string(), data: z.unknown() }) }),
]);

/** The hash. Throws RPC_LEADER_REFUSED with the leader's own error, or RPC_LEADER_UNREACHABLE. */
export async function forwardRaw(url: string, raw: Hex, timeoutMs: number): Promise<Hex> {
  const said = answer.safeParse(await ask(url, raw, timeoutMs));
  if (!said.success) return fail("RPC_LEADER_UNREACHABLE", { reason: "it answered something else" });
  return "result" in said.data ? said.data.result : fail("RPC_LEADER_REFUSED", said.data.error);
}

async function ask(url: string, raw: Hex, timeoutMs: number): Promise<unknown> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", [FORWARDED_HEADER]: "1" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_sendRawTransaction", params: [raw] }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return await response.json();
  } catch (error) {
    // Where the leader is found is nobody's business: only what kind of failure it was.
    const reason = error instanceof Error && error.name === "TimeoutError" ? "it took too long" : "no answer";
    return fail("RPC_LEADER_UNREACHABLE", { reason }, error);
  }
}

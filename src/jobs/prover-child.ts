// The process that proves: it is told once with what, and then gets one job after the other. It has neither database nor keys
// of accounts.

import { isLuntraError } from "../errors.ts";
import { proofSystem, type SegmentProver, segmentProver } from "../prover/index.ts";
import { decodeJob, type JobPayload } from "./payload.ts";
import type { ProverSpec, Reply } from "./prover-process.ts";

let prover: SegmentProver | undefined;

// Whoever asked is gone: nobody would take the result. What was started for it goes, too.
process.once("disconnect", () => process.kill(-process.pid, "SIGKILL"));
process.on("message", async (message: ProverSpec | JobPayload) => {
  if ("setups" in message) prover = open(message);
  else process.send?.(await reply(message));
});

function open({ instance, systems, setups }: ProverSpec): SegmentProver {
  return segmentProver(systems.map((name) => proofSystem(name, instance, setups[name])));
}

async function reply(payload: JobPayload): Promise<Reply> {
  try {
    const proof = await prover?.prove(decodeJob(payload).run);
    return proof === undefined ? { message: "a job came first" } : { proof };
  } catch (error) {
    if (isLuntraError(error)) return { code: error.code, args: error.args };
    return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

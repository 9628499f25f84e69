import { resolve } from "node:path";
import { ether } from "../../src/chain/amounts.ts";
import { fail } from "../../src/errors.ts";
import { readLaunchFile } from "../../src/launch/file.ts";
import { smoke } from "../../src/launch/smoke.ts";
import { action } from "../support/action.ts";
import { parseEtherAmount, parsePositive, required } from "../support/arguments.ts";
import { count, facts } from "../support/output.ts";
import { openProver } from "../support/prover.ts";
import { openWorkspace } from "../support/workspace.ts";
import type { LaunchArgs } from "./support.ts";

type Args = LaunchArgs & { from: string; amount: string };

export default action<Args>(async (args, context) => {
  const amount = parsePositive(parseEtherAmount(args.amount, "--amount"), "--amount");
  const path = resolve(context.hre.config.paths.root, required(args.parameters, "--parameters"));
  const { roles, funds } = await readLaunchFile(path);
  const { node, book, signer, openPool } = await openWorkspace(context, args);
  const sender = await signer(args.from);
  const account = (await sender.getAddress()).toLowerCase();
  if (account !== roles.sequencer) {
    const reason = `is not the launch file's ${roles.sequencer}`;
    fail("ROLE_REFUSED", { role: "sequencer", account, reason });
  }
  const { bonded, number, id, queueItems, receipts } = await smoke({
    node,
    pool: await openPool(),
    signer: sender,
    bond: funds.sequencerBond,
    amount,
    checks: { circuit: await openProver(context, book, args) },
    onStep: context.progress,
  });
  const { transaction, gasUsed } = receipts.commit;
  return {
    json: { bonded, deposited: amount, number, id, queueItems, transaction, gasUsed, verdict: "valid" },
    lines: facts({
      "Bond paid in": ether(bonded),
      Deposited: ether(amount),
      Committed: `batch ${number}, ${queueItems} queue item(s), ${count(gasUsed)} gas`,
      Judged: "valid, from L1's data alone",
    }),
  };
});

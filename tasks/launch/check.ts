import { ether } from "../../src/chain/amounts.ts";
import { checkEconomics } from "../../src/chain/economics.ts";
import { LuntraError } from "../../src/errors.ts";
import { checkAccounts } from "../../src/launch/accounts.ts";
import { boundText, EXPLANATIONS, written } from "../../src/launch/explain.ts";
import { launchParameters } from "../../src/launch/launch.ts";
import { INSTANCES, MAX_SEGMENTS } from "../../src/model/params.ts";
import { ceremonyPlaces } from "../../src/ceremony/index.ts";
import { action } from "../support/action.ts";
import { providerOf } from "../support/connection.ts";
import { describeError, table, wrap } from "../support/output.ts";
import { type LaunchArgs, openSite, rehearse } from "./support.ts";

export default action<LaunchArgs>(async (args, context) => {
  const site = await openSite(args, context);
  const { file, connection, verifiers } = site;
  const capacity = BigInt(MAX_SEGMENTS * INSTANCES[file.instance].n);
  const rows = checkEconomics(file.parameters, { capacity });
  const refused = rows.filter(({ ok }) => !ok).map((row) => new LuntraError("PARAMETERS_REFUSED", row));
  if (refused.length === 0) {
    await launchParameters(
      { file, verifiers, ceremonies: ceremonyPlaces({ deployments: args.deployments }) },
      file.chainId,
    );
  }
  // What contracts refuse cannot be rehearsed.
  const gas = refused.length === 0 ? (await rehearse(site, args, context)).gas : 0n;
  const accounts = await checkAccounts(file, providerOf(connection), gas);
  const problems = [...refused, ...accounts.problems];
  const [first] = problems;
  return {
    json: {
      ok: first === undefined,
      deploymentGas: gas,
      rows,
      roles: accounts.roles,
      problems: problems.map(describeError),
    },
    lines: [
      ...table(
        ["parameter", "value", "bound", ""],
        rows
          .filter(({ kind, ok }) => kind === "rule" || !ok)
          .map((row) => [
            row.parameter,
            written(EXPLANATIONS[row.parameter as keyof typeof EXPLANATIONS].unit, row.actual),
            boundText(row),
            row.ok ? "ok" : "NO",
          ]),
      ),
      "",
      ...table(
        ["role", "account", "has", "needs", ""],
        accounts.roles.map(({ role, account, available, needed }) => [
          role,
          account,
          ether(available),
          ether(needed),
          available >= needed ? "ok" : "NO",
        ]),
      ),
      "",
      ...(problems.length === 0
        ? ["Nothing is against this launch."]
        : problems.flatMap(({ message }) => wrap(`PROBLEM: ${message}`))),
    ],
    ...(first === undefined
      ? {}
      : { failure: new LuntraError("LAUNCH_BLOCKED", { problems: problems.length, first: first.message }) }),
  };
});

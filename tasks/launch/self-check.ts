import { readAddressBook } from "../../src/chain/address-book.ts";
import { LuntraError } from "../../src/errors.ts";
import { selfCheck } from "../../src/launch/self-check.ts";
import { action } from "../support/action.ts";
import { providerOf } from "../support/connection.ts";
import { wrap } from "../support/output.ts";
import { type LaunchArgs, openSite } from "./support.ts";

export default action<LaunchArgs>(async (args, context) => {
  const { connection, place, file, verifiers, artifacts } = await openSite(args, context);
  const book = await readAddressBook(place.directory, place.name);
  context.progress("reading everything back from L1");
  const findings = await selfCheck({ file, book, artifacts, l1: providerOf(connection), verifiers });
  const [first] = findings;
  const text = findings.map(
    ({ kind, what, expected, actual }) => `${kind}: expected ${what} to be ${expected}, got ${actual}`,
  );
  return {
    json: { ok: first === undefined, findings },
    lines:
      first === undefined
        ? ["L1 holds what this repository, the launch file and the keys made here say."]
        : text.flatMap((line) => wrap(line)),
    ...(first === undefined
      ? {}
      : {
          failure: new LuntraError("SELF_CHECK_FAILED", { findings: findings.length, first: text[0] ?? "" }),
        }),
  };
});

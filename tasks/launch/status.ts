import { access } from "node:fs/promises";
import { join } from "node:path";
import { type AddressBook, readAddressBook, readIfThere } from "../../src/chain/address-book.ts";
import { ask } from "../../src/chain/l1.ts";
import { planOf } from "../../src/chain/deployment-plan.ts";
import { addressesFrom } from "../../src/chain/deploy.ts";
import { type Intent, launchFolder, readIntent } from "../../src/launch/intent.ts";
import { action } from "../support/action.ts";
import { providerOf } from "../support/connection.ts";
import { facts } from "../support/output.ts";
import { type LaunchArgs, type LaunchSite, openSite } from "./support.ts";

export default action<LaunchArgs>(async (args, context) => {
  const site = await openSite(args, context);
  const { place } = site;
  const intent = await readIntent(launchFolder(place.directory, place.name));
  const book =
    (await readIfThere(place.path)) === undefined
      ? undefined
      : await readAddressBook(place.directory, place.name);
  const { there, of } = await contractsThere(site, intent);
  const verification = await exists(join(place.directory, `${place.name}.verification`, "contracts.json"));
  const next = nextStep({ intent, book, verification });
  return {
    json: {
      begun: intent !== undefined,
      contracts: { there, of },
      book: book?.addresses,
      verification,
      next,
    },
    lines: facts({
      Launch: intent === undefined ? "not begun" : `begun at block ${intent.block}`,
      Contracts: `${there} of ${of} on L1`,
      "Address book": book === undefined ? "none yet" : place.path,
      "Verification input": verification ? "written" : "none yet",
      Next: next,
    }),
  };
});

async function contractsThere(
  { connection, file, verifiers }: LaunchSite,
  intent: Intent | undefined,
): Promise<{ there: number; of: number }> {
  const { roles, parameters, instance } = file;
  const addressAt = addressesFrom(roles.deployer, intent?.nonce ?? 0);
  const { steps } = planOf({
    addressAt,
    parameters,
    l2ChainId: intent?.l2ChainId ?? 1n,
    instance,
    verifiers,
  });
  if (intent === undefined) return { there: 0, of: steps.length };
  const codes = await Promise.all(
    steps.map(({ address }) => ask("a contract's code", () => providerOf(connection).getCode(address))),
  );
  return { there: codes.filter((code) => code !== "0x").length, of: steps.length };
}

function nextStep(its: {
  readonly intent: Intent | undefined;
  readonly book: AddressBook | undefined;
  readonly verification: boolean;
}): string {
  if (its.intent === undefined && its.book === undefined)
    return "launch check, launch dry-run, launch deploy";
  if (its.book === undefined) return "launch deploy: it goes on where it stopped";
  if (!its.verification) return "launch verification, launch self-check";
  return "launch self-check, launch smoke";
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

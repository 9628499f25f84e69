import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { readAddressBook } from "../../src/chain/address-book.ts";
import type { ArtifactReader } from "../../src/chain/artifacts.ts";
import type { BuildReader } from "../../src/launch/ignition.ts";
import { verificationInputs } from "../../src/launch/verification.ts";
import { action } from "../support/action.ts";
import { buildContracts } from "../support/build.ts";
import { connect } from "../support/connection.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { table } from "../support/output.ts";
import { placeOf } from "../support/workspace.ts";

type Args = DeploymentArgs & { output: string | undefined };

export default action<Args>(async (args, context) => {
  const { hre } = context;
  await buildContracts(context);
  const place = placeOf(context, await connect(hre), args);
  const book = await readAddressBook(place.directory, place.name);
  const usual = join(place.directory, `${place.name}.verification`);
  const folder = args.output === undefined ? usual : resolve(hre.config.paths.root, args.output);
  await mkdir(folder, { recursive: true });
  const artifacts = hre.artifacts as unknown as ArtifactReader & BuildReader;
  const inputs = await verificationInputs(book, artifacts);
  const contracts = [];
  for (const { input, ...about } of inputs) {
    const file = `${about.contract}.input.json`;
    await writeFile(join(folder, file), `${JSON.stringify(input, null, 1)}\n`);
    contracts.push({ ...about, input: file });
  }
  const document = { chainId: Number(book.chainId), contracts };
  await writeFile(join(folder, "contracts.json"), `${JSON.stringify(document, null, 2)}\n`);
  return {
    json: { folder, ...document },
    lines: [
      ...table(
        ["contract", "address", "input"],
        contracts.map(({ contract, address, input }) => [contract, address, input]),
      ),
      "",
      `Compiler and constructor arguments stand in ${join(folder, "contracts.json")}.`,
    ],
  };
});

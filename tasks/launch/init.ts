import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { PRESETS, type PresetName } from "../../src/chain/presets.ts";
import { type Hex, NOTHING_ADDRESS } from "../../src/chain/types.ts";
import { fail } from "../../src/errors.ts";
import { parseLaunchFile, ROLES, type RoleName } from "../../src/launch/file.ts";
import { launchFileText } from "../../src/launch/template.ts";
import { action } from "../support/action.ts";
import { parseChoice, parseHexAddress, parseNatural, required } from "../support/arguments.ts";
import type { CommonArgs } from "../support/define.ts";
import { type ProofSystemArgs, parseProofSystems } from "../support/proof-systems.ts";

type Args = CommonArgs &
  ProofSystemArgs & { [Role in RoleName]: string | undefined } & {
    output: string | undefined;
    preset: string;
    chain: string;
  };

export default action<Args>(async (args, { hre }) => {
  const path = resolve(hre.config.paths.root, required(args.output, "--output"));
  const preset = parseChoice(args.preset, "--preset", Object.keys(PRESETS) as PresetName[]);
  const usual = args.proofSystem === "ultrahonk" && preset !== "local" ? "standard" : undefined;
  const { systems, instance } = parseProofSystems({ ...args, instance: args.instance ?? usual });
  const roles = Object.fromEntries(ROLES.map((role) => [role, accountOf(role, args[role])]));
  const text = launchFileText({
    chainId: parseNatural(args.chain, "--chain"),
    preset,
    instance,
    proofSystems: systems,
    roles: roles as Record<RoleName, Hex>,
  });
  parseLaunchFile(text, path);
  await writeFile(path, text, { flag: "wx" }).catch((error: unknown) =>
    fail("ARGUMENT_INVALID", { argument: "--output", expected: "a new file", actual: String(error) }, error),
  );
  return { json: { path, preset, instance, systems, roles }, lines: [`Written: ${path}`] };
});

function accountOf(role: RoleName, account: string | undefined): Hex {
  if (account === undefined && role === "guardian") return NOTHING_ADDRESS;
  return parseHexAddress(required(account, `--${role}`), `--${role}`);
}

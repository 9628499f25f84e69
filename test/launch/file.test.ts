// The launch file: what is committed is what `launch init` writes, and each mistake has an error that says where it is.

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect } from "chai";
import { checkEconomics } from "../../src/chain/economics.ts";
import { PRESETS, type PresetName, presetFor } from "../../src/chain/presets.ts";
import { NOTHING_ADDRESS } from "../../src/chain/types.ts";
import { EXPLANATIONS, written } from "../../src/launch/explain.ts";
import { parseLaunchFile, readLaunchFile } from "../../src/launch/file.ts";
import { launchFileText } from "../../src/launch/template.ts";
import { rejectsWith, throwsWith } from "../support/rejects-harness.ts";
import { developmentRoles, fileText } from "./support.ts";

const FOLDER = resolve(import.meta.dirname, "../../launch");
/** An account of EIP-55 with one letter's case changed: the checksum is wrong. */
const MISTYPED = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD".replace("aAeb", "aaeb");
const at = (digit: string) => `0x${digit.repeat(40)}`;

describe("the launch file", () => {
  it("of the rehearsal and of the example are what `launch init` writes today", async () => {
    expect(await readFile(resolve(FOLDER, "rehearsal.json5"), "utf8")).to.equal(fileText());
    const example = launchFileText({
      chainId: 11_155_111n,
      preset: "testnet",
      instance: "standard",
      proofSystems: ["ultrahonk"],
      roles: { deployer: at("1"), sequencer: at("2"), watchtower: at("3"), guardian: at("4") },
    });
    expect(await readFile(resolve(FOLDER, "testnet.example.json5"), "utf8")).to.equal(example);
  });

  it("of each preset reads back as that preset, whoever has the roles", () => {
    for (const preset of Object.keys(PRESETS) as PresetName[]) {
      for (const guardian of [developmentRoles().guardian, NOTHING_ADDRESS]) {
        const roles = { ...developmentRoles(), guardian };
        const text = fileText({ preset, instance: "mini", proofSystems: ["ultrahonk", "groth16"], roles });
        const { parameters } = parseLaunchFile(text, "test");
        const primary = roles.sequencer;
        expect(parameters).to.deep.equal(
          presetFor(preset, "mini", ["ultrahonk", "groth16"], { guardian, primary }),
        );
        expect(checkEconomics(parameters).every(({ ok }) => ok)).to.equal(true);
      }
    }
  });

  it("explains each parameter, with its bounds as they are computed", () => {
    const text = fileText();
    const { parameters } = parseLaunchFile(text, "test");
    for (const { parameter, bound, limit, checkedBy } of checkEconomics(parameters, { capacity: 256n })) {
      if (parameter === "guardian" || parameter === "primary") continue;
      const { means, unit } = EXPLANATIONS[parameter];
      expect(text).to.contain(means);
      expect(text, parameter).to.contain(`at ${bound} ${written(unit, limit)} (${checkedBy})`);
    }
  });

  it("is refused with the place, what is expected there and what stands there", async () => {
    const text = fileText();
    const refused = (from: string | RegExp, to: string) => {
      const changed = text.replace(from, to);
      expect(changed, String(from)).to.not.equal(text);
      return throwsWith(() => parseLaunchFile(changed, "some file"), "LAUNCH_FILE_MALFORMED").args;
    };
    for (const [from, to, what] of [
      ['challengeWindow: "1min"', 'challengeWindow: "soon"', "parameters.challengeWindow"],
      ['batchBond: "1ether"', 'batchBond: "1 bitcoin"', "parameters.batchBond"],
      ['maxForced: "32"', 'maxForced: "-1"', "parameters.maxForced"],
      [/ +slot: "12s",\n/, "", "parameters.slot"],
      ["chainId: 31337", 'chainId: "sepolia"', "chainId"],
      ['instance: "dev"', 'instance: "huge"', "instance"],
      ['["ultrahonk"]', "[]", "proofSystems"],
      [/deployer: "0x.{40}"/, 'deployer: "0x12"', "roles.deployer"],
      [/sequencer: "0x.{40}"/, 'sequencer: "nobody"', "roles.sequencer"],
      [/sequencer: "0x.{40}"/, `sequencer: "${NOTHING_ADDRESS}"`, "roles.sequencer"],
      [/guardian: "0x.{40}"/, `guardian: "${MISTYPED}"`, "roles.guardian"],
      ["confirmations: 2", "confirmations: 0", "confirmations"],
      ["format: 1", "format: 2", "format"],
      ["sharedAccounts: false", 'sharedAccounts: "no"', "sharedAccounts"],
      ["sharedAccounts: false", "sharedAccounts: false, deployerKey: 1", "the document"],
    ] as const) {
      expect(refused(from, to), to).to.include({ path: "some file", what });
    }
    throwsWith(() => parseLaunchFile("{", "some file"), "LAUNCH_FILE_MALFORMED");
    await rejectsWith(readLaunchFile("/nowhere/launch.json5"), "LAUNCH_FILE_MALFORMED");
  });

  it("has no place for a key, and says nothing of one that stands there all the same", () => {
    const key = `0x${"ab".repeat(32)}`;
    const text = fileText().replace(/deployer: "0x.{40}"/, `deployer: "${key}"`);
    const error = throwsWith(() => parseLaunchFile(text, "some file"), "LAUNCH_FILE_MALFORMED");
    expect(JSON.stringify([error.message, error.args])).to.not.contain("abab");
  });
});

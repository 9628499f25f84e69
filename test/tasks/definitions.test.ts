// What every task says of itself.

import { expect } from "chai";
import hre from "hardhat";
import { tasks } from "../../tasks/index.ts";

const IDS = [
  "bond deposit",
  "bond status",
  "bond withdraw",
  "bridge claim",
  "bridge deposit",
  "bridge escape all",
  "bridge escape open",
  "bridge escape pay",
  "bridge escape prove",
  "bridge escape status",
  "bridge force",
  "bridge reclaim",
  "bridge status",
  "bridge withdraw",
  "ceremony beacon",
  "ceremony contribute",
  "ceremony start",
  "ceremony verify",
  "ceremony verify-ptau",
  "checkpoint list",
  "checkpoint verify",
  "dispute answer",
  "dispute challenge",
  "dispute contradict",
  "dispute refund",
  "dispute refute",
  "dispute status",
  "dispute timeout",
  "keys setup",
  "keys verify",
  "launch check",
  "launch deploy",
  "launch dry-run",
  "launch init",
  "launch self-check",
  "launch smoke",
  "launch status",
  "launch verification",
  "network up",
  "prover prove",
  "prover start",
  "risk evaluate",
  "risk report",
  "risk score",
  "risk train",
  "rollup deploy",
  "rollup finalize",
  "rollup freeze",
  "rollup params check",
  "rollup pause",
  "rollup resume",
  "rollup status",
  "scenario cheat",
  "scenario list",
  "scenario run",
  "scenario wait",
  "sequencer commit",
  "sequencer start",
  "sequencer submit",
  "watchtower check",
  "watchtower start",
];

/** `bridge` and `bridge escape` of `bridge escape all`. */
function groupsOf(id: string): string[] {
  const words = id.split(" ");
  return words.slice(1).map((_, i) => words.slice(0, i + 1).join(" "));
}

describe("task definitions", () => {
  const ids = tasks.map(({ id }) => (Array.isArray(id) ? id : [id]).join(" "));

  it("are the documented ones, below groups that say what they are for", () => {
    const groups = new Set(IDS.flatMap(groupsOf));
    expect(ids.filter((id) => !groups.has(id)).sort()).to.deep.equal(IDS);
    expect(ids.filter((id) => groups.has(id)).sort()).to.deep.equal([...groups].sort());
  });

  for (const id of IDS) {
    it(`${id} describes itself and every option in a line`, () => {
      const { description, options, positionalArguments } = hre.tasks.getTask(id.split(" "));
      expect(description.length).to.be.within(10, 110);
      expect([...options.keys()]).to.include("json");
      for (const { name, description: about } of [...options.values(), ...positionalArguments]) {
        expect(about.length, `--${name}`).to.be.within(5, 110);
        expect(name, "no task takes a key").to.not.match(/key|mnemonic|secret/i);
      }
    });
  }
});

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
  "bridge force",
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
  "dispute refund",
  "dispute refute",
  "dispute status",
  "dispute timeout",
  "keys setup",
  "keys verify",
  "prover prove",
  "rollup deploy",
  "rollup finalize",
  "rollup status",
  "scenario cheat",
  "scenario list",
  "scenario run",
  "scenario wait",
  "sequencer commit",
  "sequencer submit",
  "watchtower check",
];

describe("task definitions", () => {
  const ids = tasks.map(({ id }) => (Array.isArray(id) ? id : [id]).join(" "));

  it("are the documented ones, below groups that say what they are for", () => {
    expect(ids.filter((id) => id.includes(" ")).sort()).to.deep.equal(IDS);
    const groups = new Set(IDS.map((id) => id.split(" ")[0]));
    expect(ids.filter((id) => !id.includes(" ")).sort()).to.deep.equal([...groups].sort());
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

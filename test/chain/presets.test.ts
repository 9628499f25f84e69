// Presets for each set of proof systems: their times and gas add up, and nothing else moves.

import { expect } from "chai";
import {
  type PresetName,
  PRESETS,
  PROOF_SECONDS,
  presetFor,
  requireProofTimes,
} from "../../src/chain/presets.ts";
import { INSTANCES, type InstanceName } from "../../src/model/params.ts";
import { PROOF_SYSTEMS, type ProofSystemName, systemsOf } from "../../src/prover/index.ts";
import { throwsWith } from "../support/rejects-harness.ts";

const ROLES = {
  guardian: "0x00000000000000000000000000000000000000bb",
  primary: "0x00000000000000000000000000000000000000cc",
};

const NAMES = ["local", "testnet", "mainnet"] as const satisfies readonly PresetName[];

describe("presets", () => {
  it("are what they say with UltraHonk", () => {
    for (const preset of NAMES) {
      expect(presetFor(preset, "dev", ["ultrahonk"]).answerGas).to.equal(1_600_000n);
    }
    expect(presetFor("mainnet", "dev", ["ultrahonk"], ROLES)).to.deep.equal({ ...PRESETS.mainnet, ...ROLES });
    expect(presetFor("testnet", "standard", ["ultrahonk"], ROLES)).to.deep.equal({
      ...PRESETS.testnet,
      ...ROLES,
    });
    expect(presetFor("local", "dev", ["ultrahonk"], ROLES)).to.deep.equal({ ...PRESETS.local, ...ROLES });
    expect(presetFor("local", "mini", ["ultrahonk"], ROLES)).to.deep.equal({ ...PRESETS.local, ...ROLES });
  });

  it("are replaced where somebody says so, and what follows from a replaced value is raised with it", () => {
    const long = presetFor("local", "dev", ["ultrahonk"], { challengeWindow: 3600n });
    expect(long).to.include({
      challengeWindow: 3600n,
      provingWindow: 60n,
      escapeDelay: 2n * (30n + 3600n + 12n + 60n),
    });
    const slow = presetFor("local", "dev", ["ultrahonk"], { proofTime: 100n, slot: 1n });
    expect(slow).to.include({ slot: 1n, provingWindow: 132n, challengeWindow: 132n });
    expect(
      presetFor("local", "dev", ["ultrahonk"], { challengeWindow: 3600n, escapeDelay: 5n }).escapeDelay,
    ).to.equal(5n);
  });

  it("take no more into a batch by force than it can hold", () => {
    expect(presetFor("mainnet", "mini", ["ultrahonk"]).maxForced).to.equal(64n);
    expect(presetFor("mainnet", "dev", ["ultrahonk"]).maxForced).to.equal(256n);
  });

  it("add up the proof times and the gas of all systems", () => {
    const cases: readonly [PresetName, InstanceName, readonly ProofSystemName[], object][] = [
      ["local", "mini", ["groth16"], { proofTime: 10n, answerGas: 1_200_000n }],
      // Where the sum fits, the windows stay; where it does not, only what must be longer is.
      ["local", "mini", ["ultrahonk", "groth16"], { proofTime: 12n, answerGas: 2_100_000n, slot: 15n }],
      ["testnet", "mini", ["ultrahonk", "groth16"], { answerGas: 2_100_000n, maxForced: 64n }],
      [
        "local",
        "mini",
        ["ultrahonk", "groth16", "plonk"],
        {
          proofTime: 102n,
          answerGas: 2_700_000n,
          slot: 123n,
          provingWindow: 135n,
          challengeWindow: 135n,
          escapeDelay: 1086n,
        },
      ],
      [
        "testnet",
        "classic",
        ["ultrahonk", "groth16"],
        { proofTime: 320n, answerGas: 2_100_000n, slot: 384n, challengeWindow: 684n },
      ],
      // A fraud proof at the high base fee: (0.01 ETH + 2 · 2.7M · 20 gwei) · 2.
      [
        "testnet",
        "mini",
        ["ultrahonk", "groth16", "plonk"],
        {
          proofTime: 102n,
          answerGas: 2_700_000n,
          slot: 123n,
          batchBond: 236_000_000_000_000_000n,
          maxForced: 64n,
        },
      ],
      [
        "mainnet",
        "single",
        ["ultrahonk", "groth16", "plonk"],
        { proofTime: 323n, answerGas: 2_700_000n, slot: 388n, maxForced: 64n },
      ],
    ];
    for (const [preset, instance, systems, changes] of cases) {
      const expected = { ...PRESETS[preset], ...ROLES, ...changes };
      expect(presetFor(preset, instance, systems, ROLES), `${preset} ${instance} ${systems}`).to.deep.equal(
        expected,
      );
    }
  });

  it("know the proof time of every circuit that there is, and of no other", () => {
    for (const instance of Object.keys(INSTANCES) as InstanceName[]) {
      const measured = PROOF_SYSTEMS.filter((system) => PROOF_SECONDS[system][instance] !== undefined);
      expect(measured, instance).to.deep.equal(systemsOf(instance));
      requireProofTimes(instance, measured);
    }
    const { args } = throwsWith(
      () => requireProofTimes("dev", ["ultrahonk", "plonk"]),
      "PROOF_TIME_UNMEASURED",
    );
    expect(args).to.deep.equal({ system: "plonk", instance: "dev" });
  });
});

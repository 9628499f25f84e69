// Keys and verifiers: reproducible, and changed in no other place than they should.

import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { isLuntraError } from "../../src/errors.ts";
import { publicInputs, traceSegment } from "../../src/model/index.ts";
import { runBb } from "../../src/prover/bb.ts";
import { compileCircuit } from "../../src/prover/circuit.ts";
import { UltraHonk } from "../../src/prover/index.ts";
import { buildInputs } from "../../src/prover/inputs.ts";
import { developmentSrs } from "../../src/prover/srs.ts";
import { ceremonyVerifier, developmentVerifier, IGNITION_TAU_G2 } from "../../src/prover/verifier-source.ts";
import { CONTEXT, hash, SMALL, stateWith } from "../circuits/harness.ts";

const word = (c: bigint) => `0x${c.toString(16).padStart(64, "0")}`;
const { x, y } = IGNITION_TAU_G2;
const GENERATED = `contract HonkVerifier is IVerifier {
  constructor() {}
  mstore(0x100, ${word(x.c1)}) mstore(0x120, ${word(x.c0)})
  mstore(0x140, ${word(y.c1)}) mstore(0x160, ${word(y.c0)})
}`;

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isLuntraError(error)) return error.code;
    throw error;
  }
  return "none";
}

describe("Keys", () => {
  it("have a name of their own in the development verifier, the development secret, and a guard", async () => {
    const { tauG2 } = await developmentSrs(200);
    const source = developmentVerifier(GENERATED, "Dev", tauG2);
    const secret = [tauG2.x.c1, tauG2.x.c0, tauG2.y.c1, tauG2.y.c0].map(word);
    expect(source.match(/0x[0-9a-f]{64}/g)).to.deep.equal(secret);
    expect(source)
      .to.include("contract Dev is IVerifier {")
      .and.to.include("if (block.chainid != 31337) revert");
  });

  it("change nothing but the name in a ceremony's verifier", () => {
    expect(ceremonyVerifier(GENERATED, "Real")).to.equal(GENERATED.replace("HonkVerifier", "Real"));
  });

  it("are not made from a verifier whose text is not the expected one", async () => {
    const { tauG2 } = await developmentSrs(200);
    for (const text of ["constructor() {}", word(x.c0), "contract HonkVerifier"]) {
      expect(codeOf(() => developmentVerifier(GENERATED.replace(text, ""), "Dev", tauG2))).to.equal(
        "VERIFIER_UNKNOWN",
      );
    }
    expect(codeOf(() => developmentVerifier(GENERATED + GENERATED, "Dev", tauG2))).to.equal(
      "VERIFIER_UNKNOWN",
    );
    expect(codeOf(() => ceremonyVerifier(GENERATED.replace(word(y.c1), ""), "Real"))).to.equal(
      "VERIFIER_UNKNOWN",
    );
  });

  it("tell the hashes of what is deployed", async () => {
    const system = new UltraHonk("dev");
    const { verifier, verificationKey } = await system.setup();
    const { contractName, source } = await system.exportVerifier();
    expect(contractName).to.equal("HonkVerifierDev");
    expect(createHash("sha256").update(source).digest("hex")).to.equal(verifier);
    expect(source).to.include(`VK_HASH = 0x${verificationKey};`);
  });

  it("refuse a ceremony's folder that has other files", async () => {
    const { folder } = await developmentSrs(200);
    const outcome = await new UltraHonk("dev", { type: "ceremony", folder })
      .setup()
      .catch((error) => (isLuntraError(error) ? error.code : String(error)));
    expect(outcome).to.equal("SRS_REFUSED");
  });
});

describe("Circuits", () => {
  it("that do not compile are reported with what the compiler says, and nothing is printed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "luntra-broken-"));
    try {
      await writeFile(
        join(folder, "Nargo.toml"),
        '[package]\nname = "broken"\ntype = "bin"\nauthors = [""]\n',
      );
      await writeFile(join(folder, "main.nr"), "");
      const outcome = await compileCircuit("broken", folder).catch((error) =>
        isLuntraError(error) ? error.code : String(error),
      );
      expect(outcome).to.equal("CIRCUIT_INVALID");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("get inputs of their own sizes only", () => {
    const state = stateWith([]);
    const words = { first: true, records: [] };
    const trace = traceSegment(state, words, SMALL.n);
    const inputs = publicInputs({ a: trace.a, b: trace.b, words, n: SMALL.n, context: CONTEXT, hash });
    expect(codeOf(() => buildInputs(trace, inputs, { ...SMALL, n: 3 }, hash))).to.equal("CIRCUIT_SIZE");
    expect(codeOf(() => buildInputs(trace, inputs, { ...SMALL, D: 4 }, hash))).to.equal("CIRCUIT_SIZE");
  });
});

describe("Backend", () => {
  it("reports a failed command with its output", async () => {
    const outcome = await runBb(["gates", "-b", "/nonexistent"]).catch((error) => error);
    expect(isLuntraError(outcome, "BACKEND_FAILED") && outcome.args.command).to.equal("gates");
  });
});

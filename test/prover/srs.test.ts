// Reference strings: the development one, and the check of the ceremony's.

import { createHash } from "node:crypto";
import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bn254 } from "@noble/curves/bn254.js";
import { expect } from "chai";
import { isLuntraError } from "../../src/errors.ts";
import { POINT_BYTES, powersOfTau, R } from "../../src/prover/bn254.ts";
import { forgetChecked } from "../../src/prover/cache.ts";
import {
  type CeremonyFacts,
  ceremonySrs,
  checkPowers,
  IGNITION,
  IGNITION_G2_SHA256,
} from "../../src/prover/ceremony.ts";
import {
  developmentSrs,
  developmentTau,
  encodeG2,
  G1_FILE,
  G2_FILE,
  type Srs,
} from "../../src/prover/srs.ts";

const POINTS = 200;

describe("Development reference string", () => {
  it("is the powers of the secret times the generator, as another library computes them", () => {
    const tau = developmentTau();
    const bytes = powersOfTau(tau, 0, POINTS);
    let power = 1n;
    for (let i = 0; i < POINTS; i++) {
      const { x, y } = bn254.G1.Point.BASE.multiply(power).toAffine();
      const expected = [x, y].map((c) => c.toString(16).padStart(64, "0")).join("");
      expect(Buffer.from(bytes.subarray(i * POINT_BYTES, (i + 1) * POINT_BYTES)).toString("hex")).to.equal(
        expected,
      );
      power = (power * tau) % R;
    }
  });

  it("handles scalars at the edges: 1, the order less 1, and runs of equal windows", () => {
    for (const tau of [1n, 2n, R - 1n, (1n << 253n) - 1n, 0x20202020202020202020n]) {
      const bytes = powersOfTau(tau, 0, 4);
      expect(Buffer.compare(bytes.subarray(2 * POINT_BYTES), powersOfTau(tau, 2, 4))).to.equal(0);
      const { x } = bn254.G1.Point.BASE.multiply(tau % R).toAffine();
      const hex = Buffer.from(bytes.subarray(POINT_BYTES, POINT_BYTES + 32)).toString("hex");
      expect(BigInt(`0x${hex}`)).to.equal(x);
    }
  });

  it("is the same whether computed in one piece or in several, and satisfies the pairing", async () => {
    const { folder, tauG2 } = await developmentSrs(POINTS);
    const bytes = await readFile(join(folder, G1_FILE));
    expect(Buffer.compare(bytes, powersOfTau(developmentTau(), 0, POINTS))).to.equal(0);
    checkPowers(G1_FILE, bytes, tauG2);
  });
});

describe("Ceremony reference string", () => {
  let folder: string;
  let development: Srs;
  /** Facts of a pretended ceremony, which is the development string in chunks of 64 points. */
  let facts: CeremonyFacts;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "luntra-srs-"));
    development = await developmentSrs(POINTS);
    await copyFile(join(development.folder, G1_FILE), join(folder, G1_FILE));
    await copyFile(join(development.folder, G2_FILE), join(folder, G2_FILE));
    const bytes = await readFile(join(folder, G1_FILE));
    const chunks = [0, 1, 2].map((i) =>
      createHash("sha256")
        .update(bytes.subarray(i * 64 * POINT_BYTES, (i + 1) * 64 * POINT_BYTES))
        .digest("hex"),
    );
    facts = { name: "pretended", tauG2: development.tauG2, chunkPoints: 64, chunks };
    forgetChecked();
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** Under a name of its own: what was accepted once is not looked at again. */
  async function refusal(points = 150, of: CeremonyFacts = { ...facts, name: "refused" }) {
    try {
      await ceremonySrs(folder, points, of);
    } catch (error) {
      if (isLuntraError(error, "SRS_REFUSED")) return error.args.reason;
      throw error;
    }
    return expect.fail("accepted");
  }

  it("pins constants that agree: the published second point and the secret in every Ignition verifier", () => {
    expect(createHash("sha256").update(encodeG2(IGNITION.tauG2)).digest("hex")).to.equal(IGNITION_G2_SHA256);
    // Generator, and the published second point of `bn254_g1.dat`.
    const points = [
      "0000000000000000000000000000000000000000000000000000000000000001",
      "0000000000000000000000000000000000000000000000000000000000000002",
      "2d360628289ff943ff6bd1a87bbe4e62abe7fb61ba83effd266f22bdcf31e6f9",
      "26b92a79e563c3f48252cce7feeca2f0f8d33dcb4ef7b0643bf07bd405700aaa",
    ];
    checkPowers("published points", Buffer.from(points.join(""), "hex"), IGNITION.tauG2);
  });

  it("accepts files with the published hashes and keeps a copy of what is needed", async () => {
    const srs = await ceremonySrs(folder, 150, facts);
    const [copy, original] = await Promise.all([srs.folder, folder].map((at) => readFile(join(at, G1_FILE))));
    expect(copy?.length).to.equal(150 * POINT_BYTES);
    expect(original?.subarray(0, 150 * POINT_BYTES).equals(copy as Buffer)).to.equal(true);
  });

  it("refuses the development string where Ignition is expected", async () => {
    expect(await refusal(150, IGNITION)).to.match(/another point than the ceremony's/);
  });

  it("refuses files that are missing, short or altered in one bit", async () => {
    const path = join(folder, G1_FILE);
    const bytes = await readFile(path);
    await writeFile(
      path,
      bytes.map((byte, i) => (i === 100 * POINT_BYTES ? byte ^ 1 : byte)),
    );
    expect(await refusal()).to.match(/SHA-256 of chunk 1 /);
    await writeFile(path, bytes);
    await truncate(path, 150 * POINT_BYTES);
    expect(await refusal()).to.match(/SHA-256 of chunk 2 /);
    await rm(path);
    expect(await refusal()).to.equal("it cannot be read");
    await rm(join(folder, G2_FILE));
    expect(await refusal()).to.equal("it cannot be read");
  });

  it("refuses to go beyond the published hashes", async () => {
    expect(await refusal(193)).to.match(/beyond the 3 chunks/);
  });

  it("refuses points that are not powers of the secret, even with matching hashes", async () => {
    const other = powersOfTau(5n, 0, POINTS);
    await writeFile(join(folder, G1_FILE), other);
    const chunks = [0, 1, 2].map((i) =>
      createHash("sha256")
        .update(other.subarray(i * 64 * POINT_BYTES, (i + 1) * 64 * POINT_BYTES))
        .digest("hex"),
    );
    expect(await refusal(150, { ...facts, chunks })).to.match(/not powers of the ceremony's secret/);
  });
});

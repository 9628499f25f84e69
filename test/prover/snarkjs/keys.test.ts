// Development keys of Groth16 and PLONK, which are written without a ceremony: points, determinism, and whether snarkjs takes them.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bn254 } from "@noble/curves/bn254.js";
import { expect } from "chai";
import { R } from "../../../src/prover/bn254.ts";
import type { CircomCircuit } from "../../../src/prover/circom/index.ts";
import type { SnarkjsSystem } from "../../../src/prover/snarkjs/calls.ts";
import { inverse, lagrangeAt, power, rootOfUnity } from "../../../src/prover/snarkjs/field.ts";
import { multiplesOf } from "../../../src/prover/snarkjs/fixed-base.ts";
import { groth16Secrets, writeGroth16DevelopmentKey } from "../../../src/prover/snarkjs/groth16-keys.ts";
import { writePlonkDevelopmentKey } from "../../../src/prover/snarkjs/plonk.ts";
import { plonkGates } from "../../../src/prover/snarkjs/plonk-gates.ts";
import { plonkSecret } from "../../../src/prover/snarkjs/plonk-keys.ts";
import { SnarkjsProcess } from "../../../src/prover/snarkjs/process.ts";
import { readR1cs } from "../../../src/prover/snarkjs/r1cs.ts";
import { writeSections } from "../../../src/prover/snarkjs/sections.ts";
import { curveHeader, words } from "../../../src/prover/snarkjs/zkey.ts";
import { compileToy, runToy } from "./toy.ts";

/** From Montgomery form of 32 little-endian bytes. */
function coordinate(bytes: Uint8Array, at: number, modulus: bigint): bigint {
  const hex = Buffer.from(bytes.subarray(at, at + 32))
    .reverse()
    .toString("hex");
  let value = BigInt(`0x${hex}`);
  // Halving 256 times takes the factor 2^256 out.
  for (let i = 0; i < 256; i++) value = (value & 1n) === 0n ? value >> 1n : (value + modulus) >> 1n;
  return value;
}

describe("Multiples of the generators", () => {
  const { p: Q } = bn254.G1.Point.CURVE();
  const edges = [0n, 1n, 2n, 31n, 32n, 33n, 2048n, 2049n, R - 1n, R - 2n, (1n << 253n) - 1n, 1n << 253n];

  it("agree with another library in the first group, at the edges of windows and of the order", async () => {
    const scalars = [...edges, ...edges.map((s) => power(3n, s + 5n))];
    const [points] = (await multiplesOf([{ group: "g1", scalars }])) as [Uint8Array];
    scalars.forEach((scalar, i) => {
      const expected = bn254.G1.Point.BASE.multiplyUnsafe(scalar).toAffine();
      const actual = [0, 32].map((at) => coordinate(points, i * 64 + at, Q));
      expect(actual, `scalar ${scalar}`).to.deep.equal(scalar === 0n ? [0n, 0n] : [expected.x, expected.y]);
    });
  });

  it("agree with another library in the second group", async () => {
    const scalars = [...edges, power(7n, 1234n)];
    const [points] = (await multiplesOf([{ group: "g2", scalars }])) as [Uint8Array];
    scalars.forEach((scalar, i) => {
      const { x, y } = bn254.G2.Point.BASE.multiplyUnsafe(scalar).toAffine();
      const actual = [0, 32, 64, 96].map((at) => coordinate(points, i * 128 + at, Q));
      expect(actual, `scalar ${scalar}`).to.deep.equal(
        scalar === 0n ? [0n, 0n, 0n, 0n] : [x.c0, x.c1, y.c0, y.c1],
      );
    });
  });

  it("are the same out of large tables and small ones, and in one piece of work or in several", async () => {
    const scalars = Array.from({ length: 9000 }, (_, i) => power(5n, BigInt(i)));
    const [all, few] = (await multiplesOf([
      { group: "g1", scalars },
      { group: "g1", scalars: scalars.slice(8190, 8195) },
    ])) as [Uint8Array, Uint8Array];
    expect(Buffer.compare(all.subarray(8190 * 64, 8195 * 64), few)).to.equal(0);
  });
});

describe("Lagrange polynomials", () => {
  it("are 1 at their own point and 0 at the others, as sums with the points' values tell", () => {
    const [log, tau] = [4, 123456789n];
    const values = lagrangeAt(tau, log);
    for (const degree of [0n, 1n, 7n, 15n]) {
      let sum = 0n;
      values.forEach((value, i) => {
        sum += value * power(rootOfUnity(log), BigInt(i) * degree);
      });
      expect(sum % R, `x^${degree}`).to.equal(power(tau, degree));
    }
    expect((inverse(tau) * tau) % R).to.equal(1n);
  });
});

describe("Development keys", function () {
  this.timeout(60_000);

  const snarkjs = new SnarkjsProcess();
  const SYSTEMS = { groth16: "O2", plonk: "O1" } as const;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "luntra-keys-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function write(
    system: SnarkjsSystem,
    { r1csPath, hash }: CircomCircuit,
    name: string,
  ): Promise<string> {
    const zkey = join(folder, name);
    if (system === "groth16") await writeGroth16DevelopmentKey(r1csPath, zkey, groth16Secrets(hash));
    else await writePlonkDevelopmentKey(r1csPath, zkey, plonkSecret());
    return zkey;
  }

  for (const system of ["groth16", "plonk"] as const) {
    it(`of ${system} are the same bytes every time, and others for another circuit`, async () => {
      const toy = await compileToy(SYSTEMS[system]);
      const [one, two] = [await write(system, toy, "one"), await write(system, toy, "two")];
      expect((await readFile(one)).equals(await readFile(two))).to.equal(true);
      const other = await write(system, await compileToy(SYSTEMS[system], 4), "other");
      expect((await readFile(one)).equals(await readFile(other))).to.equal(false);
    });

    it(`of ${system} prove and verify with snarkjs, for their own circuit and public inputs only`, async () => {
      const circuit = await compileToy(SYSTEMS[system]);
      const zkey = await write(system, circuit, "key");
      const { verificationKey } = (await snarkjs.call("export", { system, zkey })).result;
      const { witness, publicInputs } = await runToy(circuit);
      const { proof, publicInputs: proven } = (await snarkjs.call("prove", { system, zkey, witness })).result;
      expect(proven).to.deep.equal(publicInputs);
      const verify = async (inputs: readonly bigint[], key: object) =>
        (await snarkjs.call("verify", { system, verificationKey: key, publicInputs: inputs, proof })).result;
      expect(await verify(publicInputs, verificationKey)).to.equal(true);
      for (let i = 0; i < publicInputs.length; i++) {
        expect(await verify(publicInputs.with(i, 99n), verificationKey), `input ${i}`).to.equal(false);
      }
      const otherKey = await write(system, await compileToy(SYSTEMS[system], 4), "other");
      const other = (await snarkjs.call("export", { system, zkey: otherKey })).result.verificationKey;
      expect(await verify(publicInputs, other), "key of another circuit").to.equal(false);
    });
  }

  it("of PLONK are byte for byte what snarkjs makes of a whole reference string with the same secret", async () => {
    const toy = await compileToy("O1");
    const written = await write("plonk", toy, "written");
    const log = Math.ceil(Math.log2(plonkGates(await readR1cs(toy.r1csPath))));
    const tau = plonkSecret();
    const powers = Array.from({ length: 2 ** log + 6 }, (_, i) => power(tau, BigInt(i)));
    const [onG1, lagrange, onG2] = (await multiplesOf([
      { group: "g1", scalars: powers },
      { group: "g1", scalars: lagrangeAt(tau, log) },
      { group: "g2", scalars: [1n, tau] },
    ])) as [Uint8Array, Uint8Array, Uint8Array];
    const [ptau, zkey] = [join(folder, "ptau"), join(folder, "made")];
    await writeSections(ptau, "ptau", [
      { id: 1, pieces: [curveHeader().subarray(0, 36), words(log, log)] },
      { id: 2, pieces: [onG1] },
      { id: 3, pieces: [onG2] },
      { id: 12, pieces: [new Uint8Array((2 ** log - 1) * 64), lagrange] },
    ]);
    await snarkjs.call("plonkSetup", { r1cs: toy.r1csPath, ptau, zkey });
    expect((await readFile(written)).equals(await readFile(zkey))).to.equal(true);
  });

  it("of Groth16 have a delta of their own: with delta = gamma anyone could forge", () => {
    const { delta, tau, alpha, beta } = groth16Secrets("some circuit");
    expect(new Set([1n, delta, tau, alpha, beta]).size).to.equal(5);
  });

  it("come from a file that is whole: anything else is refused", async () => {
    const path = join(folder, "damaged");
    const { r1csPath } = await compileToy("O2");
    const bytes = await readFile(r1csPath);
    for (const damaged of [bytes.subarray(0, bytes.length - 1), bytes.subarray(1)]) {
      await writeFile(path, damaged);
      expect(await readR1cs(path).then(String, () => "refused")).to.equal("refused");
    }
  });
});

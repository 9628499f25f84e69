// Production keys: a ceremony's for Groth16, public powers of tau for PLONK; whose they must be, and that they prove.

import { appendFile, copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { finalZkeyPath } from "../../../src/ceremony/places.ts";
import { fileDigest } from "../../../src/prover/cache.ts";
import { type CircomCircuit, solveCircom } from "../../../src/prover/circom/index.ts";
import type { SnarkjsSystem } from "../../../src/prover/snarkjs/calls.ts";
import { groth16ProductionKey } from "../../../src/prover/snarkjs/groth16.ts";
import { plonkProductionKey } from "../../../src/prover/snarkjs/plonk.ts";
import { SnarkjsProcess } from "../../../src/prover/snarkjs/process.ts";
import { verifierSource } from "../../../src/prover/snarkjs/verifier-source.ts";
import { blake2bOf, ceremonyOf, makeWorld, type World } from "../../ceremony/support.ts";
import { codeOf } from "./run.ts";

describe("Production keys", function () {
  this.timeout(120_000);

  const snarkjs = new SnarkjsProcess();
  let world: World;

  before(async () => {
    world = await makeWorld();
    const { start, contribute, beacon, verify } = ceremonyOf(world, "good");
    await start();
    await contribute("Alice");
    await contribute("Bob");
    await beacon();
    await verify();
  });

  after(() => world.remove());

  async function proves(system: SnarkjsSystem, zkey: string, circuit: CircomCircuit): Promise<void> {
    const witness = await solveCircom(circuit, { x: 3n, y: 2n });
    const { verificationKey, solidity } = (await snarkjs.call("export", { system, zkey })).result;
    const { proof, publicInputs } = (await snarkjs.call("prove", { system, zkey, witness })).result;
    expect(publicInputs).to.deep.equal([24n, 3n]);
    const verify = async (inputs: readonly bigint[]) =>
      (await snarkjs.call("verify", { system, verificationKey, publicInputs: inputs, proof })).result;
    expect(await verify(publicInputs)).to.equal(true);
    expect(await verify([25n, 3n])).to.equal(false);
    expect(verifierSource(system, solidity, "Anywhere", false)).to.not.include("chainid");
  }

  const groth16 = (circuit: CircomCircuit, ceremony = "good") =>
    groth16ProductionKey(circuit, { type: "ceremony", ceremony, places: world.places });

  it("of Groth16 are a verified ceremony's, and prove", async () => {
    const zkey = join(world.folder, "copy.zkey");
    const { build } = await groth16(world.circuit);
    await build(zkey);
    expect(await fileDigest(zkey)).to.equal(await fileDigest(finalZkeyPath("good", world.places)));
    await proves("groth16", zkey, world.circuit);
  });

  it("of Groth16 are for the ceremony's own circuit, and there must have been one", async () => {
    expect(await codeOf(groth16(world.otherCircuit))).to.equal("CEREMONY_DIFFERS");
    expect(await codeOf(groth16(world.circuit, "nobody"))).to.equal("CEREMONY_MISSING");
  });

  it("of Groth16 are refused if the file changes after the check", async () => {
    const { build } = await groth16(world.circuit);
    const [path, kept] = [finalZkeyPath("good", world.places), join(world.folder, "kept")];
    await copyFile(path, kept);
    await appendFile(path, "x");
    expect(await codeOf(build(join(world.folder, "changed.zkey")))).to.equal("CEREMONY_DIFFERS");
    await copyFile(kept, path);
  });

  it("of PLONK derive from powers of tau that somebody vouches for, the same each time, and prove", async () => {
    const { ptau, table, circuit, folder } = world;
    const [zkey, again] = [join(folder, "plonk.zkey"), join(folder, "again.zkey")];
    const {
      build,
      from,
      ptau: origin,
    } = await plonkProductionKey(circuit, { type: "ceremony", ptau, table });
    expect(from).to.deep.equal({ blake2b: await blake2bOf(ptau) });
    expect(origin).to.equal(await blake2bOf(ptau));
    await build(zkey);
    await build(again);
    expect((await readFile(zkey)).equals(await readFile(again))).to.equal(true);
    await proves("plonk", zkey, circuit);
  });

  it("of PLONK are refused if the powers of tau change after the check", async () => {
    const { ptau, otherPtau, circuit, folder } = world;
    const changing = join(folder, "changing.ptau");
    // Both are public here, and yet the key must not come from another one than it is said to come from.
    const [one] = world.table;
    if (one === undefined) throw new RangeError("an empty table");
    const table = [one, { ...one, file: "other.ptau", blake2b: await blake2bOf(otherPtau) }];
    await copyFile(ptau, changing);
    const { build } = await plonkProductionKey(circuit, { type: "ceremony", ptau: changing, table });
    await copyFile(otherPtau, changing);
    const zkey = join(folder, "changed-plonk.zkey");
    expect(await codeOf(build(zkey))).to.equal("PTAU_REFUSED");
    await copyFile(ptau, changing);
    await build(zkey);
  });

  it("of PLONK do not derive from any other powers of tau", async () => {
    const { otherPtau, ptau, table, circuit } = world;
    for (const setup of [{ ptau: otherPtau, table }, { ptau }]) {
      expect(await codeOf(plonkProductionKey(circuit, { type: "ceremony", ...setup }))).to.equal(
        "PTAU_UNKNOWN",
      );
    }
  });
});

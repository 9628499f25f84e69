// The contracts that snarkjs generates, as they are: which proofs and public inputs they take, asked in an EVM.

import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { AbiCoder, concat, hexlify, id, toBeHex } from "ethers";
import hre from "hardhat";
import { isLuntraError } from "../../../src/errors.ts";
import { Q, R } from "../../../src/prover/bn254.ts";
import type { SnarkjsProof, SnarkjsSystem } from "../../../src/prover/snarkjs/calls.ts";
import { groth16Secrets, writeGroth16DevelopmentKey } from "../../../src/prover/snarkjs/groth16-keys.ts";
import { writePlonkDevelopmentKey } from "../../../src/prover/snarkjs/plonk.ts";
import { plonkSecret } from "../../../src/prover/snarkjs/plonk-keys.ts";
import { SnarkjsProcess } from "../../../src/prover/snarkjs/process.ts";
import {
  decodeGroth16,
  decodePlonk,
  encodeGroth16,
  encodePlonk,
} from "../../../src/prover/snarkjs/proof-bytes.ts";
import { verifierSource } from "../../../src/prover/snarkjs/verifier-source.ts";
import { compileToy, runToy } from "./toy.ts";

const SYSTEMS = {
  groth16: {
    optimization: "O2",
    signature: "verifyProof(uint256[2],uint256[2][2],uint256[2],uint256[6])",
    encode: encodeGroth16,
    decode: decodeGroth16,
    words: 8,
    // Of a, and of c.
    points: [0, 6],
  },
  plonk: {
    optimization: "O1",
    signature: "verifyProof(uint256[24],uint256[6])",
    encode: encodePlonk,
    decode: decodePlonk,
    words: 24,
    points: [0, 2, 4, 6, 8, 10, 12, 14, 16],
  },
} as const;

const snarkjs = new SnarkjsProcess();
const NAME = "ToyVerifier";

/** Creation code by the compiler that builds the project, with the settings of generated contracts. */
function compile(source: string): string {
  const solc = createRequire(import.meta.url)("solc") as { compile(input: string): string };
  const settings = {
    optimizer: { enabled: true, runs: 200 },
    evmVersion: "osaka",
    outputSelection: { "*": { "*": ["evm.bytecode.object"] } },
  };
  const input = { language: "Solidity", sources: { toy: { content: source } }, settings };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  const code = output.contracts?.toy?.[NAME]?.evm.bytecode.object;
  if (code === undefined) throw new Error(JSON.stringify(output.errors));
  return `0x${code}`;
}

for (const system of ["groth16", "plonk"] as const) {
  describe(`Generated verifier contract of ${system}`, function () {
    this.timeout(120_000);

    const { optimization, signature, words, points } = SYSTEMS[system];
    const [encode, decode] = [SYSTEMS[system].encode, SYSTEMS[system].decode] as [
      (proof: object) => Uint8Array,
      (bytes: Uint8Array) => object | undefined,
    ];
    let code: string;
    let verificationKey: object;
    let publicInputs: readonly bigint[];
    let proof: Uint8Array;
    let accepts: (proof: Uint8Array, inputs: readonly bigint[]) => Promise<boolean>;

    before(async () => {
      const circuit = await compileToy(optimization);
      const run = await runToy(circuit);
      publicInputs = run.publicInputs;
      const folder = await mkdtemp(join(tmpdir(), "luntra-verifier-"));
      try {
        const zkey = join(folder, "key");
        await write(system, circuit.r1csPath, circuit.hash, zkey);
        const exported = (await snarkjs.call("export", { system, zkey })).result;
        verificationKey = exported.verificationKey;
        code = compile(verifierSource(system, exported.solidity, NAME, true));
        const proven = (await snarkjs.call("prove", { system, zkey, witness: run.witness })).result;
        proof = encode(proven.proof);
      } finally {
        await rm(folder, { recursive: true });
      }
      accepts = await deploy();
    });

    async function write(name: SnarkjsSystem, r1cs: string, hash: string, zkey: string): Promise<void> {
      if (name === "groth16") await writeGroth16DevelopmentKey(r1cs, zkey, groth16Secrets(hash));
      else await writePlonkDevelopmentKey(r1cs, zkey, plonkSecret());
    }

    async function deploy() {
      const { ethers } = await hre.network.create("default");
      const [signer] = await ethers.getSigners();
      const receipt = await (await signer?.sendTransaction({ data: code }))?.wait();
      const to = receipt?.contractAddress as string;
      return async (bytes: Uint8Array, inputs: readonly bigint[]) => {
        const numbers = AbiCoder.defaultAbiCoder().encode([`uint256[${inputs.length}]`], [inputs]);
        const data = concat([id(signature).slice(0, 10), bytes, numbers]);
        const answer = await ethers.provider.call({ to, data, gasLimit: 10_000_000n }).catch(() => "0x");
        return answer === toBeHex(1n, 32);
      };
    }

    const word = (bytes: Uint8Array, i: number) => BigInt(hexlify(bytes.subarray(i * 32, (i + 1) * 32)));
    const withWord = (i: number, value: bigint) => {
      const changed = Uint8Array.from(proof);
      changed.set(Buffer.from(toBeHex(value, 32).slice(2), "hex"), i * 32);
      return changed;
    };

    it("accepts a proof for its public inputs, whose bytes read back as the same proof", async () => {
      expect(proof.length).to.equal(words * 32);
      expect(await accepts(proof, publicInputs)).to.equal(true);
      expect(Buffer.compare(encode(decode(proof) as object), proof)).to.equal(0);
    });

    it("refuses every other value of every public input, and the same value plus the order", async () => {
      for (let i = 0; i < publicInputs.length; i++) {
        const input = publicInputs[i] as bigint;
        expect(await accepts(proof, publicInputs.with(i, (input + 1n) % R)), `input ${i}`).to.equal(false);
        expect(await accepts(proof, publicInputs.with(i, input + R)), `input ${i} plus the order`).to.equal(
          false,
        );
      }
      expect(await accepts(proof, publicInputs.slice(1)), "too few").to.equal(false);
    });

    it("refuses a proof with any word changed, and a coordinate plus the field's order", async () => {
      for (let i = 0; i < words; i++) {
        const one = word(proof, i);
        expect(await accepts(withWord(i, one ^ 1n), publicInputs), `word ${i}`).to.equal(false);
        for (const order of [Q, R]) {
          const shifted = withWord(i, one + order);
          expect(await accepts(shifted, publicInputs), `word ${i} plus an order`).to.equal(false);
        }
        expect(decode(withWord(i, one + Q)), `word ${i}, decoded`).to.equal(undefined);
      }
    });

    it("agrees with snarkjs's own verifier on proofs with a word changed", async () => {
      const verify = async (bytes: Uint8Array) => {
        const job = { system, verificationKey, publicInputs, proof: decode(bytes) as SnarkjsProof };
        return (await snarkjs.call("verify", job)).result;
      };
      expect(await verify(proof)).to.equal(true);
      for (let i = 0; i < words; i++) {
        expect(await verify(withWord(i, word(proof, i) ^ 1n)), `word ${i}`).to.equal(false);
      }
    });

    it("refuses the negative of a point, infinity, a point off the curve, zeros and too few bytes", async () => {
      for (const at of points) {
        expect(await accepts(withWord(at + 1, Q - word(proof, at + 1)), publicInputs), `-${at}`).to.equal(
          false,
        );
        const infinite = withWord(at, 0n);
        infinite.fill(0, (at + 1) * 32, (at + 2) * 32);
        expect(await accepts(infinite, publicInputs), `infinity at ${at}`).to.equal(false);
        expect(await accepts(withWord(at, 1n), publicInputs), `off the curve at ${at}`).to.equal(false);
      }
      expect(await accepts(new Uint8Array(proof.length), publicInputs), "zeros").to.equal(false);
      expect(await accepts(proof.subarray(32), publicInputs), "too few bytes").to.equal(false);
      for (const wrong of [proof.subarray(32), new Uint8Array(), Uint8Array.from([...proof, 0])]) {
        expect(decode(wrong)).to.equal(undefined);
      }
    });

    it("cannot be deployed off the local chain", async () => {
      const { ethers } = await hre.network.create({ network: "default", override: { chainId: 1 } });
      const [signer] = await ethers.getSigners();
      const outcome = await signer?.sendTransaction({ data: code }).then(
        () => "deployed",
        (error) => String(error),
      );
      expect(outcome).to.include(id("DevelopmentKeysOffLocalChain(uint256)").slice(2, 10));
    });

    it("is told from another text, which nobody has read", () => {
      for (const text of ["", "contract Other {", "contract Groth16Verifier {contract Groth16Verifier {"]) {
        let code: string | undefined;
        try {
          verifierSource(system, text, NAME, true);
        } catch (error) {
          code = isLuntraError(error) ? error.code : String(error);
        }
        expect(code).to.equal("VERIFIER_UNKNOWN");
      }
    });
  });
}

// UltraHonk over the Noir circuit, by barretenberg.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../errors.ts";
import {
  fromBytes,
  INSTANCES,
  type Instance,
  type InstanceName,
  type PublicInputs,
  publicInputs,
} from "../model/index.ts";
import { verifyByBackend } from "./backend-verify.ts";
import { runBb } from "./bb.ts";
import { ceremonySrs } from "./ceremony.ts";
import { type Circuit, compileSegment } from "./circuit.ts";
import { inProcessEvm, type VerifierCall } from "./evm.ts";
import { loadFastHash } from "./fast-hash.ts";
import { forgotten } from "./forgotten.ts";
import { buildInputs } from "./inputs.ts";
import { FLAVOUR, type HonkSize, type Keys, makeKeys, pointsFor, sizeOf } from "./keys.ts";
import type { KeyHashes, Proof, ProofSystem, SegmentRun, SolidityVerifier, Witness } from "./proof-system.ts";
import { developmentSrs } from "./srs.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";
import { verifierName } from "./verifier-names.ts";
import { solve } from "./witness.ts";

export type UltraHonkSetup =
  | {
      /** Keys from a public secret, for the local chain. */
      readonly type: "development";
      /** Asks the verifier contract; in an EVM of its own unless given. */
      readonly call?: VerifierCall;
    }
  | {
      /** Keys from the Aztec Ignition ceremony. */
      readonly type: "ceremony";
      /** Folder with the ceremony's `bn254_g1.dat` and `bn254_g2.dat`. */
      readonly folder: string;
    };

const FIELD_BYTES = 32;

export class UltraHonk implements ProofSystem {
  readonly name = "ultrahonk";
  readonly instance: Instance;
  readonly instanceName: InstanceName;
  readonly #setup: UltraHonkSetup;
  #circuit: Promise<Circuit> | undefined;
  #keys: Promise<Keys> | undefined;
  #call: VerifierCall | undefined;

  constructor(instance: InstanceName, setup: UltraHonkSetup = { type: "development" }) {
    this.instance = INSTANCES[instance];
    this.instanceName = instance;
    this.#setup = setup;
  }

  async setup(): Promise<KeyHashes> {
    return (await this.#ensureKeys()).hashes;
  }

  async size(): Promise<HonkSize> {
    return sizeOf(await this.#ensureCircuit());
  }

  async exportVerifier(): Promise<SolidityVerifier> {
    return (await this.#ensureKeys()).verifier;
  }

  async publicInputs({ trace: { a, b }, words, context }: SegmentRun): Promise<PublicInputs> {
    return publicInputs({ a, b, words, n: this.instance.n, context, hash: await loadFastHash() });
  }

  async witness(run: SegmentRun, publicInputs?: PublicInputs): Promise<Witness> {
    const inputs = publicInputs ?? (await this.publicInputs(run));
    const built = buildInputs(run.trace, inputs, this.instance, await loadFastHash());
    return solve(await this.#ensureCircuit(), built);
  }

  async prove(witness: Witness, signal?: AbortSignal): Promise<Proof> {
    const [circuit, keys] = [await this.#ensureCircuit(), await this.#ensureKeys()];
    const { bytes, publicInputs, provingMs, peakBytes } = await inTemporaryFolder(async (folder) => {
      const path = join(folder, "witness.gz");
      await writeFile(path, witness.bytes);
      const { ms, peakBytes } = await runBb(
        ["prove", "-b", circuit.path, "-w", path, "-k", keys.vkPath, ...FLAVOUR, "-o", folder],
        { srs: keys.srs.folder, signal },
      );
      const bytes = new Uint8Array(await readFile(join(folder, "proof")));
      const publicInputs = decode(await readFile(join(folder, "public_inputs")));
      return { bytes, publicInputs, provingMs: ms, peakBytes };
    });

    // `bb prove` checks neither the witness nor the proof. What leaves this function was accepted by a verifier.
    const started = performance.now();
    const meant = witness.publicInputs.every((input, i) => input === publicInputs[i]);
    if (!meant || !(await this.verify(publicInputs, bytes))) fail("PROOF_REFUSED", { circuit: circuit.name });
    if (signal?.aborted) fail("PROVER_CANCELLED", {});
    return { bytes, publicInputs, provingMs, peakBytes, verifyingMs: performance.now() - started };
  }

  async verify(publicInputs: readonly bigint[], proof: Uint8Array): Promise<boolean> {
    const keys = await this.#ensureKeys();
    if (this.#setup.type === "ceremony") {
      return verifyByBackend(keys, publicInputs, proof);
    }
    // The backend knows the ceremony's secret only, so development proofs are for the contract to judge.
    this.#call ??= this.#setup.call ?? inProcessEvm();
    return this.#call(keys.verifier.contractName, publicInputs, proof);
  }

  #ensureCircuit(): Promise<Circuit> {
    this.#circuit ??= forgotten(compileSegment(this.instanceName, this.instance), () => {
      this.#circuit = undefined;
    });
    return this.#circuit;
  }

  #ensureKeys(): Promise<Keys> {
    this.#keys ??= forgotten(this.#makeKeys(), () => {
      this.#keys = undefined;
    });
    return this.#keys;
  }

  async #makeKeys(): Promise<Keys> {
    const circuit = await this.#ensureCircuit();
    const points = pointsFor(await sizeOf(circuit));
    const setup = this.#setup;
    const development = setup.type === "development";
    const srs = development ? await developmentSrs(points) : await ceremonySrs(setup.folder, points);
    return makeKeys(circuit, srs, verifierName(this.name, this.instanceName, development), development);
  }
}

function decode(bytes: Uint8Array): bigint[] {
  return Array.from({ length: bytes.length / FIELD_BYTES }, (_, i) =>
    fromBytes(bytes.subarray(i * FIELD_BYTES, (i + 1) * FIELD_BYTES)),
  );
}

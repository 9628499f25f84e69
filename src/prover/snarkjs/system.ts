// What Groth16 and PLONK have in common: the circom circuit, its witnesses, and snarkjs.

import circuits from "../../../circuits/circuits.json" with { type: "json" };
import { fail } from "../../errors.ts";
import {
  bindWords,
  claimOf,
  flattenWords,
  INSTANCES,
  type Instance,
  type InstanceName,
  type PublicInputs,
  publicInputList,
} from "../../model/index.ts";
import { R } from "../bn254.ts";
import {
  type CircomCircuit,
  type CircomSizes,
  circomInputs,
  circomWordsHash,
  compileCircom,
  OPTIMIZATIONS,
  sizeOfCircom,
  solveCircom,
} from "../circom/index.ts";
import { requireSupport } from "../instances.ts";
import type {
  CircuitSize,
  KeyHashes,
  Proof,
  ProofSystem,
  SegmentRun,
  SolidityVerifier,
  Witness,
} from "../proof-system.ts";
import { forgotten } from "../forgotten.ts";
import type { SnarkjsProof, SnarkjsSystem as SnarkjsName } from "./calls.ts";
import type { Keys } from "./keys.ts";
import { type ProcessOptions, SnarkjsProcess } from "./process.ts";

/** What sets one system apart from the other. */
export interface Scheme<OwnProof extends SnarkjsProof> {
  readonly name: SnarkjsName;
  readonly encode: (proof: OwnProof) => Uint8Array;
  /** Undefined if the bytes are no such proof. */
  readonly decode: (bytes: Uint8Array) => OwnProof | undefined;
}

export abstract class SnarkjsSystem<OwnProof extends SnarkjsProof> implements ProofSystem {
  readonly name: SnarkjsName;
  readonly instance: Instance;
  readonly instanceName: InstanceName;
  readonly #scheme: Scheme<OwnProof>;
  readonly #sizes: CircomSizes;
  readonly #snarkjs: SnarkjsProcess;
  #circuit: Promise<CircomCircuit> | undefined;
  #keys: Promise<Keys> | undefined;

  /** Throws INSTANCE_UNSUPPORTED for an instance that has no circuit for this system. */
  constructor(scheme: Scheme<OwnProof>, instance: InstanceName, options: ProcessOptions) {
    requireSupport(scheme.name, instance);
    this.name = scheme.name;
    this.instance = INSTANCES[instance];
    this.instanceName = instance;
    this.#scheme = scheme;
    this.#sizes = circuits[instance];
    this.#snarkjs = new SnarkjsProcess(options);
  }

  /** Keys for the compiled circuit, out of the cache if they are there. */
  protected abstract makeKeys(circuit: CircomCircuit): Promise<Keys>;

  async setup(): Promise<KeyHashes> {
    return (await this.#ensureKeys()).hashes;
  }

  async size(): Promise<CircuitSize> {
    const { constraints, wires } = await sizeOfCircom(await this.circuit());
    return { constraints, wires };
  }

  async exportVerifier(): Promise<SolidityVerifier> {
    return (await this.#ensureKeys()).verifier;
  }

  async publicInputs({ trace: { a, b }, words, context }: SegmentRun): Promise<PublicInputs> {
    const h = await circomWordsHash(flattenWords(words.first, words.records, this.instance.n));
    return bindWords(claimOf({ a, b, words, context }), h);
  }

  async witness(run: SegmentRun, publicInputs?: PublicInputs): Promise<Witness> {
    const inputs = publicInputs ?? (await this.publicInputs(run));
    const built = circomInputs(run.trace, inputs, this.#sizes);
    return {
      bytes: await solveCircom(await this.circuit(), built),
      publicInputs: publicInputList(inputs),
    };
  }

  async prove(witness: Witness, signal?: AbortSignal): Promise<Proof> {
    const circuit = await this.circuit();
    const { zkey } = await this.#ensureKeys();
    const { result, peakBytes } = await this.#snarkjs.call(
      "prove",
      { system: this.name, zkey, witness: witness.bytes },
      signal,
    );
    const { publicInputs, ms: provingMs } = result;
    const bytes = this.#scheme.encode(result.proof as OwnProof);

    // snarkjs proves whatever witness it is given. What leaves this function was accepted by its verifier.
    const started = performance.now();
    const meant = witness.publicInputs.every((input, i) => input === publicInputs[i]);
    if (!meant || !(await this.#accepts(publicInputs, bytes, signal))) {
      fail("PROOF_REFUSED", { circuit: circuit.name });
    }
    return { bytes, publicInputs, provingMs, peakBytes, verifyingMs: performance.now() - started };
  }

  async verify(publicInputs: readonly bigint[], proof: Uint8Array): Promise<boolean> {
    return this.#accepts(publicInputs, proof);
  }

  protected circuit(): Promise<CircomCircuit> {
    this.#circuit ??= forgotten(
      compileCircom(this.instanceName, this.#sizes, OPTIMIZATIONS[this.name]),
      () => {
        this.#circuit = undefined;
      },
    );
    return this.#circuit;
  }

  /** Whether snarkjs accepts what the contract would be given: bytes and canonical numbers. */
  async #accepts(publicInputs: readonly bigint[], bytes: Uint8Array, signal?: AbortSignal): Promise<boolean> {
    const { verificationKey } = await this.#ensureKeys();
    const proof = this.#scheme.decode(bytes);
    const canonical = publicInputs.every((input) => input >= 0n && input < R);
    if (proof === undefined || !canonical || publicInputs.length !== PUBLIC_INPUTS) return false;
    const job = { system: this.name, verificationKey, publicInputs, proof };
    return (await this.#snarkjs.call("verify", job, signal)).result;
  }

  #ensureKeys(): Promise<Keys> {
    this.#keys ??= forgotten(
      this.circuit().then((circuit) => this.makeKeys(circuit)),
      () => {
        this.#keys = undefined;
      },
    );
    return this.#keys;
  }
}

/** a, b, h, r, y, context. */
const PUBLIC_INPUTS = 6;

// PLONK over the circom circuit, by snarkjs.

import { copyFile, rm } from "node:fs/promises";
import { AbiCoder, keccak256 } from "ethers";
import type { PlonkProof } from "snarkjs";
import { blake2bOf, type PtauOptions, verifyPtau } from "../../ceremony/ptau.ts";
import type { PtauTable } from "../../ceremony/ptau-table.ts";
import { fail } from "../../errors.ts";
import type { InstanceName } from "../../model/index.ts";
import type { CircomCircuit } from "../circom/index.ts";
import type { CircuitSize } from "../proof-system.ts";
import { verifierName } from "../verifier-names.ts";
import { logOf } from "./field.ts";
import { type KeyRequest, type Keys, makeKeys } from "./keys.ts";
import { plonkGates } from "./plonk-gates.ts";
import { commitInPlonkKey, plonkSecret, writePlonkDevelopmentString } from "./plonk-keys.ts";
import { type ProcessOptions, SnarkjsProcess } from "./process.ts";
import { decodePlonk, encodePlonk } from "./proof-bytes.ts";
import { readR1cs } from "./r1cs.ts";
import { SnarkjsSystem } from "./system.ts";

export type PlonkSetup =
  | {
      /** Keys from a public secret, for the local chain. */
      readonly type: "development";
    }
  | {
      /** Keys from the powers of tau that everybody uses; PLONK has no ceremony of its own. */
      readonly type: "ceremony";
      /** Path of a public powers-of-tau file that is prepared for phase 2. */
      readonly ptau: string;
      /** Files that are taken; the public ones unless given. */
      readonly table?: PtauTable;
    };

export class Plonk extends SnarkjsSystem<PlonkProof> {
  readonly #setup: PlonkSetup;

  constructor(
    instance: InstanceName,
    setup: PlonkSetup = { type: "development" },
    options: ProcessOptions = {},
  ) {
    const scheme = { name: "plonk", encode: encodePlonk, decode: decodePlonk } as const;
    super(scheme, instance, options);
    this.#setup = setup;
  }

  override async size(): Promise<CircuitSize> {
    const { r1csPath } = await this.circuit();
    return { ...(await super.size()), gates: plonkGates(await readR1cs(r1csPath)) };
  }

  protected async makeKeys(circuit: CircomCircuit): Promise<Keys> {
    const setup = this.#setup;
    const development = setup.type === "development";
    const source = development ? developmentKey(circuit) : await plonkProductionKey(circuit, setup);
    return makeKeys({
      system: "plonk",
      circuit,
      contractName: verifierName("plonk", this.instanceName, development),
      development,
      hashOf: plonkKeyHash,
      ...source,
    });
  }
}

type KeySource = Pick<KeyRequest, "from" | "build" | "ptau">;

function developmentKey({ r1csPath }: CircomCircuit): KeySource {
  const tau = plonkSecret();
  return { from: { tau: tau.toString() }, build: (zkey) => writePlonkDevelopmentKey(r1csPath, zkey, tau) };
}

/** Writes the proving key, which also holds the verification key, to `zkey`. The same bytes every time. */
export async function writePlonkDevelopmentKey(r1csPath: string, zkey: string, tau: bigint): Promise<void> {
  const log = logOf(plonkGates(await readR1cs(r1csPath)), LEAST_LOG);
  const ptau = `${zkey}.ptau`;
  await writePlonkDevelopmentString(log, ptau, tau);
  await setUp(r1csPath, ptau, zkey);
  await rm(ptau);
  await commitInPlonkKey(zkey, log, tau);
}

/** snarkjs's least domain has eight points. */
const LEAST_LOG = 3;

/**
 * Derives the key from nothing but circuit and public file; from a copy of it, which cannot change after the check. Throws
 * PTAU_REFUSED if the file changes meanwhile, and what `verifyPtau` throws.
 */
export async function plonkProductionKey(
  { r1csPath }: CircomCircuit,
  { ptau, table }: Extract<PlonkSetup, { type: "ceremony" }>,
): Promise<KeySource> {
  const options: PtauOptions = table === undefined ? {} : { table };
  const { blake2b } = await verifyPtau(ptau, options);
  return {
    from: { blake2b },
    ptau: blake2b,
    build: async (zkey) => {
      const copy = `${zkey}.ptau`;
      try {
        await copyFile(ptau, copy);
        const { blake2b: actual } = await blake2bOf(copy);
        if (actual !== blake2b)
          fail("PTAU_REFUSED", { path: ptau, reason: "it has changed since its check" });
        await setUp(r1csPath, copy, zkey);
      } finally {
        await rm(copy, { force: true });
      }
    },
  };
}

async function setUp(r1cs: string, ptau: string, zkey: string): Promise<void> {
  await new SnarkjsProcess({ keepMs: 0 }).call("plonkSetup", { r1cs, ptau, zkey });
}

/** Points of the first group, in the order in which verifier and transcript take them. */
const POINTS = ["Qm", "Ql", "Qr", "Qo", "Qc", "S1", "S2", "S3"] as const;

interface PlonkVerificationKey extends Readonly<Record<(typeof POINTS)[number], readonly string[]>> {
  readonly nPublic: number;
  readonly power: number;
  readonly k1: string;
  readonly k2: string;
  readonly X_2: readonly (readonly string[])[];
}

/** Keccak-256 of number of public signals, power, k1, k2 and all coordinates as words; in the second group `c0` before `c1`. */
function plonkKeyHash(verificationKey: object): string {
  const { nPublic, power, k1, k2, X_2, ...points } = verificationKey as PlonkVerificationKey;
  const onG1 = POINTS.flatMap((name) => points[name].slice(0, 2));
  const words = [nPublic, power, k1, k2, ...onG1, ...X_2.slice(0, 2).flat()].map(BigInt);
  return keccak256(AbiCoder.defaultAbiCoder().encode([`uint256[${words.length}]`], [words]));
}

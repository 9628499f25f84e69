// Groth16 over the circom circuit, by snarkjs.

import { copyFile } from "node:fs/promises";
import type { Groth16Proof } from "snarkjs";
import { ceremonyKeys } from "../../ceremony/keys.ts";
import type { Places } from "../../ceremony/places.ts";
import { vkHash } from "../../ceremony/vk.ts";
import { readZkey } from "../../ceremony/zkey.ts";
import { fail } from "../../errors.ts";
import type { InstanceName } from "../../model/index.ts";
import { fileDigest } from "../cache.ts";
import type { CircomCircuit } from "../circom/index.ts";
import { verifierName } from "../verifier-names.ts";
import { groth16Secrets, writeGroth16DevelopmentKey } from "./groth16-keys.ts";
import { type KeyRequest, type Keys, makeKeys } from "./keys.ts";
import type { ProcessOptions } from "./process.ts";
import { decodeGroth16, encodeGroth16 } from "./proof-bytes.ts";
import { SnarkjsSystem } from "./system.ts";

export type Groth16Setup =
  | {
      /** Keys from public secrets, for the local chain. */
      readonly type: "development";
    }
  | {
      /** The final key of a ceremony that was verified on this machine. */
      readonly type: "ceremony";
      readonly ceremony: string;
      readonly places?: Places;
    };

export class Groth16 extends SnarkjsSystem<Groth16Proof> {
  readonly #setup: Groth16Setup;

  constructor(
    instance: InstanceName,
    setup: Groth16Setup = { type: "development" },
    options: ProcessOptions = {},
  ) {
    const scheme = {
      name: "groth16",
      encode: encodeGroth16,
      decode: decodeGroth16,
    } as const;
    super(scheme, instance, options);
    this.#setup = setup;
  }

  protected async makeKeys(circuit: CircomCircuit): Promise<Keys> {
    const setup = this.#setup;
    const development = setup.type === "development";
    const source = development ? developmentKey(circuit) : await groth16ProductionKey(circuit, setup);
    return makeKeys({
      system: "groth16",
      circuit,
      contractName: verifierName("groth16", this.instanceName, development),
      development,
      hashOf: async (_, zkey) => vkHash((await readZkey(zkey)).verificationKey),
      ...source,
    });
  }
}

type KeySource = Pick<KeyRequest, "from" | "build">;

function developmentKey({ r1csPath, hash }: CircomCircuit): KeySource {
  const secrets = groth16Secrets(hash);
  return {
    from: Object.entries(secrets).map(([name, value]) => [name, value.toString()]),
    build: (zkey) => writeGroth16DevelopmentKey(r1csPath, zkey, secrets),
  };
}

/**
 * The key of a verified ceremony, copied so that it cannot change after the check. Throws CEREMONY_DIFFERS if the ceremony
 * was for another circuit or the file changes meanwhile, and what `ceremonyKeys` throws.
 */
export async function groth16ProductionKey(
  circuit: CircomCircuit,
  { ceremony: name, places }: Extract<Groth16Setup, { type: "ceremony" }>,
): Promise<KeySource> {
  const { zkeyPath, transcript, circuitHash } = await ceremonyKeys(name, places);
  const final = transcript.beacon?.output ?? "";
  if (circuitHash !== circuit.hash) {
    fail("CEREMONY_DIFFERS", { name, what: "the circuit", expected: circuitHash, actual: circuit.hash });
  }
  return {
    from: { final },
    build: async (zkey) => {
      await copyFile(zkeyPath, zkey);
      const actual = await fileDigest(zkey);
      if (actual !== final)
        fail("CEREMONY_DIFFERS", { name, what: "the final key", expected: final, actual });
    },
  };
}

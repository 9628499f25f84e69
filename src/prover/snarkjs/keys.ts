// Keys of a circuit, and what is derived from them: verification key, its hash, and the verifier contract.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached, fileDigest } from "../cache.ts";
import type { CircomCircuit } from "../circom/index.ts";
import type { KeyHashes, SolidityVerifier } from "../proof-system.ts";
import { versionOf } from "../versions.ts";
import type { SnarkjsSystem } from "./calls.ts";
import { SnarkjsProcess } from "./process.ts";
import { verifierSource } from "./verifier-source.ts";

export interface Keys {
  readonly zkey: string;
  /** As snarkjs writes it. */
  readonly verificationKey: object;
  readonly hashes: KeyHashes;
  readonly verifier: SolidityVerifier;
}

export interface KeyRequest {
  readonly system: SnarkjsSystem;
  readonly circuit: CircomCircuit;
  /** Names the verifier. */
  readonly contractName: string;
  /** Whether everybody knows the secret behind the keys; then the contract refuses all chains but the local one. */
  readonly development: boolean;
  /** All that the key derives from besides the circuit. */
  readonly from: unknown;
  /** Writes the proving key to this path. */
  readonly build: (zkey: string) => Promise<void>;
  /** Hash of the verification key, given its text and the proving key that it is in. */
  readonly hashOf: (verificationKey: object, zkey: string) => Promise<string> | string;
}

const ZKEY = "proving.zkey";
const VERIFICATION_KEY = "verification-key.json";
const VERIFIER = "verifier.sol";
/** Of the files' contents as this project writes them. */
const LAYOUT = 1;

/** Builds the keys, unless they are in the cache. */
export async function makeKeys({
  system,
  circuit,
  contractName,
  development,
  from,
  build,
  hashOf,
}: KeyRequest): Promise<Keys> {
  const folder = await cached({
    label: `${system}-${circuit.name}`,
    from: {
      circuit: circuit.hash,
      snarkjs: versionOf("snarkjs"),
      contractName,
      development,
      from,
      layout: LAYOUT,
    },
    files: [ZKEY, VERIFICATION_KEY, VERIFIER],
    build: async (to) => {
      const zkey = join(to, ZKEY);
      await build(zkey);
      const snarkjs = new SnarkjsProcess({ keepMs: 0 });
      const { verificationKey, solidity } = (await snarkjs.call("export", { system, zkey })).result;
      await writeFile(join(to, VERIFICATION_KEY), JSON.stringify(verificationKey));
      await writeFile(join(to, VERIFIER), verifierSource(system, solidity, contractName, development));
    },
  });
  const verificationKey = JSON.parse(await readFile(join(folder, VERIFICATION_KEY), "utf8")) as object;
  const [zkey, source] = [join(folder, ZKEY), join(folder, VERIFIER)];
  return {
    zkey,
    verificationKey,
    hashes: {
      circuit: circuit.hash,
      verificationKey: await hashOf(verificationKey, zkey),
      verifier: await fileDigest(source),
    },
    verifier: { contractName, source: await readFile(source, "utf8") },
  };
}

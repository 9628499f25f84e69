// Verification key and Solidity verifier of a circuit under a reference string.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runBb } from "./bb.ts";
import { cached, fileDigest } from "./cache.ts";
import type { Circuit } from "./circuit.ts";
import type { CircuitSize, KeyHashes, SolidityVerifier } from "./proof-system.ts";
import type { Srs } from "./srs.ts";
import { ceremonyVerifier, developmentVerifier } from "./verifier-source.ts";
import { versionOf } from "./versions.ts";

/** Flavour of UltraHonk: Keccak transcript for the EVM; the rollup hides nothing, so no zero knowledge. */
export const FLAVOUR = ["-t", "evm-no-zk"];

const VK = "vk";
const VK_HASH = "vk_hash";
const VERIFIER = "verifier.sol";

export interface Keys {
  readonly srs: Srs;
  readonly vkPath: string;
  readonly hashes: KeyHashes;
  readonly verifier: SolidityVerifier;
}

export type HonkSize = Required<Pick<CircuitSize, "gates" | "acirOpcodes">>;

export async function sizeOf(circuit: Circuit): Promise<HonkSize> {
  const file = "gates.json";
  const folder = await cached({
    label: `gates-${circuit.name}`,
    from: { circuit: circuit.hash, backend: versionOf("@aztec/bb.js"), flavour: FLAVOUR },
    files: [file],
    build: async (to) => {
      const { stdout } = await runBb(["gates", "-b", circuit.path, ...FLAVOUR]);
      await writeFile(join(to, file), stdout);
    },
  });
  const { functions } = JSON.parse(await readFile(join(folder, file), "utf8")) as {
    functions: { acir_opcodes: number; circuit_size: number }[];
  };
  return {
    gates: functions[0]?.circuit_size ?? 0,
    acirOpcodes: functions[0]?.acir_opcodes ?? 0,
  };
}

/** Rows that barretenberg adds to a circuit before it rounds up to a power of two, generously. */
const EXTRA_ROWS = 64;

/** Points of the reference string that keys and proofs take. */
export function pointsFor({ gates }: Pick<HonkSize, "gates">): number {
  return 2 ** Math.ceil(Math.log2(gates + EXTRA_ROWS)) + 1;
}

/** `contractName` names the verifier. A development setup patches it, a ceremony's changes nothing but the name. */
export async function makeKeys(
  circuit: Circuit,
  srs: Srs,
  contractName: string,
  development: boolean,
): Promise<Keys> {
  const tau = srs.tauG2.x.c0.toString(16);
  const folder = await cached({
    label: `keys-${circuit.name}`,
    from: {
      circuit: circuit.hash,
      backend: versionOf("@aztec/bb.js"),
      flavour: FLAVOUR,
      tau,
      contractName,
      layout: 1,
    },
    files: [VK, VK_HASH, VERIFIER],
    build: async (to) => {
      await runBb(["write_vk", "-b", circuit.path, ...FLAVOUR, "-o", to], { srs: srs.folder });
      const path = join(to, VERIFIER);
      await runBb(["write_solidity_verifier", "-k", join(to, VK), ...FLAVOUR, "--optimized", "-o", path]);
      const generated = await readFile(path, "utf8");
      const source = development
        ? developmentVerifier(generated, contractName, srs.tauG2)
        : ceremonyVerifier(generated, contractName);
      await writeFile(path, source);
    },
  });
  const path = join(folder, VERIFIER);
  return {
    srs,
    vkPath: join(folder, VK),
    hashes: {
      circuit: circuit.hash,
      verificationKey: (await readFile(join(folder, VK_HASH))).toString("hex"),
      verifier: await fileDigest(path),
    },
    verifier: { contractName, source: await readFile(path, "utf8") },
  };
}

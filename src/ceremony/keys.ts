// Production keys, and what a deployment off the local chain asks of keys.

import { LOCAL_CHAIN } from "../chain/local-chain.ts";
import { fail } from "../errors.ts";
import { LEAST_CONTRIBUTORS } from "./beacon.ts";
import { ceremonyPlaces, finalZkeyPath, type Places } from "./places.ts";
import { listedPtau, PUBLIC_PTAU, type PtauTable } from "./ptau-table.ts";
import { readReceipt } from "./receipt.ts";
import { distinctContributors, readTranscript, type Transcript } from "./transcript.ts";
import { vkHash } from "./vk.ts";
import { readZkey } from "./zkey.ts";

export interface CeremonyKeys {
  readonly zkeyPath: string;
  readonly transcript: Transcript;
  /** Hash of the verification key, as `vkHash` computes it. */
  readonly vkHash: string;
  /** SHA-256 of the constraint system, hexadecimal. */
  readonly circuitHash: string;
}

/**
 * The final key of a ceremony that was verified on this machine. Throws CEREMONY_MISSING, CEREMONY_MALFORMED, CEREMONY_OPEN
 * or CEREMONY_UNVERIFIED.
 */
export async function ceremonyKeys(name: string, places: Places = ceremonyPlaces()): Promise<CeremonyKeys> {
  const transcript = await readTranscript(name, places);
  if (transcript.beacon === null) fail("CEREMONY_OPEN", { name });
  const receipt = await readReceipt(name, places);
  const zkeyPath = finalZkeyPath(name, places);
  const { verificationKey } = await readZkey(zkeyPath);
  return { zkeyPath, transcript, vkHash: vkHash(verificationKey), circuitHash: receipt.circuitHash };
}

/** Keys that somebody wants to deploy. */
export type DeployedKeys =
  | {
      readonly system: "groth16";
      readonly circuitHash: string;
      readonly vkHash: string;
      /** Name of the ceremony that they come from; undefined for development keys. */
      readonly ceremony: string | undefined;
    }
  | {
      readonly system: "plonk";
      /** BLAKE2b-512 of the powers of tau that they derive from; undefined for development keys. */
      readonly ptau: string | undefined;
    };

export interface RequireOptions {
  readonly places?: Places;
  readonly table?: PtauTable;
}

/**
 * Off the local chain, throws CEREMONY_REQUIRED for Groth16 keys unless a finished ceremony over a public ptau file, verified
 * on this machine, has led to exactly this circuit's and verification key's hashes; and PTAU_REQUIRED for PLONK keys unless
 * they derive from a public ptau file. Also throws what `ceremonyKeys` throws.
 */
export async function requireTranscript(
  chainId: bigint,
  keys: DeployedKeys,
  { places, table = PUBLIC_PTAU }: RequireOptions = {},
): Promise<void> {
  if (chainId === LOCAL_CHAIN) return;
  if (keys.system === "plonk") {
    if (keys.ptau === undefined || listedPtau(keys.ptau, table) === undefined) {
      fail("PTAU_REQUIRED", { chainId, ptau: keys.ptau ?? "none" });
    }
    return;
  }
  const refuse = (reason: string) => fail("CEREMONY_REQUIRED", { chainId, reason });
  if (keys.ceremony === undefined) return refuse("they come from no ceremony");
  const found = await ceremonyKeys(keys.ceremony, places);
  const { ptau } = found.transcript;
  if (listedPtau(ptau.blake2b, table) === undefined)
    refuse("nobody vouches for the powers of tau behind them");
  if (distinctContributors(found.transcript) < LEAST_CONTRIBUTORS) {
    refuse(`fewer than ${LEAST_CONTRIBUTORS} people contributed`);
  }
  for (const hash of ["circuitHash", "vkHash"] as const) {
    if (plain(keys[hash]) === plain(found[hash])) continue;
    refuse(`their ${hash} is ${keys[hash]}, that of ceremony ${keys.ceremony} is ${found[hash]}`);
  }
}

/** Address books write hashes with 0x in front. */
function plain(hash: string): string {
  return hash.toLowerCase().replace(/^0x/, "");
}

// The reference string of the Aztec Ignition ceremony (176 parties, 2019/20), as barretenberg distributes it. The file
// is the caller's; nothing is downloaded here. What passes is copied, so that it cannot change after the check.

import { createHash } from "node:crypto";
import { type FileHandle, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bn254 } from "@noble/curves/bn254.js";
import { fail } from "../errors.ts";
import { fromBytes } from "../model/index.ts";
import { POINT_BYTES } from "./bn254.ts";
import { cached } from "./cache.ts";
import { encodeG2, G1_FILE, G2_FILE, type G2Point, type Srs } from "./srs.ts";
import { IGNITION_TAU_G2 } from "./verifier-source.ts";

/** What is published about a ceremony. */
export interface CeremonyFacts {
  readonly name: string;
  /** The secret in the second group, as every verifier of this ceremony has it. */
  readonly tauG2: G2Point;
  readonly chunkPoints: number;
  /** SHA-256 of each chunk of `bn254_g1.dat`, from the start. */
  readonly chunks: readonly string[];
}

/**
 * From barretenberg's sources, `srs/factories/bn254_g1_chunk_hashes.hpp` (chunks of the uncompressed file) and
 * `bn254_crs_data.hpp`. The first five of 257 chunks, enough for circuits of up to 2^19 gates.
 */
export const IGNITION: CeremonyFacts = {
  name: "ignition",
  tauG2: IGNITION_TAU_G2,
  chunkPoints: 131_072,
  chunks: [
    "3718ffbed583d8a279ccb2545196d5618e3fd97512b65aa051d2ebd0f57fb999",
    "766432ece7cc4e804b4e09dc57d3c1048239d2e8a416eb16919c80a918a3b5fd",
    "9441491eaceadc6aa2635d6ff16f739776805eb1a4ce770dcad082ec9333bf9b",
    "c42aefb8f72cf5d7c4e4900a14106711ede3657615949d17d5e71792f621e4db",
    "33085642283890ebe1d42df4f285738222d63df31908afe93a13cf9dff6270a9",
  ],
};

/** SHA-256 of the 128 bytes of Ignition's `bn254_g2.dat`. */
export const IGNITION_G2_SHA256 = "01797bfc4de5a96f0e516a9ea4537d18786dc30cb991aca4274c95822b69c32f";

/** Pairs of neighbouring points that are checked against the secret, spread over the file. */
const SAMPLES = 64;

/** Checks the files in `folder` and keeps a copy of what `points` take. Throws SRS_REFUSED for any other file. */
export async function ceremonySrs(
  folder: string,
  points: number,
  facts: CeremonyFacts = IGNITION,
): Promise<Srs> {
  const { tauG2 } = facts;
  const entry = await cached({
    label: `srs-${facts.name}-${points}`,
    from: { points, chunks: facts.chunks, tauG2: Buffer.from(encodeG2(tauG2)).toString("hex") },
    files: [G1_FILE, G2_FILE],
    build: async (to) => {
      await checkG2(join(folder, G2_FILE), tauG2);
      const bytes = await readG1(join(folder, G1_FILE), points, facts);
      checkPowers(join(folder, G1_FILE), bytes, tauG2);
      await writeFile(join(to, G1_FILE), bytes);
      await writeFile(join(to, G2_FILE), encodeG2(tauG2));
    },
  });
  return { folder: entry, points, tauG2 };
}

async function checkG2(path: string, tauG2: G2Point): Promise<void> {
  const expected = Buffer.from(encodeG2(tauG2));
  const found = await readFile(path).catch((error) => refuse(path, "it cannot be read", error));
  if (!found.equals(expected)) refuse(path, "it holds another point than the ceremony's");
}

/** Whole chunks are read and hashed, so the last one may go beyond the points that are asked for. */
async function readG1(path: string, points: number, facts: CeremonyFacts): Promise<Uint8Array> {
  const { chunkPoints, chunks } = facts;
  const count = Math.ceil(points / chunkPoints);
  if (count > chunks.length)
    refuse(path, `${points} points go beyond the ${chunks.length} chunks in the table`);
  const file = await open(path).catch((error) => refuse(path, "it cannot be read", error));
  try {
    const parts: Uint8Array[] = [];
    for (let i = 0; i < count; i++) {
      const part = await readChunk(file, i, chunkPoints * POINT_BYTES);
      const sum = createHash("sha256").update(part).digest("hex");
      if (sum !== chunks[i]) refuse(path, `SHA-256 of chunk ${i} is ${sum}, published is ${chunks[i]}`);
      parts.push(part);
    }
    return Buffer.concat(parts).subarray(0, points * POINT_BYTES);
  } finally {
    await file.close();
  }
}

async function readChunk(file: FileHandle, index: number, size: number): Promise<Uint8Array> {
  const { bytesRead, buffer } = await file.read(new Uint8Array(size), 0, size, index * size);
  return buffer.subarray(0, bytesRead);
}

/**
 * Whether the points are powers of the secret in `tauG2`, whatever the hashes say: for random `rᵢ` and neighbours `Pᵢ`,
 * `Pᵢ₊₁`, `e(Σ rᵢ·Pᵢ₊₁, G₂) = e(Σ rᵢ·Pᵢ, tau·G₂)`; and the first point is the generator.
 */
export function checkPowers(path: string, bytes: Uint8Array, tauG2: G2Point): void {
  const { G1, G2, pairing, fields } = bn254;
  const count = bytes.length / POINT_BYTES;
  const point = (i: number) => {
    const [x, y] = [0, 1].map((c) => fromBytes(bytes.subarray(i * 64 + c * 32, i * 64 + c * 32 + 32)));
    return G1.Point.fromAffine({ x: x as bigint, y: y as bigint });
  };
  if (fromBytes(bytes.subarray(0, 32)) !== 1n || fromBytes(bytes.subarray(32, 64)) !== 2n) {
    refuse(path, "its first point is not the generator");
  }
  let [low, high] = [G1.Point.ZERO, G1.Point.ZERO];
  try {
    for (let k = 0; k < SAMPLES; k++) {
      // The first pair always, so that the secret itself is looked at.
      const i = k === 0 ? 0 : Number(random() % BigInt(count - 1));
      const factor = 1n + (random() >> 128n);
      point(i).assertValidity();
      point(i + 1).assertValidity();
      low = low.add(point(i).multiply(factor));
      high = high.add(point(i + 1).multiply(factor));
    }
  } catch (error) {
    refuse(path, "it holds what is no point of the curve", error);
  }
  const tau = G2.Point.fromAffine(tauG2);
  if (!fields.Fp12.eql(pairing(high, G2.Point.BASE), pairing(low, tau))) {
    refuse(path, "its points are not powers of the ceremony's secret");
  }
}

function random(): bigint {
  return fromBytes(crypto.getRandomValues(new Uint8Array(32)));
}

function refuse(path: string, reason: string, cause?: unknown): never {
  return fail("SRS_REFUSED", { path, reason }, cause);
}

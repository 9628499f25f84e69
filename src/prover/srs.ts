// The development reference string: powers of a secret that everybody knows. Whoever knows it can prove anything, so
// its verifier refuses every chain but the local one.

import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { bn254 } from "@noble/curves/bn254.js";
import { POINT_BYTES, R } from "./bn254.ts";
import { cached } from "./cache.ts";

/** Names of the files that barretenberg looks for. */
export const G1_FILE = "bn254_g1.dat";
export const G2_FILE = "bn254_g2.dat";

/** The secret's origin. Anyone may compute it; that is the point. */
const DEVELOPMENT_SECRET = "luntra development reference string, known to everybody";

/** A point of BN254's second group, coordinates as `c0 + c1·u`. */
export interface G2Point {
  readonly x: { readonly c0: bigint; readonly c1: bigint };
  readonly y: { readonly c0: bigint; readonly c1: bigint };
}

export interface Srs {
  /** Where `bn254_g1.dat` and `bn254_g2.dat` are. */
  readonly folder: string;
  readonly points: number;
  /** What a verifier has to know: the secret times the second group's generator. */
  readonly tauG2: G2Point;
}

export function developmentTau(): bigint {
  return BigInt(`0x${createHash("sha256").update(DEVELOPMENT_SECRET).digest("hex")}`) % R;
}

export async function developmentSrs(points: number): Promise<Srs> {
  const tau = developmentTau();
  const { x, y } = bn254.G2.Point.BASE.multiply(tau).toAffine();
  const tauG2 = { x: { c0: x.c0, c1: x.c1 }, y: { c0: y.c0, c1: y.c1 } };
  const folder = await cached({
    label: `srs-development-${points}`,
    from: { tau: tau.toString(), points, layout: 1 },
    files: [G1_FILE, G2_FILE],
    build: async (to) => {
      await writeFile(join(to, G1_FILE), await powersInWorkers(tau, points));
      await writeFile(join(to, G2_FILE), encodeG2(tauG2));
    },
  });
  return { folder, points, tauG2 };
}

/** 128 bytes in barretenberg's order. */
export function encodeG2({ x, y }: G2Point): Uint8Array {
  const hex = [x.c0, x.c1, y.c0, y.c1].map((c) => c.toString(16).padStart(64, "0")).join("");
  return Buffer.from(hex, "hex");
}

async function powersInWorkers(tau: bigint, points: number): Promise<Uint8Array> {
  const threads = Math.min(availableParallelism(), 8);
  const share = Math.ceil(points / threads);
  const parts = await Promise.all(
    Array.from({ length: threads }, (_, i) =>
      powersInWorker(tau, i * share, Math.min((i + 1) * share, points)),
    ),
  );
  const bytes = new Uint8Array(points * POINT_BYTES);
  parts.forEach((part, i) => {
    bytes.set(part, i * share * POINT_BYTES);
  });
  return bytes;
}

function powersInWorker(tau: bigint, from: number, to: number): Promise<Uint8Array> {
  const worker = new Worker(new URL("./srs-worker.ts", import.meta.url), { workerData: { tau, from, to } });
  return new Promise((done, failed) => {
    worker.once("message", done);
    worker.once("error", failed);
  });
}

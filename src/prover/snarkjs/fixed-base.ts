// Many multiples of the generators of BN254's groups: fixed-base windows over ffjavascript's WASM, in worker threads.

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { buildBn128 } from "ffjavascript";
import { toLittleEndian } from "./field.ts";
import { AFFINE_BYTES, type CurveCode, type FixedBaseWork, type Group } from "./fixed-base-work.ts";

const PAGE_BYTES = 65536;
/** Scalars in a piece of work: enough to pay for a thread, few enough to share out evenly. */
const PIECE = 8192;
const MOST_THREADS = 8;

/** `[s]·G` for each scalar `s`, in order; a scalar is taken modulo nothing, so it must lie in `[0, R)`. */
export async function multiplesOf(
  wanted: readonly { readonly group: Group; readonly scalars: readonly bigint[] }[],
): Promise<Uint8Array[]> {
  const results = wanted.map(({ group, scalars }) => new Uint8Array(scalars.length * AFFINE_BYTES[group]));
  const pieces = wanted.flatMap(({ group, scalars }, index) =>
    Array.from({ length: Math.ceil(scalars.length / PIECE) }, (_, i) => ({
      work: { group, scalars: toLittleEndian(scalars.slice(i * PIECE, (i + 1) * PIECE)) },
      keep: (points: Uint8Array) => results[index]?.set(points, i * PIECE * AFFINE_BYTES[group]),
    })),
  );
  // The second group's are the slowest: begun last, they would leave threads idle.
  pieces.sort((a, b) => Number(b.work.group === "g2") - Number(a.work.group === "g2"));

  const curve = await curveCode();
  const threads = Math.min(availableParallelism(), MOST_THREADS, pieces.length);
  await Promise.all(
    Array.from({ length: threads }, async () => {
      const worker = new Worker(new URL("./fixed-base-worker.ts", import.meta.url), { workerData: curve });
      try {
        for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
          piece.keep(await ask(worker, piece.work));
        }
      } finally {
        await worker.terminate();
      }
    }),
  );
  return results;
}

async function curveCode(): Promise<CurveCode> {
  const { tm, G1, G2 } = await buildBn128(true);
  const pages = tm.memory.buffer.byteLength / PAGE_BYTES;
  return { code: tm.code, pages, generators: { g1: G1.gAffine, g2: G2.gAffine } };
}

function ask(worker: Worker, work: FixedBaseWork): Promise<Uint8Array> {
  return new Promise((done, failed) => {
    const settle = (points: Uint8Array | undefined, error?: unknown) => {
      worker.off("message", answered).off("error", broke).off("exit", ended);
      if (points === undefined) failed(error);
      else done(points);
    };
    const answered = (points: Uint8Array) => settle(points);
    const broke = (error: unknown) => settle(undefined, error);
    const ended = (code: number) => settle(undefined, new Error(`the thread ended with ${code}`));
    worker.on("message", answered).on("error", broke).on("exit", ended);
    worker.postMessage(work, [work.scalars.buffer as ArrayBuffer]);
  });
}

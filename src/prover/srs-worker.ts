// Thread that computes one stretch of the development reference string.

import { parentPort, workerData } from "node:worker_threads";
import { powersOfTau } from "./bn254.ts";

const { tau, from, to } = workerData as { tau: bigint; from: number; to: number };
parentPort?.postMessage(powersOfTau(tau, from, to));

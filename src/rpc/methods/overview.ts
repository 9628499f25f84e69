// Methods for those who look on, the explorer page first of all: lists of batches, disputes, bonds, proof jobs.

import { z } from "zod";
import { listBatches } from "../batch-list.ts";
import { createBondReader } from "../bonds.ts";
import { cached } from "../cached.ts";
import type { RpcContext } from "../context.ts";
import { toJson } from "../json.ts";
import { type Methods, method } from "../method.ts";
import { listDisputes } from "../open-disputes.ts";
import * as params from "../params.ts";

/** What makes the node look through batches, or ask L1 or the database. */
const LOOK_COST = 50;
const DEFAULT_BATCHES = 25;
const MOST_BATCHES = 100;
/** The database is asked at most so often. */
const FRESH_MS = 1_000;

export function overviewMethods(context: RpcContext): Methods {
  const readBonds = createBondReader(context.node);
  const readProofs = cached(FRESH_MS, context.proofs);
  const most = params.count.refine((value) => value <= MOST_BATCHES, `expected at most ${MOST_BATCHES}`);
  return {
    luntra_batches: method(
      z.tuple([params.quantity.nullish(), most.nullish()]),
      ([before, limit]) =>
        toJson(listBatches(context, before ?? undefined, Number(limit ?? DEFAULT_BATCHES))),
      LOOK_COST,
    ),
    luntra_disputes: method(
      z.tuple([z.boolean().nullish()]),
      ([closed]) => toJson(listDisputes(context, closed ?? false)),
      LOOK_COST,
    ),
    luntra_bonds: method(params.nothing, async () => toJson(await readBonds()), LOOK_COST),
    luntra_proofJobs: method(params.nothing, async () => toJson(showWork(await readProofs())), LOOK_COST),
  };
}

const seconds = (date: Date | undefined) => (date === undefined ? null : Math.floor(date.getTime() / 1000));

function showWork({ prover, typicalMs, jobs }: Awaited<ReturnType<RpcContext["proofs"]>>) {
  return {
    prover,
    typicalMs: typicalMs === undefined ? null : Math.round(typicalMs),
    jobs: jobs.map(({ about, state, purpose, worker, failure, tries, ...times }) => ({
      id: about?.batchId ?? null,
      segment: about?.segment ?? null,
      state,
      purpose,
      worker: worker ?? null,
      failure: failure ?? null,
      tries,
      deadline: seconds(times.deadline),
      created: seconds(times.created),
      started: seconds(times.started),
      ended: seconds(times.ended),
    })),
  };
}

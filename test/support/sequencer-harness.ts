// A sequencer at work on a world of its own, with a database in a folder.

import { openSequencer, type SequencerService, type ServiceOptions } from "../../src/sequencing/service.ts";
import { openStore, type Store } from "../../src/store/index.ts";
import { freshFolder } from "./databases.ts";
import type { World } from "./node-harness.ts";

export const GWEI = 10n ** 9n;

export const LIMITS = { total: 10_000, perSender: 1_000, nonceGap: 16 };

export type Tuning = Partial<ServiceOptions>;

/** Where it works. */
export type Ground = Pick<World, "open" | "sequencer">;

export interface Rig {
  readonly service: SequencerService;
  readonly store: Store;
  /** Everything that went wrong so far. */
  readonly failures: readonly { readonly what: string; readonly error: unknown }[];
  close(): Promise<void>;
}

/** Everything fast: a segment after 10 ms, a batch after 100 ms. */
export async function startRig(world: Ground, tuning: Tuning = {}, given?: Store): Promise<Rig> {
  const fresh = given === undefined ? await freshFolder() : undefined;
  const store = given ?? (await openStore(fresh?.where ?? ""));
  const service = await openSequencer(await world.open(), store, world.sequencer, {
    baseFee: GWEI,
    feeRecipient: (await world.sequencer.getAddress()).toLowerCase(),
    limits: LIMITS,
    lease: { holder: "test" },
    policy: { segmentMs: 10, batchMs: 100 },
    pollMs: 20,
    tickMs: 5,
    ...tuning,
  });
  const failures: { what: string; error: unknown }[] = [];
  service.events.on("failed", (what, error) => failures.push({ what, error }));
  await service.start();
  return {
    service,
    store,
    failures,
    async close() {
      await service.stop();
      if (given === undefined) await store.close();
      await fresh?.remove();
    },
  };
}

/** Waits for what is bound to come. */
export async function until(condition: () => boolean, what: string, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

// The suite of kills, short or long.

import { expect } from "chai";
import { onPostgres } from "../../support/databases.ts";
import { type L1, startL1 } from "./l1.ts";
import { type NodeProcess, nodeProcess } from "./nodes.ts";
import { spree, type SpreeOptions } from "./spree.ts";

/** LUNTRA_FAULT_SEED replays a run. */
const SEED = Number(process.env.LUNTRA_FAULT_SEED ?? Date.now() % 1_000_000);

export function describeKills(options: Omit<SpreeOptions, "seed"> & { readonly timeoutMs: number }): void {
  onPostgres("kill -9", (databases) => {
    let l1: L1;
    const nodes: NodeProcess[] = [];

    beforeEach(async () => {
      // L1 makes five blocks a second, each at least a second later: what falls due by the preset does so within six seconds, and a batch that
      // waits a moment too long is refused when it is mined, which costs gas and is tried again, but would fail the audit.
      l1 = await startL1({ forceInclusionDelay: 900n });
    });

    afterEach(async () => {
      await Promise.all(nodes.splice(0).map((node) => node.kill()));
      await l1.close();
    });

    it(`${options.kills} times, of a node and its standby; LUNTRA_FAULT_SEED=${SEED}`, async function () {
      this.timeout(options.timeoutMs);
      const database = await databases.fresh();
      for (const name of ["one", "two"]) nodes.push(await nodeProcess(l1, name, database));
      await Promise.all(nodes.map((node) => node.start()));
      await l1.rpc("evm_setAutomine", false);
      await l1.rpc("evm_setIntervalMining", 200);
      const result = await spree(l1, nodes, { ...options, seed: SEED });
      console.log(`      ${JSON.stringify(result)}`);
      expect(result.acknowledged > options.kills).to.equal(true);
      expect(result.batches > 1 && result.challenges > 0).to.equal(true);
    });
  });
}

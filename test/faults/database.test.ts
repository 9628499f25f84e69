// A database that is gone, back, cut off in the middle of a word, or lost.

import { expect } from "chai";
import { openStore, type Store } from "../../src/store/index.ts";
import { LuntraError } from "../../src/errors.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";
import { until } from "../support/sequencer-harness.ts";
import { Bench } from "./support/bench.ts";
import { type Wire, wireTo } from "./support/cut.ts";
import { type L1, startL1 } from "./support/l1.ts";

const SLOW = { segmentMs: 10, batchMs: 3_600_000, patienceMs: 3_600_000 };

describe("a faulty database", () => {
  let l1: L1;
  let server: PostgresServer;
  let wire: Wire;
  let store: Store;
  let bench: Bench;
  let count = 0;

  before(async () => {
    server = await startPostgres();
  });

  after(() => server.remove());

  beforeEach(async () => {
    l1 = await startL1();
    const name = `luntra_${count++}`;
    await server.admin(`create database ${name}`);
    wire = await wireTo(server.url(name));
    store = await openStore(wire.url);
    bench = await Bench.open(l1, store);
    await bench.fund();
    await bench.all("safe");
  });

  afterEach(async () => {
    await bench.close();
    await store.close();
    await wire.close();
    await l1.close();
  });

  it("stopped and started again: nothing is taken meanwhile, and everything goes on afterwards", async () => {
    await bench.payAll(0, 3);
    await server.stop();
    const refused: unknown = await bench.pay(3).catch((error: unknown) => error);
    expect(refused instanceof LuntraError).to.equal(true);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await server.start();
    await until(() => bench.rig.service.engine.leads, "the lead");
    await bench.payAll(3, 6);
    await bench.endsWell({ passing: ["STORE_UNAVAILABLE", "LEASE_LOST", "NOT_LEADING", "CALL_REVERTED"] });
  });

  it("a transaction was stored and its acknowledgement lost: it is taken when it comes again", async () => {
    wire.loseCommitAfter("insert into transactions");
    const refused: unknown = await bench.pay(0).catch((error: unknown) => error);
    expect(refused instanceof LuntraError && refused.code).to.equal("STORE_UNAVAILABLE");
    expect(wire.lost).to.equal(true);
    await until(() => bench.rig.service.engine.leads, "everything to be read again");
    await bench.pay(0).catch((error: unknown) => {
      // It was found in the database meanwhile, and waits or is in a block.
      const code = error instanceof LuntraError ? error.code : String(error);
      expect(["TX_KNOWN", "TX_NONCE_TOO_LOW"]).to.include(code);
    });
    await bench.payAll(1, 3);
    await bench.endsWell({ passing: ["STORE_UNAVAILABLE", "LEASE_LOST"] });
  });

  it("a segment was stored and its acknowledgement lost: it is in the chain all the same, and others follow", async () => {
    wire.loseCommitAfter('insert into "segments"');
    await bench.payAll(0, 2);
    await until(() => wire.lost, "the loss");
    await bench.payAll(2, 4);
    await bench.endsWell({ passing: ["STORE_UNAVAILABLE", "LEASE_LOST"] });
  });

  it("what a commit's row says is lost on its way back: L1 gets one batch for the position", async () => {
    wire.loseCommitAfter('insert into "commits"');
    await bench.pay(0);
    await until(() => wire.lost, "the loss");
    await bench.endsWell({ passing: ["STORE_UNAVAILABLE", "LEASE_LOST"] });
  });

  it("lost between two runs: the chain comes back from L1, and what was not on L1 yet can be sent again", async () => {
    await bench.payAll(0, 4);
    await bench.all("safe");
    const onL1 = bench.chain.head.hash;
    await bench.stop();
    await bench.start({ policy: SLOW });
    await bench.payAll(4, 6);
    await bench.all("unsafe");
    await bench.stop();
    for (const table of ["transactions", "segments", "commits", "taken_up", "leader"] as const) {
      await store.db.deleteFrom(table).execute();
    }
    await bench.start();
    expect(bench.chain.head.hash).to.equal(onL1);
    const [fifth, sixth] = bench.acknowledged.splice(4);
    expect([fifth, sixth].map((hash) => bench.chain.transaction(hash ?? ""))).to.deep.equal([
      undefined,
      undefined,
    ]);
    await bench.payAll(4, 6);
    expect(bench.acknowledged.slice(4)).to.deep.equal([fifth, sixth]);
    await bench.endsWell();
  });
});

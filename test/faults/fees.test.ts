// What L1 does not take for its fee holds up nothing for long, of a sequencer at work; `test/sequencing/outbox.test.ts` has the rest.

import { expect } from "chai";
import { toQuantity } from "ethers";
import { onEmbedded } from "../support/databases.ts";
import { until } from "../support/sequencer-harness.ts";
import { Bench } from "./support/bench.ts";
import { type L1, startL1, type Waiting } from "./support/l1.ts";

const STUCK_MS = 400;
const WINDOW = 3_600;

onEmbedded("fees of L1", (databases) => {
  let l1: L1;
  let bench: Bench;

  beforeEach(async () => {
    l1 = await startL1();
    bench = await Bench.open(l1, await databases.open(await databases.fresh()), { stuckMs: STUCK_MS });
    await bench.fund();
    await bench.pay(0);
    await bench.all("safe");
    await l1.rpc("evm_setAutomine", false);
  });

  afterEach(async () => {
    await bench.close();
    await l1.close();
  });

  async function once(accept: (all: readonly Waiting[]) => boolean, what: string) {
    for (const deadline = Date.now() + 15_000; ; ) {
      const all = await l1.waiting();
      if (accept(all)) return all;
      if (Date.now() > deadline) throw new Error(`waited in vain for ${what}: ${JSON.stringify(all)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** A block that takes none of what waits, and after which the next one asks about as much. */
  async function dear(times: bigint): Promise<bigint> {
    const most =
      (await l1.waiting())
        .map(({ maxFeePerGas }) => BigInt(maxFeePerGas))
        .sort()
        .at(-1) ?? 10n ** 9n;
    const fee = times * most;
    await l1.rpc("hardhat_setNextBlockBaseFeePerGas", toQuantity(fee));
    await l1.mine(1);
    return fee;
  }

  it("a finalization that is stuck makes way: its nonce is taken, and both it and a commit come through", async () => {
    await l1.pass(WINDOW);
    const finalize = bench.observer.chain.contracts.rollup.getFunction("finalize").fragment.selector;
    const isFinalization = ({ input }: Waiting) => input.startsWith(finalize);
    const [stuck] = await once((all) => all.length === 1, "the finalization");
    expect(stuck && isFinalization(stuck)).to.equal(true);
    const nonce = Number(stuck?.nonce);
    const fee = await dear(20n);
    await bench.pay(1);
    const pays = ({ maxFeePerGas }: Waiting) => BigInt(maxFeePerGas) >= fee;
    const all = await once((its) => its.length === 2 && its.every(pays), "two that pay enough");
    expect(all.map(({ nonce }) => Number(nonce)).sort()).to.deep.equal([nonce, nonce + 1]);
    expect(all.filter(isFinalization).length).to.equal(1);
    await l1.mineAll();
    await bench.endsWell({ passing: ["L1_UNAVAILABLE", "CALL_REVERTED"] });
    await until(() => bench.chain.number("finalized") > 1n, "finality");
  });
});

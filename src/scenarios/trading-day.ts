// A trading day of fifteen transactions: what each costs on L1, and when it is final.

import { getBytes, parseEther } from "ethers";
import { ether } from "../chain/amounts.ts";
import type { Hex } from "../chain/types.ts";
import { Kind } from "../model/index.ts";
import type { Scenario } from "./scenario.ts";
import { dataPromised, floorGas, GAS_PRICES, gasPromised, gwei, minutes } from "./support/figures.ts";
import { type Call, feeOf, pay, withdraw } from "./support/l2-calls.ts";
import type { Stage } from "./support/stage.ts";
import {
  claimAll,
  commitHonest,
  deposit,
  depositTokens,
  finalizeAllowed,
  postBond,
  send,
  wait,
} from "./support/verbs.ts";

const ETH = parseEther("1");
const TOKENS = 1_000n;
/** Gas of an ETH transfer on L1, and of an ERC-20 one to an account that holds some. */
const ON_L1 = { eth: 21_000n, token: 52_000n };
/** Longest that a trade waits for its finality: the window, and two blocks that close it. */
const BLOCKS_TO_CLOSE = 24;

export const tradingDay: Scenario = {
  name: "trading-day",
  summary:
    "fifteen trades of a day in one batch: what each costs at two gas prices, its data alone, and when it is final",
  async play(stage) {
    const { sequencer, alice, bob, carol } = stage.cast;
    const { params, node } = stage;

    await postBond(stage, sequencer, params.batchBond);
    for (const trader of [alice, bob, carol]) await deposit(stage, trader, 10n * ETH);
    await depositTokens(stage, alice, 10n * TOKENS);
    await depositTokens(stage, carol, 10n * TOKENS);

    const morning = trades(stage).slice(0, 9);
    const afternoon = trades(stage).slice(9);
    await send(stage, "the morning's trades", morning);
    await wait(stage, 4n * 3600n, "noon");
    await send(stage, "the afternoon's trades", afternoon);
    const { id, segments, transactions } = await commitHonest(stage);
    stage.check("trades of the day", 15, transactions.length);
    const { committedAt } = node.derivation.batch(id);
    await wait(stage, params.challengeWindow, "the challenge window closes");
    await finalizeAllowed(stage, sequencer);
    const seconds = Number((await stage.now()) - committedAt);
    await claimAll(stage, bob);

    await tell(stage, [...morning, ...afternoon], id, segments, seconds);
    return {
      gains: {
        sequencer: { wallet: -params.batchBond, bond: params.batchBond },
        alice: { wallet: -10n * ETH - 2n * params.baseEnqueuePrice, tokens: -10n * TOKENS },
        bob: { wallet: -10n * ETH - params.baseEnqueuePrice + ETH },
        carol: { wallet: -10n * ETH - 2n * params.baseEnqueuePrice, tokens: -10n * TOKENS },
      },
      burnedBonds: 0n,
      queuePlaces: 5,
      head: 1n,
      finalized: 1n,
    };
  },
};

/** Tokens for ETH between three people, and one who takes his profit home. */
function trades({ cast, token }: Stage): readonly Call[] {
  const { alice, bob, carol } = cast;
  const swap = (seller: typeof alice, buyer: typeof alice, i: bigint) => [
    pay(seller, buyer, TOKENS + i, token),
    pay(buyer, seller, ETH / 10n + (i * ETH) / 1000n),
  ];
  return [
    ...[1n, 2n, 3n].flatMap((i) => swap(alice, bob, i)),
    ...[4n, 5n].flatMap((i) => swap(carol, bob, i)),
    ...[6n, 7n].flatMap((i) => swap(bob, alice, i)),
    withdraw(bob, ETH),
  ];
}

async function tell(
  stage: Stage,
  calls: readonly Call[],
  id: Hex,
  segments: number,
  seconds: number,
): Promise<void> {
  const { node, timeline, params } = stage;
  const gasOf = (what: string) => timeline.find((event) => event.what.startsWith(what))?.gas ?? 0n;
  const committing = gasOf("commits batch");
  const all = committing + gasOf("makes 1 batch");
  const count = BigInt(calls.length);
  const { transaction } = node.derivation.batch(id);
  const sent = await node.chain.provider.getTransaction(transaction);
  const data = getBytes(sent?.data ?? "0x");
  const average = all / count;
  const dataAverage = floorGas(data) / count;

  stage.table({
    title: "The day's trades",
    columns: ["", "what", "L2 fee", `L1 gas, 1/${count} of the batch's`, "final after"],
    rows: calls.map((call, i) => [
      String(i + 1),
      `${call.from.name} ${call.kind === Kind.withdrawEth ? "withdraws" : "pays"} ${amountOf(call)}`,
      ether(feeOf(call)),
      String(average),
      minutes(seconds),
    ]),
  });
  const promised = gasPromised(calls.length, segments);
  stage.figure({ what: "L1 gas a trade, commit and finality", unit: "gas", promised, measured: average });
  for (const price of GAS_PRICES) {
    stage.figure({
      what: `L1 cost a trade at ${gwei(price)}`,
      ...{ unit: "wei", promised: promised * price, measured: average * price },
    });
    stage.figure({
      what: `of it, the data as calldata, at ${gwei(price)}`,
      ...{
        unit: "wei",
        promised: dataPromised(calls.length, segments) * price,
        measured: dataAverage * price,
      },
    });
  }
  const onL1 = calls.reduce((sum, { token }) => sum + (token === undefined ? ON_L1.eth : ON_L1.token), 0n);
  stage.figure({
    what: "L1 gas a trade, at most what the same trades cost on L1 itself",
    ...{ unit: "gas", promised: onL1 / count, measured: average },
  });
  stage.figure({
    what: "finality of a trade nobody doubts, after its commit",
    unit: "seconds",
    promised: params.challengeWindow + BigInt(BLOCKS_TO_CLOSE),
    measured: BigInt(seconds),
  });
}

function amountOf({ token, amount }: Call): string {
  return token === undefined ? ether(amount) : `${amount} tokens`;
}

// Plays a history on the contracts and on the model, and compares them after every call and the derivation at the end.

import { expect } from "chai";
import type { DeployOptions } from "../../src/chain/deploy.ts";
import { disputeOf, exitName, recordName, turnOf, type View } from "../../src/chain/view.ts";
import { INSTANCES, toAddress } from "../../src/model/index.ts";
import { BONDED, type Asset, type Step, USERS, type User } from "./calls.ts";
import { HistoryChain } from "./chain.ts";
import { Generator } from "./generate.ts";
import { balanceOf, batchOn, genesisOf, type Layer2Batch, type Setting, verdictOf } from "./layer2.ts";
import { type Facts, Model, openOf, type Outcome } from "./model.ts";
import { type ProofMaker, standIn } from "./proofs.ts";

const ETHER = 10n ** 18n;

/** Short windows, and every role, limit and delay that there is. */
const OVERRIDES = {
  primaryTimeout: 45n,
  longestPause: 40n,
  pauseCooldown: 160n,
  maxForced: 5n,
  earliestFinality: 8n,
  exitLimitBps: 2_500n,
  exitDelay: 100n,
} as const;

export interface PlayOptions {
  readonly prove?: ProofMaker;
  readonly deploy?: Partial<DeployOptions>;
  /** Whether the verifier breaks now and then; real ones do not. */
  readonly breaks?: boolean;
}

/** How a step of a history ended. */
export interface End extends Step, Outcome {}

export interface Played {
  readonly ends: readonly End[];
}

export async function play(seed: string, length: number, options: PlayOptions = {}): Promise<Played> {
  const { prove = standIn, breaks = true } = options;
  const chain = await HistoryChain.start(genesisOf, prove, {
    ...options.deploy,
    overrides: { ...OVERRIDES, ...options.deploy?.overrides },
  });
  const { setting, parameters } = chain;
  const genesis = factsOf(setting, genesisOf(setting));
  const model = new Model(parameters, INSTANCES[setting.instance].n, chain.wall, genesis);
  const generator = new Generator(seed, model, { breaks });
  const ends: End[] = [];
  let step: Step | undefined;
  try {
    for (let i = 0; i < BONDED.length + length; i++) {
      step = i < BONDED.length ? firstBond(i) : generator.next();
      ends.push({ ...step, ...(await playStep(chain, model, step)) });
    }
    await compareDerived(chain, model);
  } catch (error) {
    const its = `in step ${ends.length} of the history of seed ${seed}: ${show(step)}`;
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n    ${its}`, {
      cause: error,
    });
  }
  return { ends };
}

function firstBond(i: number): Step {
  const account = BONDED[i] ?? "prover";
  return {
    from: "guardian",
    wait: 1n,
    baseFee: 10n ** 9n,
    call: { kind: "depositBond", account, amount: 12n * ETHER },
  };
}

async function playStep(chain: HistoryChain, model: Model, step: Step): Promise<Outcome> {
  const { call } = step;
  let layer2: Layer2Batch | undefined;
  if (call.kind === "commit") {
    const parent = chain.committed[call.parent]?.layer2 as Layer2Batch;
    layer2 = batchOn(chain.setting, parent, chain.itemsOf(call), call.data, call.lie);
  }
  if (call.kind === "escape") await chain.node.derivation.sync();
  const actual = await chain.execute(step, layer2);
  const expected = model.apply(step, layer2 && factsOf(chain.setting, layer2));
  expect(actual, "the outcome").to.deep.equal(expected);
  expect(await chain.read(), "the state").to.deep.equal(stateOf(model));
  return actual;
}

function factsOf(setting: Setting, { segments, end, exits }: Layer2Batch): Facts {
  const userOf = (address: bigint) => USERS.find((user) => setting.wallets[user].address === address) as User;
  const balancesOf = (asset: Asset) =>
    Object.fromEntries(
      USERS.map((user) => [user, end === undefined ? 0n : balanceOf(end, setting, asset, user)]),
    ) as Record<User, bigint>;
  return {
    verdicts: segments.map(verdictOf),
    exits: exits.map(({ token, recipient, amount }) => ({
      asset: token === 0n ? "eth" : "token",
      to: userOf(recipient),
      amount,
    })),
    fees: end?.fees ?? 0n,
    balances: { eth: balancesOf("eth"), token: balancesOf("token") },
  };
}

/** The model's state in the form in which `HistoryChain.read` gives the contracts'. */
function stateOf(model: Model): Awaited<ReturnType<HistoryChain["read"]>> {
  const { clock, batches, queue } = model;
  return {
    head: model.live.length - 1,
    finalized: model.finalized,
    frozen: model.frozen,
    commits: batches.length - 1,
    open: model.open,
    headQueueEnd: model.head.queueEnd,
    finalizedQueueEnd: model.lastFinal.queueEnd,
    primarySlashed: model.primarySlashed,
    primaryLive: clock.now < model.primaryUntil,
    time: clock.now,
    paused: clock.paused,
    queueLength: queue.length,
    price: model.price,
    burnedPrices: model.burnedPrices,
    custody: { ...model.custody },
    fees: model.fees,
    feesPutOff: model.feesPutOff,
    room: model.frozen ? model.custody.eth : model.room("eth"),
    burnedBonds: model.burnedBonds,
    bonds: BONDED.flatMap((actor) => [model.available[actor] ?? 0n, model.locked[actor] ?? 0n]),
    disputes: batches
      .slice(1)
      .slice(-6)
      .map(({ proven, recorded, fate, refunded }) => ({
        proven: bitmap(proven),
        recorded: bitmap(recorded),
        refuted: fate === "refuted",
        refunded,
      })),
  };
}

/** What the node derives from L1's events is what the model went through. */
async function compareDerived(chain: HistoryChain, model: Model): Promise<void> {
  const view = await chain.node.derivation.sync();
  const idOf = (ordinal: number) => chain.committed[ordinal]?.id;
  expect(
    view.live.map(({ id }) => id),
    "live batches",
  ).to.deep.equal(model.live.map(({ ordinal }) => idOf(ordinal)));
  const dead = model.batches.filter(({ fate }) => fate === "pruned" || fate === "refuted");
  expect(new Set(view.dead.map(({ id }) => id)), "dead batches").to.deep.equal(
    new Set(dead.map(({ ordinal }) => idOf(ordinal))),
  );
  expect(summaryOf(view, chain), "the derived state").to.deep.equal({
    finalized: model.finalized,
    frozen: model.frozen,
    primarySlashed: model.primarySlashed,
    commits: model.batches.length - 1,
    queue: model.queue.map(({ amount, at }) => ({ amount, at })),
    burned: model.burnedPrices,
    opened: model.batches.filter(({ opened }) => opened).map(({ number }) => number),
    claimed: model.batches
      .flatMap(({ number, claimed }) => [...claimed].map((index) => exitName(BigInt(number), BigInt(index))))
      .sort(),
    waiting: [...model.waiting].map(([name, from]) => `${chain.paymentName(name)} ${from}`).sort(),
    reclaimed: model.queue.flatMap(({ reclaimed }, i) => (reclaimed ? [i] : [])),
    stateOpened: model.stateOpened,
    escaped: [...model.escaped]
      .map(([name, unpaid]) => {
        const [asset, user] = name.split(":") as [Asset, User];
        return `${recordName(chain.tokenOf(asset).toLowerCase(), chain.address(user))} ${unpaid === 0n}`;
      })
      .sort(),
  });
  for (const { ordinal, proven, recorded, refunded, challenges } of model.batches.slice(1)) {
    const its = disputeOf(view, idOf(ordinal) as string);
    expect(
      {
        proven: [...its.proven].sort(),
        recorded: [...its.recorded].sort(),
        refunded: its.refunded,
        challenges: its.challenges
          .map(({ segment, challenger, deadline, bond, outcome }) => ({
            segment,
            challenger,
            deadline,
            bond,
            outcome,
          }))
          .sort((a, b) => a.segment - b.segment),
      },
      `the disputes of batch ${ordinal}`,
    ).to.deep.equal({
      proven: [...proven].sort(),
      recorded: [...recorded].sort(),
      refunded,
      challenges: [...challenges]
        .map(([segment, { challenger, deadline, bond, outcome }]) => ({
          segment,
          challenger: chain.address(challenger),
          deadline,
          bond,
          outcome,
        }))
        .sort((a, b) => a.segment - b.segment),
    });
  }
  const turn = turnOf(view, toAddress(1n), chain.parameters);
  expect(view.time < turn, "whether the primary is live").to.equal(model.clock.now < model.primaryUntil);
  expect(model.open, "open challenges").to.equal(
    model.batches.reduce((sum, batch) => sum + openOf(batch), 0),
  );
}

function summaryOf(view: View, { committed }: HistoryChain) {
  return {
    finalized: Number(view.finalized),
    frozen: view.frozen,
    primarySlashed: view.primarySlashed,
    commits: committed.length - 1,
    queue: view.queue.map(({ amount, enqueuedAt: at }) => ({ amount, at })),
    burned: view.queue.reduce((sum, { price }) => sum + price, 0n),
    opened: [...view.opened].map(Number).sort((a, b) => a - b),
    claimed: [...view.claimed].sort(),
    waiting: [...view.delayed].map(([payment, { payableFrom }]) => `${payment} ${payableFrom}`).sort(),
    reclaimed: [...view.escape.reclaimed].map(Number).sort((a, b) => a - b),
    stateOpened: view.escape.root !== undefined,
    escaped: [...view.escape.escaped].map(([name, { paid }]) => `${name} ${paid}`).sort(),
  };
}

function bitmap(segments: ReadonlySet<number>): bigint {
  return [...segments].reduce((bits, segment) => bits | (1n << BigInt(segment)), 0n);
}

export function show(step: Step | undefined): string {
  return JSON.stringify(step, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
}

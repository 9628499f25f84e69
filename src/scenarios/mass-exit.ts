// Everybody leaves a frozen rollup at once, whole subtrees of the state in one call; and what that costs when they are many.

import { Contract, parseEther } from "ethers";
import type { Scenario } from "./scenario.ts";
import { crowdOf } from "./support/crowd.ts";
import { checkEmpty, freeze, leaveTogether, returnDeposits } from "./support/exit-verbs.ts";
import { feeOf, pay } from "./support/l2-calls.ts";
import { rewardOf } from "./support/prediction.ts";
import { gasOf, type SimulatedExit, simulateExit } from "./support/simulated-exit.ts";
import type { Stage } from "./support/stage.ts";
import {
  challengeBlindly,
  claimFeesOf,
  commitHonest,
  deposit,
  depositTokens,
  finalizeAllowed,
  postBond,
  send,
  wait,
  watch,
} from "./support/verbs.ts";

/** Who is paid in ETH, and how many of them in tokens, too. */
const CROWD = 44;
const HOLDERS = 12;
const PAID = parseEther("0.01");
const GIVEN_TOKENS = 100n;
const PAID_TO_ALL = BigInt(CROWD) * PAID;
const TOKENS_TO_ALL = BigInt(HOLDERS) * GIVEN_TOKENS;

/** Full subtrees of the largest size, the sentinel's leaf aside. */
const SIMULATED = 5 * 81 - 1;

/** Gas of a record's exit in a full subtree of 81 leaves, crediting and payment together: docs/security.md §5.5. */
const GAS_A_RECORD = 140_000n;
const TOLERANCE_PERCENT = 15n;

export const massExit: Scenario = massExitOf(SIMULATED);

/** With so many simulated balances beside the real ones. */
export function massExitOf(simulated: number): Scenario {
  return {
    name: "mass-exit",
    summary:
      "everybody leaves a frozen rollup in a few calls, and the same with a state of many simulated balances, with its gas",
    async play(stage) {
      const { sequencer, watchtower, challenger, prover, alice, bob, carol } = stage.cast;
      const { params, token, crowd } = stage;

      await postBond(stage, sequencer, 2n * params.batchBond);
      await postBond(stage, challenger, params.minChallengeBond);
      await deposit(stage, alice, parseEther("2"));
      await depositTokens(stage, alice, 5_000n);
      await commitHonest(stage);
      crowd.push(...crowdOf(CROWD));
      const people = crowd.map((address) => ({ address }));
      const payments = [
        ...people.map((to) => pay(alice, to, PAID)),
        ...people.slice(0, HOLDERS).map((to) => pay(alice, to, GIVEN_TOKENS, token)),
      ];
      await send(stage, "payments to a crowd", payments);
      const { id } = await commitHonest(stage);
      await challengeBlindly(stage, challenger, id, 2);
      await watch(stage, prover, ["answer"], "answers with a validity proof of segment 2");
      await wait(stage, params.challengeWindow, "the challenge window closes");
      await finalizeAllowed(stage, sequencer);

      await deposit(stage, bob, parseEther("1"));
      await wait(stage, params.escapeDelay, "nobody takes bob's deposit");
      await freeze(stage, carol);
      await claimFeesOf(stage, sequencer, [1n, 2n]);
      const left = await leaveTogether(stage, watchtower);
      stage.check("balances that left", CROWD + HOLDERS + 2, left);
      await returnDeposits(stage, watchtower);
      await checkCrowd(stage);
      await checkEmpty(stage);

      const exit = await simulateExit(stage, simulated);
      checkGas(stage, exit);

      const reward = rewardOf(params.minChallengeBond, params);
      const place = params.baseEnqueuePrice;
      const fees = payments.reduce((sum, call) => sum + feeOf(call), 0n);
      return {
        gains: {
          deployer: { wallet: -exit.paid - 2n * place },
          sequencer: { wallet: fees - 2n * params.batchBond, bond: 2n * params.batchBond },
          challenger: { wallet: -params.minChallengeBond },
          prover: { bond: reward },
          alice: { wallet: -PAID_TO_ALL - fees - 2n * place, tokens: -TOKENS_TO_ALL },
          bob: { wallet: -place },
        },
        burnedBonds: params.minChallengeBond - reward,
        queuePlaces: 3,
        head: 2n,
        finalized: 2n,
        frozen: true,
      };
    },
  };
}

/** Everybody has on L1 what the scenario gave it on L2. */
async function checkCrowd(stage: Stage): Promise<void> {
  const { crowd, watchNode, token } = stage;
  const { provider } = watchNode.chain;
  const erc20 = new Contract(token, ["function balanceOf(address) view returns (uint256)"], provider);
  for (const [i, address] of crowd.entries()) {
    stage.check(`crowd member ${i}: ETH on L1`, PAID, await provider.getBalance(address));
    const tokens = await erc20.getFunction("balanceOf")(address);
    stage.check(`crowd member ${i}: tokens on L1`, i < HOLDERS ? GIVEN_TOKENS : 0n, tokens);
  }
}

function checkGas(stage: Stage, { records, escapes, payments }: SimulatedExit): void {
  const each = (gasOf(escapes) + gasOf(payments)) / BigInt(records);
  const off = ((each > GAS_A_RECORD ? each - GAS_A_RECORD : GAS_A_RECORD - each) * 100n) / GAS_A_RECORD;
  stage.check(
    `simulated: whether the gas of a balance is within ${TOLERANCE_PERCENT} % of ${GAS_A_RECORD}`,
    "yes",
    off <= TOLERANCE_PERCENT ? "yes" : `no, ${each}`,
  );
}

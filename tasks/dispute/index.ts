// Disputes one call at a time. The watchtower makes the same calls by itself.

import { BATCH, defineOnDeployment, FROM, group, optional } from "../support/define.ts";

const challenge = defineOnDeployment(
  ["dispute", "challenge"],
  "Posts a bond and demands a proof of one segment; needs no prover",
)
  .addOption(FROM)
  .addOption(BATCH)
  .addOption(optional("segment", "Segment, counted from 0 (default: the first wrong one)"))
  .addFlag({
    name: "unchecked",
    description: "Challenge without re-executing; whoever proves the segment then gets part of the bond",
  })
  .addOption(optional("maxBond", "Most that the bond may be (default: that at twice the present base fee)"))
  .setAction(() => import("./challenge.ts"))
  .build();

const answer = defineOnDeployment(
  ["dispute", "answer"],
  "Answers a challenge with a validity proof of that segment; half of the challenger's bond pays it",
)
  .addOption({ ...FROM, description: "Account that sends and is paid: index or address" })
  .addOption(BATCH)
  .addOption(optional("segment", "Segment, counted from 0 (default: the first open challenge's)"))
  .setAction(() => import("./answer.ts"))
  .build();

const refute = defineOnDeployment(
  ["dispute", "refute"],
  "Rolls a wrong batch back, with all after it, by a fraud proof of its first wrong segment",
)
  .addOption({ ...FROM, description: "Account that sends and is paid: index or address" })
  .addOption(BATCH)
  .setAction(() => import("./refute.ts"))
  .build();

const timeout = defineOnDeployment(
  ["dispute", "timeout"],
  "Rolls a batch back whose challenge nobody answered before its deadline; pays the challenger",
)
  .addOption(FROM)
  .addOption(BATCH)
  .addOption(optional("segment", "Segment, counted from 0 (default: the first open challenge's)"))
  .setAction(() => import("./timeout.ts"))
  .build();

const refund = defineOnDeployment(
  ["dispute", "refund"],
  "Gives back the bond of a batch, or of a challenge with --segment, that fell with an ancestor",
)
  .addOption(FROM)
  .addOption(BATCH)
  .addOption(optional("segment", "Segment whose challenge's bond is given back, counted from 0"))
  .setAction(() => import("./refund.ts"))
  .build();

const contradict = defineOnDeployment(
  ["dispute", "contradict"],
  "Freezes the rollup for good: shows the true proof of a segment beside a forged one that L1 accepted",
)
  .addOption(FROM)
  .addOption(optional("transaction", "Hash of the accepted proveFraud or proveValid that is forged"))
  .setAction(() => import("./contradict.ts"))
  .build();

const status = defineOnDeployment(
  ["dispute", "status"],
  "Lists open challenges: who may do what until when, and what it pays",
)
  .addFlag({ name: "all", description: "Also list challenges that are over" })
  .setAction(() => import("./status.ts"))
  .build();

export const disputeTasks = [
  group("dispute", "Challenge, answer, refute, time out, contradict"),
  challenge,
  answer,
  refute,
  timeout,
  refund,
  contradict,
  status,
];

// The end of a scenario: whatever anybody has, on L1 and on L2, against the prediction and the oracle.

import { type Hex, NOTHING_ADDRESS } from "../../chain/types.ts";
import { recordName } from "../../chain/view.ts";
import { flagsOf } from "../../model/index.ts";
import { CAST } from "./actors.ts";
import { changesBetween } from "./ledger.ts";
import type { Prediction } from "./prediction.ts";
import type { Stage } from "./stage.ts";

export async function audit(stage: Stage, prediction: Prediction): Promise<void> {
  await stage.watchNode.derivation.sync();
  await auditMoney(stage, prediction);
  auditBatches(stage, prediction);
  auditL2(stage);
  await auditContracts(stage, prediction);
  await auditFreeze(stage, prediction);
}

/** L1 ether net of gas, bonds, tokens: everybody's, also of those who did nothing. */
async function auditMoney(stage: Stage, { gains }: Prediction): Promise<void> {
  const { ledger, opening } = stage;
  await ledger.scan();
  const changes = changesBetween(opening, await ledger.balances());
  for (const who of CAST) {
    const { wallet = 0n, bond = 0n, locked = 0n, tokens = 0n } = gains[who] ?? {};
    for (const [purse, amount] of Object.entries({ wallet, bond, "locked bond": locked, tokens })) {
      const change = changes.find((its) => its.who === who && its.purse === purse);
      stage.check(`${who}: change of ${purse}`, amount, change?.amount ?? 0n);
    }
  }
}

/** Each live batch has the checkpoints that the oracle computed for it. */
function auditBatches(stage: Stage, prediction: Prediction): void {
  const { live, head, finalized } = stage.watchNode.derivation.view;
  stage.check("live batches", prediction.head, head);
  stage.check("final batches", prediction.finalized, finalized);
  stage.check("batches that the oracle ran", prediction.head, stage.oracle.batches.length);
  for (const { number, checkpoints } of stage.oracle.batches) {
    const claimed = live[Number(number)]?.checkpoints ?? [];
    for (const [i, checkpoint] of checkpoints.entries()) {
      stage.check(`batch ${number}: checkpoint after segment ${i}`, checkpoint, claimed[i]);
    }
    stage.check(`batch ${number}: checkpoints`, checkpoints.length, claimed.length);
  }
}

function auditL2(stage: Stage): void {
  const { oracle, watchNode, token } = stage;
  for (const { name, address } of peopleOf(stage)) {
    const expected = oracle.state.account(BigInt(address));
    const actual = watchNode.account(address);
    stage.check(`${name}: L2 balance`, expected.balance, actual.balance);
    stage.check(`${name}: L2 nonce`, expected.nonce, actual.nonce);
    const tokens = oracle.state.tokenBalance(BigInt(token), BigInt(address));
    stage.check(`${name}: L2 tokens`, tokens, watchNode.tokenBalance(token, address));
  }
}

/** Everybody who may have something on L2. */
function peopleOf({ cast, crowd }: Stage): readonly { readonly name: string; readonly address: Hex }[] {
  return [...Object.values(cast), ...crowd.map((address, i) => ({ name: `crowd member ${i}`, address }))];
}

/** What the contracts hold, and what they say that they owe. */
async function auditContracts(stage: Stage, prediction: Prediction): Promise<void> {
  const { watchNode, params, token, opening, ledger } = stage;
  const { provider, contracts, book } = watchNode.chain;
  const { bridge, bonds } = contracts;
  const queueBurn = BigInt(prediction.queuePlaces) * params.baseEnqueuePrice;
  const ether = liabilities(stage, 0n);
  stage.check("bridge: custody of ETH", ether, await bridge.custody(`0x${"0".repeat(40)}`));
  stage.check("bridge: custody of tokens", liabilities(stage, BigInt(token)), await bridge.custody(token));
  stage.check("bridge: burned for queue places", queueBurn, await bridge.burned());
  stage.check("bridge: balance", ether + queueBurn, await provider.getBalance(book.addresses.bridge));

  stage.check("bonds: burned", prediction.burnedBonds, await bonds.burned());
  const now = await ledger.balances();
  const held = CAST.reduce((sum, who) => sum + now.of[who].bond + now.of[who]["locked bond"], 0n);
  const before = CAST.reduce((sum, who) => sum + opening.of[who].bond + opening.of[who]["locked bond"], 0n);
  stage.check("bonds: nobody else has any", 0n, before);
  const balance = await provider.getBalance(book.addresses.bonds);
  stage.check("bonds: balance", held + prediction.burnedBonds, balance);
}

/** Who has left a frozen rollup, by L1, by the nodes and by what the actors did; nobody leaves one that runs. */
async function auditFreeze(stage: Stage, { frozen = false }: Prediction): Promise<void> {
  const { watchNode, oracle, token, escaped, reclaimed } = stage;
  const { rollup, bridge } = watchNode.chain.contracts;
  const { view } = watchNode.derivation;
  stage.check("frozen", frozen, view.frozen);
  stage.check("frozen, by L1", frozen, await rollup.frozen());
  const paid = [...view.escape.escaped].filter(([, record]) => record.paid).map(([name]) => name);
  stage.check("balances that escaped", [...escaped].sort().join(), paid.sort().join());
  const returned = [...view.escape.reclaimed].sort();
  stage.check("deposits that returned", [...reclaimed].sort().join(), returned.join());
  if (!frozen) return;
  stage.check("queue items of final batches", oracle.consumed, await rollup.finalizedQueueEnd());
  for (const { name, address } of peopleOf(stage)) {
    for (const [what, asset] of [
      ["ETH", NOTHING_ADDRESS],
      ["tokens", token],
    ] as const) {
      const [unpaid, done] = await bridge.escapeOf(asset, address);
      stage.check(`${name}: ${what} escaped`, escaped.has(recordName(asset, address)), done);
      stage.check(`${name}: ${what} credited and not paid`, 0n, unpaid);
    }
  }
}

/** By the oracle: L2 balances, deposits that wait, exits and fees that nobody has been paid yet. */
function liabilities(stage: Stage, token: bigint): bigint {
  const { oracle, paid, feesPaid, escaped, reclaimed } = stage;
  const ofEther = token === 0n;
  const asset = ofEther ? NOTHING_ADDRESS : stage.token;
  const balances = peopleOf(stage)
    .filter(({ address }) => !escaped.has(recordName(asset, address)))
    .map(({ address }) => BigInt(address))
    .map((account) =>
      ofEther ? oracle.state.account(account).balance : oracle.state.tokenBalance(token, account),
    );
  const waiting = oracle.waiting.items
    .filter((_, i) => !reclaimed.has(oracle.consumed + BigInt(i)))
    .filter((item) => item.token === token && !flagsOf(item.kind).debit)
    .map(({ amount }) => amount);
  const exits = oracle.batches
    .flatMap((batch) => batch.exits)
    .filter((exit) => exit.token === token && !paid.has(`${exit.number}:${exit.index}`))
    .map(({ amount }) => amount);
  const fees = oracle.batches
    .filter(({ number }) => ofEther && !feesPaid.has(number))
    .map((batch) => batch.fees);
  return [...balances, ...waiting, ...exits, ...fees].reduce((sum, amount) => sum + amount, 0n);
}

// A history's calls on the real contracts of an in-process chain, and what the contracts say afterwards.

import { Contract, ContractFactory, getBytes, hexlify, type Signer, ZeroAddress } from "ethers";
import hre from "hardhat";
import { type DeployOptions, deploy } from "../../src/chain/deploy.ts";
import type { Parameters } from "../../src/chain/presets.ts";
import { explainFailure } from "../../src/chain/reverts.ts";
import type { SegmentOpening } from "../../src/chain/types.ts";
import { exitPayment, feePayment } from "../../src/chain/view.ts";
import { isLuntraError } from "../../src/errors.ts";
import {
  type Batch,
  batchId,
  dataCommitment,
  type Hash,
  type Header,
  INSTANCES,
  Kind,
  openSegment,
  type QueueItem,
  queueChain,
  toAddress,
  toBytes32,
} from "../../src/model/index.ts";
import { escapeCall, singleLeaf } from "../../src/node/escape-proof.ts";
import { developmentWallet } from "../../src/node/l2-wallet.ts";
import { type Node, openNode } from "../../src/node/node.ts";
import { loadFastHash } from "../../src/prover/fast-hash.ts";
import { artifacts, type Connection, standInVerifier } from "../support/node-harness.ts";
import {
  ACTORS,
  type Actor,
  type Asset,
  BONDED,
  type Call,
  type Ordinal,
  type Step,
  USERS,
} from "./calls.ts";
import { BASE_FEE, balanceOf, keyOf, type Layer2Batch, type Segment, type Setting } from "./layer2.ts";
import type { Outcome } from "./model.ts";
import type { ProofMaker } from "./proofs.ts";

export const L2_CHAIN_ID = 4_100_000_000_000_001n;
const GAS = { gasLimit: 15_000_000n, maxFeePerGas: 200n * 10n ** 9n, maxPriorityFeePerGas: 0n };
const GARBAGE = `0x${"11".repeat(64)}`;
const FEE_RECIPIENT = `0x${"fe".repeat(20)}`;
const EMPTY = toBytes32(0n);

/** A committed batch with all that later calls need to name or open it. */
interface Committed {
  readonly batch: Batch;
  readonly id: string;
  readonly parent: Ordinal;
  readonly layer2: Layer2Batch;
}

interface Prepared {
  readonly parent: Batch;
  readonly header: Header;
  readonly checkpoints: string[];
  readonly data: string[];
  readonly layer2: Layer2Batch;
}

export class HistoryChain {
  readonly node: Node;
  readonly setting: Setting;
  readonly parameters: Parameters;
  readonly committed: Committed[];
  /** As enqueued. */
  readonly items: QueueItem[] = [];
  readonly #connection: Connection;
  readonly #signers: Readonly<Record<Actor, Signer>>;
  readonly #addresses: Readonly<Record<Actor, string>>;
  readonly #prove: ProofMaker;
  wall: bigint;

  private constructor(
    node: Node,
    setting: Setting,
    connection: Connection,
    people: readonly [Readonly<Record<Actor, Signer>>, Readonly<Record<Actor, string>>],
    genesis: Committed,
    prove: ProofMaker,
    wall: bigint,
  ) {
    this.node = node;
    this.setting = setting;
    this.parameters = node.chain.book.parameters;
    this.committed = [genesis];
    this.#connection = connection;
    [this.#signers, this.#addresses] = people;
    this.#prove = prove;
    this.wall = wall;
  }

  static async start(
    genesis: (setting: Setting) => Layer2Batch,
    prove: ProofMaker,
    options: Partial<DeployOptions>,
  ): Promise<HistoryChain> {
    const connection = await hre.network.create();
    const signers = (await connection.ethers.getSigners()) as unknown as Signer[];
    const [deployer, ...others] = signers as [Signer, ...Signer[]];
    const bySigner = Object.fromEntries(ACTORS.map((actor, i) => [actor, others[i]])) as Record<
      Actor,
      Signer
    >;
    const byAddress = {} as Record<Actor, string>;
    for (const actor of ACTORS) byAddress[actor] = (await bySigner[actor].getAddress()).toLowerCase();
    const book = await deploy({
      deployer,
      artifacts,
      network: "test",
      preset: "local",
      instance: "mini",
      verifiers: [await standInVerifier(deployer, "mini")],
      l2ChainId: L2_CHAIN_ID,
      ...options,
      overrides: { ...options.overrides, guardian: byAddress.guardian, primary: byAddress.primary },
    });
    const provider = connection.ethers.provider as unknown as NonNullable<Signer["provider"]>;
    const hash: Hash = await loadFastHash();
    const node = await openNode(book, artifacts, provider, { hash });
    const token = await demoToken(
      deployer,
      USERS.map((user) => bySigner[user]),
      book.addresses.bridge,
    );
    const wallets = Object.fromEntries(
      USERS.map((user) => {
        const { address, privateKey } = developmentWallet(1 + ACTORS.indexOf(user), 31337n);
        return [user, { address: BigInt(address), privateKey: getBytes(privateKey) }];
      }),
    ) as Setting["wallets"];
    const setting = { instance: book.instance, l2ChainId: book.l2ChainId, hash, token, wallets };
    const { header, counter } = genesisBatch(await node.derivation.sync());
    const first = {
      batch: { header, counter },
      id: batchId({ header, counter }),
      parent: 0,
      layer2: genesis(setting),
    };
    const block = await provider.getBlock("latest");
    const wall = BigInt(block?.timestamp ?? 0);
    return new HistoryChain(node, setting, connection, [bySigner, byAddress], first, prove, wall);
  }

  address(actor: Actor): string {
    return this.#addresses[actor];
  }

  tokenOf(asset: Asset): string {
    return asset === "eth" ? ZeroAddress : this.setting.token;
  }

  /** Items that a commit of this call on its parent takes. */
  itemsOf({ parent, items }: Call & { kind: "commit" }): readonly QueueItem[] {
    const start = Number((this.committed[parent] as Committed).batch.header.queueEnd);
    return this.items.slice(start, start + items);
  }

  /** Mines the call and tells how it ended. */
  async execute(step: Step, layer2: Layer2Batch | undefined): Promise<Outcome> {
    this.wall += step.wait;
    const { networkHelpers } = this.#connection;
    const prepared =
      step.call.kind === "commit" ? this.#prepare(step.call, layer2 as Layer2Batch) : undefined;
    const [to, data, value] = await this.#encode(step, prepared);
    await networkHelpers.time.setNextBlockTimestamp(this.wall);
    await networkHelpers.setNextBlockBaseFeePerGas(step.baseFee);
    try {
      const sent = await this.#signers[step.from].sendTransaction({ to, data, value, ...GAS });
      const receipt = await sent.wait();
      if (prepared !== undefined) this.#remember(step.call as Call & { kind: "commit" }, prepared);
      if (step.call.kind === "deposit" || step.call.kind === "force")
        this.items.push(this.#item(step.from, step.call));
      if (step.call.kind !== "claim" && step.call.kind !== "claimFees") return {};
      const { interface: abi } = this.node.chain.contracts.bridge;
      const delayed = abi.getEvent("PaymentDelayed")?.topicHash;
      return { paid: !receipt?.logs.some(({ topics }) => topics[0] === delayed) };
    } catch (error) {
      const refusal = explainFailure(this.node.chain.abis, step.call.kind, error);
      if (!isLuntraError(refusal, "CALL_REVERTED")) throw error;
      return { error: refusal.args.error };
    }
  }

  /** The state as the contracts tell it, in the model's words. */
  async read() {
    const { rollup, challenges, bridge, bonds, clock } = this.node.chain.contracts;
    const { token } = this.setting;
    const [chainState, money, accounts, disputes] = await Promise.all([
      Promise.all([
        rollup.head(),
        rollup.finalized(),
        rollup.frozen(),
        rollup.commitCounter(),
        rollup.openChallenges(),
        rollup.headQueueEnd(),
        rollup.finalizedQueueEnd(),
        rollup.primarySlashed(),
        rollup.primaryLiveUntil(),
        clock.look(),
      ]),
      Promise.all([
        bridge.queueLength(),
        bridge.enqueuePrice(),
        bridge.burned(),
        bridge.custody(ZeroAddress),
        bridge.custody(token),
        bridge.feesOf(FEE_RECIPIENT),
        bridge.feesPutOff(FEE_RECIPIENT),
        bridge.exitRoom(ZeroAddress),
        bonds.burned(),
      ]),
      Promise.all(
        BONDED.flatMap((actor) => [bonds.available(this.address(actor)), bonds.locked(this.address(actor))]),
      ),
      Promise.all(
        this.committed
          .slice(1)
          .slice(-6)
          .map(({ id }) => challenges.disputes(id)),
      ),
    ]);
    const [
      head,
      finalized,
      frozen,
      counter,
      open,
      headQueueEnd,
      finalizedQueueEnd,
      slashed,
      liveUntil,
      look,
    ] = chainState;
    const [queueLength, price, burnedPrices, eth, tokens, fees, feesPutOff, room, burnedBonds] = money;
    return {
      head: Number(head),
      finalized: Number(finalized),
      frozen,
      commits: Number(counter),
      open: Number(open),
      headQueueEnd: Number(headQueueEnd),
      finalizedQueueEnd: Number(finalizedQueueEnd),
      primarySlashed: slashed,
      primaryLive: look.now_ < liveUntil,
      time: look.now_,
      paused: look.paused,
      queueLength: Number(queueLength),
      price,
      burnedPrices,
      custody: { eth, token: tokens },
      fees,
      feesPutOff,
      room,
      burnedBonds,
      bonds: accounts,
      disputes: disputes.map(({ proven, recorded, refuted, refunded }) => ({
        proven,
        recorded,
        refuted,
        refunded,
      })),
    };
  }

  /** Names of waiting payments as the bridge has them. */
  paymentName(name: string): string {
    const [kind, first, second] = name.split(":") as [string, string, string];
    if (kind === "fees") return feePayment(FEE_RECIPIENT, BigInt(first));
    return exitPayment(BigInt(first), BigInt(second));
  }

  #remember({ parent }: Call & { kind: "commit" }, { header, layer2 }: Prepared): void {
    const batch = { header, counter: BigInt(this.committed.length) };
    this.committed.push({ batch, id: batchId(batch), parent, layer2 });
  }

  #prepare({ parent, items, flaw }: Call & { kind: "commit" }, layer2: Layer2Batch): Prepared {
    const { batch, id } = this.committed[parent] as Committed;
    const queueEnd = batch.header.queueEnd + BigInt(items);
    const claims = layer2.segments.map(({ claim }) => claim);
    const data = layer2.segments.flatMap(({ data: one }) => (one.source === "data" ? [one.bytes] : []));
    const previous = BigInt(batch.header.lastCheckpoint);
    const commitment = claims.length === 0 ? EMPTY : dataCommitment({ previous, checkpoints: claims, data });
    const header: Header = {
      number: batch.header.number + (flaw === "number" ? 2n : 1n),
      parent: id,
      lastCheckpoint: toBytes32(claims.at(-1) ?? 0n),
      dataCommitment: flaw === "commitment" ? toBytes32(1n) : commitment,
      queueEnd: flaw === "queueEnd" ? queueEnd + 1000n : queueEnd,
      queueHash: flaw === "queueHash" ? toBytes32(1n) : queueChain(this.items.slice(0, Number(queueEnd))),
      baseFee: BASE_FEE,
      feeRecipient: FEE_RECIPIENT,
    };
    return { parent: batch, header, checkpoints: claims.map(toBytes32), data: data.map(hexlify), layer2 };
  }

  async #encode(step: Step, prepared: Prepared | undefined): Promise<readonly [string, string, bigint]> {
    const { call, baseFee } = step;
    const { rollup, challenges, bridge, bonds, clock } = this.node.chain.contracts;
    const at = async (contract: { getAddress(): Promise<string> }, data: string, value = 0n) =>
      [await contract.getAddress(), data, value] as const;
    const its = "batch" in call ? (this.committed[call.batch] as Committed) : undefined;
    const batch = its?.batch as Batch;
    const id = its?.id as string;
    switch (call.kind) {
      case "commit": {
        const { parent, header, checkpoints, data } = prepared as Prepared;
        return at(rollup, rollup.interface.encodeFunctionData("commit", [parent, header, checkpoints, data]));
      }
      case "finalize":
        return at(rollup, rollup.interface.encodeFunctionData("finalize", [id]));
      case "freezeUnserved":
        return at(rollup, rollup.interface.encodeFunctionData("freezeUnserved", [id]));
      case "challenge": {
        const number = batch.header.number + (call.wrongNumber ? 1n : 0n);
        const bond = await challenges.challengeBondAt(baseFee);
        const most = call.tooLow ? bond - 1n : bond;
        return at(
          challenges,
          challenges.interface.encodeFunctionData("challenge", [number, id, call.segment, most]),
        );
      }
      case "timeout": {
        const args = [batch.header.number, id, call.segment] as const;
        return at(challenges, challenges.interface.encodeFunctionData("timeout", [...args]));
      }
      case "refundBatch":
        return at(challenges, challenges.interface.encodeFunctionData("refundBatch", [batch]));
      case "refundChallenge":
        return at(
          challenges,
          challenges.interface.encodeFunctionData("refundChallenge", [batch, call.segment]),
        );
      case "proveValid":
      case "proveFraud":
      case "recordValid":
        return at(challenges, await this.#proofCall(call, its as Committed));
      case "contradict":
        return at(challenges, await this.#contradiction(call, its as Committed));
      case "depositBond": {
        const account = call.account === undefined ? ZeroAddress : this.address(call.account);
        return at(bonds, bonds.interface.encodeFunctionData("deposit", [account]), call.amount);
      }
      case "withdrawBond":
        return at(
          bonds,
          bonds.interface.encodeFunctionData("withdraw", [this.address(step.from), call.amount]),
        );
      case "deposit": {
        const to = this.address(call.to);
        if (call.asset === "eth") {
          return at(
            bridge,
            bridge.interface.encodeFunctionData("depositEth", [to, call.amount]),
            call.amount + call.most,
          );
        }
        const args = [this.setting.token, to, call.amount] as const;
        return at(bridge, bridge.interface.encodeFunctionData("depositToken", [...args]), call.most);
      }
      case "force": {
        const { kind, recipient, token, amount } = this.#item(step.from, call);
        const code = call.flaw === "kind" ? Kind.depositEth : kind;
        const its = call.flaw === "token" ? this.setting.token : token;
        return at(
          bridge,
          bridge.interface.encodeFunctionData("force", [code, recipient, its, amount]),
          call.most,
        );
      }
      case "openCheckpoint":
      case "openState": {
        const { stateRoot, leafCount, exitRoot, exitCount, fees } = stateOf(its as Committed).preimage();
        const opened = {
          stateRoot: toBytes32(stateRoot),
          leafCount,
          exitRoot: toBytes32(exitRoot),
          exitCount,
          fees: call.forged ? fees + 1n : fees,
        };
        const data =
          call.kind === "openState"
            ? bridge.interface.encodeFunctionData("openState", [batch, opened])
            : bridge.interface.encodeFunctionData("openCheckpoint", [batch, opened]);
        return at(bridge, data);
      }
      case "claim": {
        const { exits } = stateOf(its as Committed);
        const { token, recipient, amount } = exits.exit(call.index);
        const exit = {
          token: toAddress(token),
          recipient: call.flaw === "recipient" ? this.address("griefer") : toAddress(recipient),
          amount: call.flaw === "amount" ? amount + 1n : amount,
        };
        const index = BigInt(call.index) + (call.flaw === "alias" ? 3n ** BigInt(exits.depth) : 0n);
        const path = exits.path(call.index).map(([left, right]) => [toBytes32(left), toBytes32(right)]);
        const args = [batch.header.number, index, exit, path as [string, string][]] as const;
        return at(bridge, bridge.interface.encodeFunctionData("claim", [...args]));
      }
      case "claimFees":
        return at(bridge, bridge.interface.encodeFunctionData("claimFees", [FEE_RECIPIENT, call.amount]));
      case "escape":
        return at(bridge, this.#escape(call));
      case "payEscapes": {
        const accounts = call.accounts.map((user) => this.address(user));
        return at(
          bridge,
          bridge.interface.encodeFunctionData("payEscapes", [this.tokenOf(call.asset), accounts]),
        );
      }
      case "reclaim": {
        const item = this.items[call.index] ?? this.#item("alice", NO_DEPOSIT);
        const shown = call.forged ? { ...item, sender: this.address("griefer") } : item;
        return at(bridge, bridge.interface.encodeFunctionData("reclaim", [call.index, shown]));
      }
      case "pause":
        return at(clock, clock.interface.encodeFunctionData("pause", [call.length]));
      case "resume":
        return at(clock, clock.interface.encodeFunctionData("resume"));
    }
  }

  #item(from: Actor, call: Call & { kind: "deposit" | "force" }): QueueItem {
    const ofToken = call.asset === "token";
    const kinds = {
      deposit: [Kind.depositEth, Kind.depositToken],
      transfer: [Kind.forcedTransferEth, Kind.forcedTransferToken],
      withdraw: [Kind.forcedWithdrawEth, Kind.forcedWithdrawToken],
    } as const;
    return {
      kind: kinds[call.kind === "deposit" ? "deposit" : call.what][ofToken ? 1 : 0],
      sender: this.address(from),
      recipient: this.address(call.to),
      token: this.tokenOf(call.asset).toLowerCase(),
      amount: call.amount,
    };
  }

  #opening({ batch, parent, layer2 }: Committed, segment: number): SegmentOpening {
    const { header } = (this.committed[parent] as Committed).batch;
    const data = layer2.segments.flatMap(({ data: one }) => (one.source === "data" ? [one.bytes] : []));
    const checkpoints = layer2.segments.map(({ claim }) => claim);
    const its = openSegment({ previous: BigInt(header.lastCheckpoint), checkpoints, data }, segment);
    const source = layer2.segments[segment]?.data;
    if (
      dataCommitment({ previous: BigInt(header.lastCheckpoint), checkpoints, data }) !==
      batch.header.dataCommitment
    ) {
      throw new RangeError("the batch is not what it was");
    }
    const items = source?.source === "queue" ? [...source.items] : [];
    return { ...its, data: hexlify(its.data), items, path: [...its.path] };
  }

  /** A proof of what is true of the segment, made for a beneficiary; garbage where nobody knows what is true. */
  async #proofOf(
    its: Committed,
    segment: number,
    previous: string,
    beneficiary: Actor,
    b?: bigint,
  ): Promise<string> {
    const one = its.layer2.segments[segment] as Segment;
    const result = b ?? one.truth;
    if (result === undefined) return GARBAGE;
    const { chainId, addresses } = this.node.chain.book;
    const who = this.address(beneficiary);
    const context = { chainId, rollup: addresses.rollup, batchId: its.id, segment, beneficiary: who };
    const { n } = INSTANCES[this.setting.instance];
    const proof = await this.#prove({
      ...one,
      a: BigInt(previous),
      b: result,
      context,
      n,
      hash: this.setting.hash,
    });
    return hexlify(proof);
  }

  async #proofCall(
    call: Call & { kind: "proveValid" | "proveFraud" | "recordValid" },
    its: Committed,
  ): Promise<string> {
    const { segment, beneficiary, flaw } = call;
    const { interface: abi } = this.node.chain.contracts.challenges;
    const opening = this.#opening(its, segment);
    const maker = flaw === "beneficiary" ? "alice" : beneficiary;
    const made = flaw === "garbage" ? GARBAGE : await this.#proofOf(its, segment, opening.previous, maker);
    const proof = { beneficiary: this.address(beneficiary), proof: made };
    const shown =
      flaw === "opening" ? { ...opening, previous: toBytes32(BigInt(opening.previous) ^ 1n) } : opening;
    if (call.kind === "proveValid") return abi.encodeFunctionData("proveValid", [its.batch, shown, proof]);
    if (call.kind === "recordValid") return abi.encodeFunctionData("recordValid", [its.batch, shown, proof]);
    const { truth, claim } = its.layer2.segments[segment] as Segment;
    const computed = toBytes32(truth ?? claim ^ 1n);
    return abi.encodeFunctionData("proveFraud", [its.batch, shown, computed, proof]);
  }

  async #contradiction({ segment, broken }: Call & { kind: "contradict" }, its: Committed): Promise<string> {
    const opening = this.#opening(its, segment);
    const { truth, claim } = its.layer2.segments[segment] as Segment;
    const results = [truth ?? claim, (truth ?? claim) ^ 1n] as const;
    const make = (b: bigint) => this.#proofOf(its, segment, opening.previous, "prover", b);
    const first = broken || truth !== undefined ? await make(results[0]) : GARBAGE;
    const second = broken ? await make(results[1]) : GARBAGE;
    const beneficiary = this.address("prover");
    const { interface: abi } = this.node.chain.contracts.challenges;
    return abi.encodeFunctionData("contradict", [
      its.batch,
      opening,
      [toBytes32(results[0]), toBytes32(results[1])],
      [
        { beneficiary, proof: first },
        { beneficiary, proof: second },
      ],
    ]);
  }

  #escape({ asset, of, flaw }: Call & { kind: "escape" }): string {
    const { finalized, live } = this.node.derivation.view;
    const last = this.committed.find(({ id }) => id === live[Number(finalized)]?.id) as Committed;
    const state = stateOf(last);
    const { index, leaf } = state.tree.lookup(keyOf(state, this.setting, asset, of));
    const owner = flaw === "owner" ? this.address("griefer") : this.address(of);
    const amount = balanceOf(state, this.setting, asset, of) + (flaw === "amount" ? 1n : 0n);
    const owned = {
      index,
      token: this.tokenOf(asset),
      account: owner,
      amount,
      nonce: leaf.hi,
      next: leaf.next,
    };
    const { first, leaves, path } = escapeCall(state, singleLeaf(owned));
    return this.node.chain.contracts.bridge.interface.encodeFunctionData("escape", [first, leaves, path]);
  }
}

const NO_DEPOSIT = { kind: "deposit", asset: "eth", to: "alice", amount: 1n, most: 0n } as const;

function stateOf({ layer2 }: Committed) {
  if (layer2.end === undefined) throw new RangeError("nobody knows this batch's last state");
  return layer2.end;
}

function genesisBatch({ live }: { readonly live: readonly Batch[] }): Batch {
  return live[0] as Batch;
}

async function demoToken(deployer: Signer, users: readonly Signer[], bridge: string): Promise<string> {
  const { abi, bytecode } = await artifacts.readArtifact("DemoToken");
  const deployed = await new ContractFactory(abi as never, bytecode, deployer).deploy();
  const address = (await deployed.getAddress()).toLowerCase();
  for (const user of users) {
    const token = new Contract(address, abi as never, user);
    await token.getFunction("mint")(await user.getAddress(), 10n ** 24n);
    await token.getFunction("approve")(bridge, 2n ** 256n - 1n);
  }
  return address;
}

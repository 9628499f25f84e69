// The stage of a scenario: a fresh chain with a fresh rollup, a cast, its money, and a timeline. What actors do is in
// `verbs.ts`.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ContractFactory } from "ethers";
import type { AddressBook } from "../../chain/address-book.ts";
import { ether } from "../../chain/amounts.ts";
import { openChain } from "../../chain/client.ts";
import { deploy } from "../../chain/deploy.ts";
import { larger } from "../../chain/economics.ts";
import type { Parameters } from "../../chain/presets.ts";
import { type Hex, NOTHING_ADDRESS } from "../../chain/types.ts";
import { type Mempool, openMempool } from "../../node/mempool.ts";
import { type Node, openNode } from "../../node/node.ts";
import { INSTANCES } from "../../model/index.ts";
import type { SegmentProver } from "../../prover/segment.ts";
import type { LocalChain, Theatre } from "../scenario.ts";
import { type Cast, castOf, type Name } from "./actors.ts";
import { withBackdoors } from "./broken-verifiers.ts";
import { type Check, type Checkable, check } from "./checks.ts";
import { type Figure, minutes, type Table } from "./figures.ts";
import { type Balances, changesBetween, Ledger } from "./ledger.ts";
import { Oracle } from "./oracle.ts";
import type { TimelineEvent } from "./timeline.ts";

export interface StageOptions {
  readonly onEvent?: ((event: TimelineEvent) => void) | undefined;
  /** Parameters in which the scenario's deployment differs. */
  readonly overrides?: ((cast: Cast) => Partial<Parameters>) | undefined;
  readonly brokenVerifiers?: boolean | undefined;
}

const L2_CHAIN_ID = 4_919_000_000_000_001n;
const PRESET = "testnet";

/** Unless a scenario is about it: nobody has priority, nobody stops time, and exits have no limit. */
const EVERYBODY_ALIKE: Partial<Parameters> = {
  guardian: NOTHING_ADDRESS,
  primary: NOTHING_ADDRESS,
  exitLimitBps: 10_000n,
};

/** Tokens that users start with. */
const TOKENS_EACH = 1_000_000n;
const TOKEN_HOLDERS: readonly Name[] = ["alice", "bob", "carol"];

interface Measured {
  readonly what: string;
  readonly unit: keyof typeof SAY;
  readonly promised: bigint;
  readonly measured: bigint;
}

const SAY = {
  gas: (amount: bigint) => `${amount} gas`,
  wei: ether,
  seconds: (amount: bigint) => minutes(Number(amount)),
} as const;

interface Setting {
  readonly chain: LocalChain;
  readonly book: AddressBook;
  readonly cast: Cast;
  readonly token: Hex;
  readonly prover: SegmentProver;
  readonly node: Node;
  readonly watchNode: Node;
  readonly mempool: Mempool;
  readonly ledger: Ledger;
  readonly start: bigint;
  readonly opening: Balances;
}

export class Stage {
  readonly cast: Cast;
  /** The demo token on L1. */
  readonly token: Hex;
  readonly params: Parameters;
  readonly book: AddressBook;
  readonly prover: SegmentProver;
  /** The sequencer's node, and one that shares nothing with it but L1. */
  readonly node: Node;
  readonly watchNode: Node;
  readonly mempool: Mempool;
  readonly oracle: Oracle;
  /** Records in a segment. */
  readonly n: number;
  readonly timeline: TimelineEvent[] = [];
  readonly checks: Check[] = [];
  /** What was promised, beside what was measured; and what is told besides. */
  readonly figures: Figure[] = [];
  readonly tables: Table[] = [];
  /** Next L2 nonce of each actor, by what it has signed so far. */
  readonly nonces = new Map<Name, bigint>();
  /** Exits (`number:index`) and batches' fees that have been paid out. */
  readonly paid = new Set<string>();
  readonly feesPaid = new Set<bigint>();
  /** After a freeze: balances (`recordName`) and deposits (by place in the queue) that have been paid out. */
  readonly escaped = new Set<string>();
  readonly reclaimed = new Set<bigint>();
  /** Accounts besides the cast's that have something on L2. */
  readonly crowd: Hex[] = [];
  readonly ledger: Ledger;
  /** What everybody had when the curtain rose. */
  readonly opening: Balances;
  readonly #setting: Setting;
  readonly #onEvent: StageOptions["onEvent"];
  /** The second that was set last: also what L1 refuses happens in it, though no block shows it. */
  #nextTime = 0n;

  private constructor(setting: Setting, { onEvent }: StageOptions) {
    this.cast = setting.cast;
    this.token = setting.token;
    this.params = setting.book.parameters;
    this.book = setting.book;
    this.oracle = new Oracle(setting.book.instance);
    this.n = INSTANCES[setting.book.instance].n;
    this.prover = setting.prover;
    this.node = setting.node;
    this.watchNode = setting.watchNode;
    this.mempool = setting.mempool;
    this.ledger = setting.ledger;
    this.opening = setting.opening;
    this.#setting = setting;
    this.#onEvent = onEvent;
  }

  static async open(theatre: Theatre, options: StageOptions = {}): Promise<Stage> {
    const { overrides, brokenVerifiers } = options;
    const chain = await theatre.openChain();
    const { provider, signers } = chain;
    const { artifacts, instance, verifiers, hash, prover } = theatre;
    const { chainId } = await provider.getNetwork();
    const cast = castOf(signers, chainId);
    const book = await deploy({
      deployer: cast.deployer.signer,
      artifacts,
      network: "scenario",
      preset: PRESET,
      instance,
      verifiers: brokenVerifiers ? await withBackdoors(theatre, cast.deployer.signer) : verifiers,
      overrides: { ...EVERYBODY_ALIKE, ...overrides?.(cast) },
      l2ChainId: L2_CHAIN_ID,
    });
    const token = await deployToken(theatre, cast);
    const open = async () => {
      const node = await openNode(book, artifacts, provider, { hash });
      await node.derivation.sync();
      return node;
    };
    const [node, watchNode] = [await open(), await open()];
    const block = await provider.getBlockNumber();
    const ledger = new Ledger(await openChain(book, artifacts, provider), cast, token, block);
    const opening = await ledger.balances();
    const start = node.derivation.view.l1.timestamp;
    const mempool = await openMempool(await mkdtemp(join(tmpdir(), "luntra-scenario-")));
    const tools = { node, watchNode, mempool, ledger, prover };
    return new Stage({ chain, book, cast, token, start, opening, ...tools }, options);
  }

  async close(): Promise<void> {
    await rm(this.mempool.directory, { recursive: true, force: true });
    await this.#setting.chain.close();
  }

  /** One line of the timeline. `what` may depend on how it went. */
  async step<T>(
    who: Name | "everybody" | "clock" | "L1",
    what: string | ((result: T) => string),
    action: () => Promise<T>,
  ): Promise<T> {
    const { ledger, timeline } = this;
    await ledger.scan();
    const before = await ledger.balances();
    const started = performance.now();
    const result = await action();
    const wallMs = Math.round(performance.now() - started);
    const transactions = await ledger.scan();
    const now = await this.now();
    const event: TimelineEvent = {
      at: larger(now, this.#nextTime) - this.#setting.start,
      wallMs,
      who,
      what: typeof what === "string" ? what : what(result),
      gas: transactions.reduce((sum, { gasUsed }) => sum + gasUsed, 0n),
      transactions,
      changes: changesBetween(before, await ledger.balances()),
    };
    timeline.push(event);
    this.#onEvent?.(event);
    return result;
  }

  check(what: string, expected: Checkable, actual: Checkable): void {
    this.checks.push(check(what, expected, actual));
  }

  /** A promise that is not kept is a check that fails. */
  figure({ what, unit, promised, measured }: Measured): void {
    const kept = measured <= promised;
    const say = SAY[unit];
    this.figures.push({ what, promised: say(promised), measured: say(measured), kept });
    this.check(`promise: ${what}`, true, kept);
  }

  table(table: Table): void {
    this.tables.push(table);
  }

  async increaseTime(seconds: bigint): Promise<void> {
    await this.#setting.chain.increaseTime(seconds);
  }

  /** What is sent next gets into a block of just this second. */
  async setNextTime(second: bigint): Promise<void> {
    await this.#setting.chain.setNextTime(second);
    this.#nextTime = second;
  }

  /** Up to here L1 is as it is. The returned function drops all that came after, money and gas included; time does not go back. */
  async fork(): Promise<() => Promise<void>> {
    const { ledger } = this;
    await ledger.scan();
    const [forget, drop] = [ledger.mark(), await this.#setting.chain.snapshot()];
    return async () => {
      const now = await this.now();
      await drop();
      forget();
      await this.setNextTime(now + 1n);
    };
  }

  /** L1's clock at its latest block. */
  async now(): Promise<bigint> {
    const block = await this.#setting.chain.provider.getBlock("latest");
    return BigInt(block?.timestamp ?? 0);
  }
}

async function deployToken({ artifacts }: Theatre, { deployer, ...cast }: Cast): Promise<Hex> {
  const { abi, bytecode } = await artifacts.readArtifact("DemoToken");
  const token = await new ContractFactory(abi as never, bytecode, deployer.signer).deploy();
  await token.waitForDeployment();
  for (const name of TOKEN_HOLDERS) {
    const holder = cast[name as Exclude<Name, "deployer">];
    const minted = await token.getFunction("mint")(holder.address, TOKENS_EACH);
    await minted.wait();
  }
  return (await token.getAddress()).toLowerCase();
}

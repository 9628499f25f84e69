// ethers, as it is, as a client of the L2.

import { expect } from "chai";
import { Contract, isError, type Log, parseEther, type Wallet, WebSocketProvider } from "ethers";
import { BRIDGE_ADDRESS } from "../../src/l2/events.ts";
import { ETHER, l2Wallet } from "../support/node-harness.ts";
import { type RpcRig, startRpcRig } from "../support/rpc-harness.ts";
import { GWEI, until } from "../support/sequencer-harness.ts";

const BOB = l2Wallet("bob");

const ERC20 = [
  "function name() view returns (string)",
  "function symbol() view returns (string)",
  "function decimals() view returns (uint8)",
  "function totalSupply() view returns (uint256)",
  "function balanceOf(address) view returns (uint256)",
  "function allowance(address, address) view returns (uint256)",
  "function transfer(address, uint256) returns (bool)",
  "function approve(address, uint256) returns (bool)",
  "event Transfer(address indexed from, address indexed to, uint256 value)",
];
const BRIDGE = [
  "function withdrawEth(address recipient) payable",
  "function withdrawToken(address token, address recipient, uint256 amount)",
  "event Deposit(address indexed token, address indexed sender, address indexed recipient, uint256 amount, uint256 item)",
  "event Withdrawal(address indexed token, address indexed sender, address indexed recipient, uint256 amount, uint256 batch, uint256 exit)",
];

describe("ethers on the L2", () => {
  let rig: RpcRig;
  let alice: Wallet;

  before(async () => {
    rig = await startRpcRig();
  });

  after(() => rig.close());

  // A database of its own takes seconds; an account of its own is enough for a test here.
  beforeEach(function () {
    alice = l2Wallet(this.currentTest?.title ?? "");
  });

  it("pays with defaults of its own, waits, and reads the receipt and the blocks", async () => {
    await rig.fund([alice.address]);
    const provider = rig.provider();
    const wallet = alice.connect(provider);
    expect((await provider.getNetwork()).chainId).to.equal(rig.world.book.l2ChainId);

    const sent = await wallet.sendTransaction({ to: BOB.address, value: parseEther("0.25") });
    const receipt = await sent.wait();
    expect(receipt).to.include({ status: 1, hash: sent.hash, from: alice.address, to: BOB.address, type: 2 });
    expect(receipt?.gasUsed).to.equal(21_000n);
    expect(receipt?.gasPrice).to.equal(GWEI);
    expect(receipt?.fee).to.equal(21_000n * GWEI);
    expect(await provider.getBalance(BOB.address)).to.equal(parseEther("0.25"));
    expect(await provider.getBalance(alice.address)).to.equal(ETHER - parseEther("0.25") - 21_000n * GWEI);
    expect(await provider.getTransactionCount(alice.address)).to.equal(1);

    const found = await provider.getTransaction(sent.hash);
    expect(found?.signature.serialized).to.equal(sent.signature.serialized);
    expect(found).to.deep.include({ hash: sent.hash, nonce: 0, type: 2, accessList: [], data: "0x" });
    const block = await provider.getBlock(receipt?.blockNumber ?? -1, true);
    expect(block?.hash).to.equal(receipt?.blockHash);
    expect(block?.transactions).to.deep.equal([sent.hash]);
    expect(block?.getPrefetchedTransaction(sent.hash).from).to.equal(alice.address);
    expect((await provider.getBlock(block?.hash ?? ""))?.number).to.equal(block?.number);
    expect((await provider.getBlock((block?.number ?? 0) - 1))?.hash).to.equal(block?.parentHash);
  });

  it("moves a token through an ordinary Contract", async () => {
    await rig.fund([alice.address]);
    const address = await rig.fundToken(alice.address, 1000n);
    const token = new Contract(address, ERC20, alice.connect(rig.provider()));
    const view = (name: string, ...args: unknown[]) => token.getFunction(name)(...args);
    expect(await Promise.all([view("name"), view("symbol"), view("decimals")])).to.deep.equal([
      "Luntra Demo",
      "DEMO",
      18n,
    ]);
    const before = await rig.provider().getBlockNumber();
    const sent = await token.getFunction("transfer")(BOB.address, 400n);
    const receipt = await sent.wait();
    const [event] = receipt.logs as Log[];
    expect(token.interface.parseLog(event as Log)?.args.toArray()).to.deep.equal([
      alice.address,
      BOB.address,
      400n,
    ]);
    expect(await view("balanceOf", BOB.address)).to.equal(400n);
    expect(await view("totalSupply")).to.equal(1000n);
    expect(await view("totalSupply", { blockTag: 0 })).to.equal(0n);
    expect(await view("balanceOf", BOB.address, { blockTag: before })).to.equal(0n);
    expect(await view("allowance", alice.address, BOB.address)).to.equal(0n);

    const events = await token.queryFilter("Transfer", 0);
    expect(events.map((its) => token.interface.parseLog(its)?.args[2])).to.deep.equal([1000n, 400n]);
  });

  it("refuses what this L2 cannot do, with a reason that ethers reads", async () => {
    await rig.fund([alice.address]);
    const address = await rig.fundToken(alice.address, 10n);
    const token = new Contract(address, ERC20, alice.connect(rig.provider()));
    const reasonOf = async (promise: Promise<unknown>) => {
      const error: unknown = await promise.then(
        () => expect.fail("expected a refusal"),
        (reason: unknown) => reason,
      );
      return isError(error, "CALL_EXCEPTION") ? error.reason : error;
    };
    expect(await reasonOf(token.getFunction("approve")(BOB.address, 1n))).to.match(/no approve/);
    expect(await reasonOf(token.getFunction("transfer")(BOB.address, 11n))).to.match(/exceeds balance/);
    expect(await reasonOf(token.getFunction("transfer").staticCall(BOB.address, 11n))).to.match(
      /exceeds balance/,
    );
    expect(await token.getFunction("transfer").staticCall(BOB.address, 10n)).to.equal(true);
    const payment = alice.connect(rig.provider()).sendTransaction({ to: BOB.address, value: 2n * ETHER });
    expect(isError(await payment.catch((error: unknown) => error), "INSUFFICIENT_FUNDS")).to.equal(true);
  });

  it("withdraws by the bridge predeploy, with the events that it promises", async () => {
    await rig.fund([alice.address]);
    const address = await rig.fundToken(alice.address, 10n);
    const bridge = new Contract(BRIDGE_ADDRESS, BRIDGE, alice.connect(rig.provider()));
    const eth = await (await bridge.getFunction("withdrawEth")(BOB.address, { value: 5n })).wait();
    const token = await (await bridge.getFunction("withdrawToken")(address, BOB.address, 3n)).wait();
    const deposits = bridge.filters.Deposit?.(null, null, alice.address) ?? "Deposit";
    const [first] = await bridge.queryFilter(deposits, 0);
    expect(
      bridge.interface
        .parseLog(first as Log)
        ?.args.toArray()
        .slice(2, 4),
    ).to.deep.equal([alice.address, ETHER]);
    const names = (its: { logs: Log[] }) =>
      its.logs.map((log) => bridge.interface.parseLog(log)?.name ?? "Transfer");
    expect(names(eth)).to.deep.equal(["Withdrawal"]);
    expect(names(token)).to.deep.equal(["Transfer", "Withdrawal"]);
    expect(token.logs.map(({ index }: Log) => index)).to.deep.equal([0, 1]);
  });

  it("is told of blocks, transactions and events by WebSocket", async () => {
    await rig.fund([alice.address]);
    const address = await rig.fundToken(alice.address, 10n);
    // ethers keeps answers for 250 ms, and blocks come faster here: it would not ask again until the next one.
    const provider = new WebSocketProvider(rig.server.wsUrl, undefined, { cacheTimeout: -1 });
    try {
      const token = new Contract(address, ERC20, alice.connect(provider));
      const blocks: number[] = [];
      const pooled: string[] = [];
      await provider.on("block", (number: number) => blocks.push(number));
      await provider.on("pending", (hash: string) => pooled.push(hash));
      const event = new Promise<bigint>((resolve) => {
        void token.on("Transfer", (_from: string, _to: string, value: bigint) => resolve(value));
      });
      // Subscriptions are asked for in the background: this comes after them.
      await provider.getBlockNumber();
      const sent = await token.getFunction("transfer")(BOB.address, 7n);
      const receipt = await sent.wait();
      expect(await event).to.equal(7n);
      await until(
        () => blocks.includes(receipt.blockNumber) && pooled.includes(sent.hash),
        "what is watched",
      );
    } finally {
      await provider.destroy();
    }
  });
});

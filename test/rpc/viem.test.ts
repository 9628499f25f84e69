// viem, as it is, as a client of the L2.

import { expect } from "chai";
import {
  type BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  createWalletClient,
  defineChain,
  type Hex,
  http,
  InsufficientFundsError,
  NonceTooLowError,
  parseAbi,
  webSocket,
} from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { BRIDGE_ADDRESS } from "../../src/l2/events.ts";
import { ETHER, l2Wallet } from "../support/node-harness.ts";
import { type RpcRig, startRpcRig } from "../support/rpc-harness.ts";
import { GWEI, until } from "../support/sequencer-harness.ts";

const accountOf = (name: string) => privateKeyToAccount(l2Wallet(name).privateKey as Hex);

const ERC20 = parseAbi([
  "function name() view returns (string)",
  "function balanceOf(address) view returns (uint256)",
  "function transfer(address, uint256) returns (bool)",
  "event Transfer(address indexed from, address indexed to, uint256 value)",
]);
const BRIDGE = parseAbi(["function withdrawEth(address recipient) payable"]);

describe("viem on the L2", () => {
  let rig: RpcRig;
  let alice: PrivateKeyAccount;
  let bob: PrivateKeyAccount;

  before(async () => {
    rig = await startRpcRig();
  });

  const ending: (() => void)[] = [];

  after(() => {
    for (const end of ending) end();
    return rig.close();
  });

  // A database of its own takes seconds; accounts of its own are enough for a test here.
  beforeEach(function () {
    [alice, bob] = ["alice", "bob"].map((name) => accountOf(`${name} ${this.currentTest?.title}`)) as [
      PrivateKeyAccount,
      PrivateKeyAccount,
    ];
  });

  function clients() {
    const { url, wsUrl } = rig.server;
    const chain = defineChain({
      id: Number(rig.world.book.l2ChainId),
      name: "Luntra",
      nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
      rpcUrls: { default: { http: [url], webSocket: [wsUrl] } },
    });
    const common = { chain, pollingInterval: 20, cacheTime: 0 } as const;
    return {
      reader: createPublicClient({ ...common, transport: http() }),
      listener: createPublicClient({ ...common, transport: webSocket() }),
      wallet: createWalletClient({ ...common, account: alice, transport: http() }),
    };
  }

  it("pays with defaults of its own, waits, and reads blocks and transactions", async () => {
    await rig.fund([alice.address]);
    const { reader, wallet } = clients();
    expect(await reader.getChainId()).to.equal(Number(rig.world.book.l2ChainId));
    const hash = await wallet.sendTransaction({ to: bob.address, value: 5n });
    const receipt = await reader.waitForTransactionReceipt({ hash });
    expect(receipt).to.deep.include({
      status: "success",
      type: "eip1559",
      gasUsed: 21_000n,
      contractAddress: null,
    });
    expect(receipt.effectiveGasPrice).to.equal(GWEI);
    const transaction = await reader.getTransaction({ hash });
    expect(transaction).to.deep.include({ type: "eip1559", nonce: 0, value: 5n, accessList: [] });
    expect([0, 1]).to.include(transaction.yParity);
    const block = await reader.getBlock({ blockHash: receipt.blockHash, includeTransactions: true });
    expect(block.transactions.map((its) => its.hash)).to.deep.equal([hash]);
    expect(block.baseFeePerGas).to.equal(GWEI);
    expect(await reader.getBalance({ address: bob.address })).to.equal(5n);
    expect(await reader.getTransactionCount({ address: alice.address })).to.equal(1);
    const { baseFeePerGas, reward } = await reader.getFeeHistory({ blockCount: 2, rewardPercentiles: [50] });
    expect([baseFeePerGas.length, reward?.length]).to.deep.equal([3, 2]);
  });

  it("takes queue items for transactions of another type", async () => {
    await rig.fund([alice.address], 7n);
    const { reader } = clients();
    const block = await reader.getBlock({ includeTransactions: true });
    const [deposit] = block.transactions;
    expect(deposit).to.deep.include({
      typeHex: "0x7e",
      to: alice.address.toLowerCase(),
      value: 7n,
      input: "0x",
    });
    const receipt = await reader.getTransactionReceipt({ hash: deposit?.hash ?? "0x" });
    expect(receipt).to.deep.include({ status: "success", gasUsed: 0n, effectiveGasPrice: 0n });
    expect(receipt.logs[0]?.address).to.equal(BRIDGE_ADDRESS);
  });

  it("simulates and sends a transfer of a token, and finds its event", async () => {
    await rig.fund([alice.address]);
    const address = (await rig.fundToken(alice.address, 100n)) as Hex;
    const { reader, wallet } = clients();
    const token = { address, abi: ERC20 } as const;
    expect(await reader.readContract({ ...token, functionName: "name" })).to.equal("Luntra Demo");
    const transfer = { ...token, functionName: "transfer", account: alice } as const;
    const { request, result } = await reader.simulateContract({ ...transfer, args: [bob.address, 40n] });
    expect(result).to.equal(true);
    await reader.waitForTransactionReceipt({ hash: await wallet.writeContract(request) });
    expect(await reader.readContract({ ...token, functionName: "balanceOf", args: [bob.address] })).to.equal(
      40n,
    );
    const events = await reader.getContractEvents({ ...token, eventName: "Transfer", fromBlock: 0n });
    expect(events.map(({ args }) => args.value)).to.deep.equal([100n, 40n]);

    const tooMuch = await reader
      .simulateContract({ ...transfer, args: [bob.address, 1000n] })
      .catch((error: BaseError) => error.walk((its) => its instanceof ContractFunctionRevertedError));
    expect((tooMuch as ContractFunctionRevertedError).reason).to.match(/exceeds balance/);
  });

  it("withdraws by the bridge predeploy", async () => {
    await rig.fund([alice.address]);
    const { reader, wallet } = clients();
    const call = { address: BRIDGE_ADDRESS as Hex, abi: BRIDGE, functionName: "withdrawEth" } as const;
    const { request } = await reader.simulateContract({
      ...call,
      args: [bob.address],
      value: 3n,
      account: alice,
    });
    const receipt = await reader.waitForTransactionReceipt({ hash: await wallet.writeContract(request) });
    expect([receipt.status, receipt.logs.length]).to.deep.equal(["success", 1]);
  });

  it("classifies refusals", async () => {
    await rig.fund([alice.address]);
    const { reader, wallet } = clients();
    const refusal = (promise: Promise<unknown>) =>
      promise.then(
        () => expect.fail("expected a refusal"),
        (error: BaseError) => error,
      );
    const poor = await refusal(wallet.sendTransaction({ to: bob.address, value: 2n * ETHER }));
    expect(poor.walk((its) => its instanceof InsufficientFundsError)).to.be.instanceOf(
      InsufficientFundsError,
    );
    const hash = await wallet.sendTransaction({ to: bob.address, value: 1n });
    await reader.waitForTransactionReceipt({ hash });
    const late = await refusal(
      wallet.sendTransaction({ to: bob.address, value: 1n, nonce: 0, gas: 21_000n }),
    );
    expect(late.walk((its) => its instanceof NonceTooLowError)).to.be.instanceOf(NonceTooLowError);
  });

  it("watches blocks, waiting transactions and events by WebSocket", async () => {
    await rig.fund([alice.address]);
    const address = (await rig.fundToken(alice.address, 100n)) as Hex;
    const { listener, reader, wallet } = clients();
    const socket = await listener.transport.getRpcClient();
    // It would connect again for ever, also after a failure.
    ending.push(() => socket.close());
    const [blocks, pooled]: [bigint[], Hex[]] = [[], []];
    const ends = [
      listener.watchBlocks({ onBlock: ({ number }) => blocks.push(number) }),
      listener.watchPendingTransactions({ onTransactions: (hashes) => pooled.push(...hashes) }),
    ];
    const event = new Promise<bigint | undefined>((resolve) => {
      const watched = { address, abi: ERC20, eventName: "Transfer" } as const;
      ends.push(listener.watchContractEvent({ ...watched, onLogs: ([log]) => resolve(log?.args.value) }));
    });
    // Subscriptions are asked for in the background: this comes after them.
    await listener.getBlockNumber();
    const transfer = { address, abi: ERC20, functionName: "transfer", args: [bob.address, 9n] } as const;
    const hash = await wallet.writeContract(transfer);
    const { blockNumber } = await reader.waitForTransactionReceipt({ hash });
    expect(await event).to.equal(9n);
    await until(() => blocks.includes(blockNumber) && pooled.includes(hash), "what is watched");
    for (const end of ends) end();
  });
});

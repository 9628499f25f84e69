// Each method's answer, in full: what wallets, explorers and indexers read. The clients' tests check that they accept it.

import { expect } from "chai";
import { getBytes, id, keccak256, Transaction, toQuantity } from "ethers";
import type { Hex } from "../../src/chain/types.ts";
import { BRIDGE_ADDRESS, EVENT_TOPICS } from "../../src/l2/events.ts";
import type { L2Block } from "../../src/l2/types.ts";
import { depositEth, force } from "../../src/node/bridge.ts";
import { l2Wallet, signL2 } from "../support/node-harness.ts";
import { ask, type RpcRig, resultOf, startRpcRig } from "../support/rpc-harness.ts";
import { GWEI, LIMITS, until } from "../support/sequencer-harness.ts";

const ALICE = l2Wallet("alice");
const BOB = l2Wallet("bob").address.toLowerCase();
const alice = ALICE.address.toLowerCase();

interface Logged {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly logIndex: Hex;
  readonly transactionHash: Hex;
}

type Shown = Readonly<Record<string, unknown>>;

describe("methods of JSON-RPC", () => {
  let rig: RpcRig;
  let token: Hex;
  /** A transfer of a token, and the block that it is in. */
  let hash: Hex;
  let raw: Hex;
  let block: L2Block;

  before(async () => {
    rig = await startRpcRig();
    await rig.fund([alice]);
    token = await rig.fundToken(alice, 1000n);
    const data = `0xa9059cbb${BOB.slice(2).padStart(64, "0")}${"9".padStart(64, "0")}`;
    raw = await signL2(rig.world, ALICE, { to: token, data, nonce: 0, maxPriorityFeePerGas: GWEI / 2n });
    hash = await get("eth_sendRawTransaction", raw);
    block = await blockWith(hash);
  });

  after(() => rig.close());

  const get = <T>(method: string, ...params: unknown[]) => resultOf<T>(rig.server.url, method, ...params);

  async function blockWith(its: Hex): Promise<L2Block> {
    const { chain } = rig.service.engine;
    await until(() => chain.transaction(its) !== undefined, "the block");
    return chain.block(chain.transaction(its)?.blockHash ?? "") as L2Block;
  }

  it("name the chain and the server", async () => {
    const chainId = rig.world.book.l2ChainId;
    expect(await get("eth_chainId")).to.equal(toQuantity(chainId));
    expect(await get("net_version")).to.equal(String(chainId));
    expect(await get("net_listening")).to.equal(true);
    expect(await get("web3_clientVersion")).to.match(/^luntra\//);
    expect(await get("web3_sha3", "0x68656c6c6f20776f726c64")).to.equal(id("hello world"));
    expect(await get("eth_syncing")).to.equal(false);
    expect(await get("eth_accounts")).to.deep.equal([]);
    expect(Object.keys(await get<object>("rpc_modules"))).to.include.members([
      "eth",
      "luntra",
      "net",
      "web3",
    ]);
    expect(await get("eth_blockNumber")).to.equal(toQuantity(rig.service.engine.chain.head.number));
  });

  it("show a block, with every field of a header", async () => {
    const shown = await get<Shown>("eth_getBlockByHash", block.hash, false);
    expect(shown).to.include({
      number: toQuantity(block.number),
      hash: block.hash,
      parentHash: block.parentHash,
      timestamp: toQuantity(block.timestamp),
      stateRoot: block.stateRoot,
      miner: block.feeRecipient,
      baseFeePerGas: toQuantity(GWEI),
      gasUsed: toQuantity(40_000),
      gasLimit: toQuantity(200_000),
      size: toQuantity(138),
      extraData: "0x",
    });
    expect(shown.transactions).to.deep.equal([hash]);
    expect(await get("eth_getBlockByNumber", toQuantity(block.number), false)).to.deep.equal(shown);
    expect(await get("eth_getBlockByNumber", "0xffffff", false)).to.equal(null);
    expect(await get("eth_getBlockByHash", `0x${"1".repeat(64)}`, false)).to.equal(null);
    const header = [
      "transactionsRoot",
      "receiptsRoot",
      "mixHash",
      "sha3Uncles",
      "nonce",
      "difficulty",
      "uncles",
    ];
    expect(shown).to.include.all.keys(...header);
    const genesis = await get<Shown>("eth_getBlockByNumber", "earliest", true);
    expect(genesis).to.deep.include({ number: "0x0", transactions: [], baseFeePerGas: toQuantity(GWEI) });
    for (const tag of ["latest", "pending", "safe", "finalized"]) {
      expect(await get("eth_getBlockByNumber", tag, false)).to.have.property("hash");
    }
  });

  it("compute a bloom filter that has every address and topic of the block, and little else", async () => {
    const { logsBloom } = await get<{ logsBloom: Hex }>("eth_getBlockByHash", block.hash, false);
    const bits = BigInt(logsBloom);
    const isIn = (word: Hex) => {
      const digest = getBytes(keccak256(word));
      return [0, 2, 4].every((i) => {
        const bit = (((digest[i] as number) << 8) + (digest[i + 1] as number)) % 2048;
        return ((bits >> BigInt(bit)) & 1n) === 1n;
      });
    };
    const topics = [EVENT_TOPICS.transfer, alice, BOB].map((its) => `0x${its.slice(2).padStart(64, "0")}`);
    expect([token, ...topics].filter((word) => !isIn(word))).to.deep.equal([]);
    expect([BRIDGE_ADDRESS, EVENT_TOPICS.deposit].filter(isIn)).to.deep.equal([]);
  });

  it("show a transaction as it was signed, by hash and by place", async () => {
    const shown = await get<Shown>("eth_getTransactionByHash", hash);
    const { signature, data } = Transaction.from(raw);
    expect(shown).to.deep.include({
      hash,
      from: alice,
      to: token,
      type: "0x2",
      nonce: "0x0",
      value: "0x0",
      input: data,
      gas: toQuantity(100_000),
      gasPrice: toQuantity((3n * GWEI) / 2n),
      maxFeePerGas: toQuantity(2n * GWEI),
      maxPriorityFeePerGas: toQuantity(GWEI / 2n),
      accessList: [],
      yParity: toQuantity(signature?.yParity ?? 2),
      v: toQuantity(signature?.yParity ?? 2),
      r: toQuantity(signature?.r ?? 0),
      s: toQuantity(signature?.s ?? 0),
      blockHash: block.hash,
      blockNumber: toQuantity(block.number),
      transactionIndex: "0x0",
    });
    const number = toQuantity(block.number);
    for (const [method, at] of [
      ["eth_getTransactionByBlockHashAndIndex", block.hash],
      ["eth_getTransactionByBlockNumberAndIndex", number],
    ]) {
      expect(await get(method as string, at, "0x0")).to.deep.equal(shown);
      expect(await get(method as string, at, "0x1")).to.equal(null);
    }
    expect(
      (await get<{ transactions: object[] }>("eth_getBlockByNumber", number, true)).transactions,
    ).to.deep.equal([shown]);
    for (const name of ["Transaction", "Uncle"]) {
      const expected = name === "Uncle" ? "0x0" : "0x1";
      const by = name === "Uncle" ? "eth_getUncleCountByBlock" : "eth_getBlockTransactionCountBy";
      expect(await get(`${by}Number`, number)).to.equal(expected);
      expect(await get(`${by}Hash`, block.hash)).to.equal(expected);
      expect(await get(`${by}Hash`, `0x${"1".repeat(64)}`)).to.equal(null);
    }
    expect(await get("eth_getTransactionByHash", `0x${"1".repeat(64)}`)).to.equal(null);
  });

  it("show a receipt, and all of a block", async () => {
    const receipt = await get<Shown>("eth_getTransactionReceipt", hash);
    expect(receipt).to.deep.include({
      transactionHash: hash,
      transactionIndex: "0x0",
      blockHash: block.hash,
      from: alice,
      to: token,
      status: "0x1",
      type: "0x2",
      gasUsed: toQuantity(40_000),
      cumulativeGasUsed: toQuantity(40_000),
      effectiveGasPrice: toQuantity((3n * GWEI) / 2n),
      contractAddress: null,
    });
    expect(receipt.logs).to.have.length(1);
    for (const at of [
      block.hash,
      toQuantity(block.number),
      { blockHash: block.hash, requireCanonical: true },
    ]) {
      expect(await get("eth_getBlockReceipts", at)).to.deep.equal([receipt]);
    }
    expect(await get("eth_getTransactionReceipt", `0x${"1".repeat(64)}`)).to.equal(null);
  });

  it("show what waits as pending, and its nonce", async () => {
    const waiting = await get<Hex>(
      "eth_sendRawTransaction",
      await signL2(rig.world, ALICE, { to: BOB, value: 1n, nonce: 3 }),
    );
    expect(await get("eth_getTransactionByHash", waiting)).to.deep.include({
      blockHash: null,
      nonce: "0x3",
      from: alice,
    });
    expect(await get("eth_getTransactionReceipt", waiting)).to.equal(null);
    expect(await get("eth_getTransactionCount", alice, "pending")).to.equal("0x1");
    const next = await get<Hex>(
      "eth_sendRawTransaction",
      await signL2(rig.world, ALICE, { to: BOB, value: 1n, nonce: 1 }),
    );
    expect(await get("eth_getTransactionCount", alice, "pending")).to.equal("0x2");
    await blockWith(next);
    expect(await get("eth_getTransactionCount", alice, "latest")).to.equal("0x2");
    expect(await get("eth_getTransactionCount", alice, toQuantity(block.number))).to.equal("0x1");
    expect(await get("txpool_status")).to.deep.equal({ pending: "0x0", queued: "0x1" });
  });

  it("say what there is at an address", async () => {
    for (const [address, code] of [
      [BRIDGE_ADDRESS, "0xfe"],
      [token, "0xfe"],
      [alice, "0x"],
    ]) {
      expect(await get("eth_getCode", address, "latest")).to.equal(code);
    }
    expect(await get("eth_getStorageAt", token, "0x0", "latest")).to.equal(`0x${"0".repeat(64)}`);
    expect(await get("eth_getBalance", alice, { blockNumber: "0x0" })).to.equal("0x0");
    expect(await get("eth_getBalance", alice, { blockHash: block.hash })).to.equal(
      await get("eth_getBalance", alice, toQuantity(block.number)),
    );
  });

  it("tell fees, and gas by kind", async () => {
    expect(await get("eth_gasPrice")).to.equal(toQuantity(GWEI));
    expect(await get("eth_maxPriorityFeePerGas")).to.equal("0x0");
    const history = await get<Shown>("eth_feeHistory", "0x1", toQuantity(block.number), [0, 50, 100]);
    expect(history).to.deep.equal({
      oldestBlock: toQuantity(block.number),
      baseFeePerGas: [toQuantity(GWEI), toQuantity(GWEI)],
      gasUsedRatio: [0.2],
      reward: [Array(3).fill(toQuantity(GWEI / 2n))],
    });
    const word = (its: string) => its.replace("0x", "").padStart(64, "0");
    const gas = (call: object) => get("eth_estimateGas", { from: alice, ...call });
    expect(await gas({ to: BOB, value: "0x1" })).to.equal(toQuantity(21_000));
    expect(await gas({ to: token, data: `0xa9059cbb${word(BOB)}${word("0x1")}` })).to.equal(
      toQuantity(40_000),
    );
    expect(
      await gas({
        to: BRIDGE_ADDRESS,
        value: "0x1",
        data: `${id("withdrawEth(address)").slice(0, 10)}${word(BOB)}`,
      }),
    ).to.equal(toQuantity(40_000));
    const withdraw = `${id("withdrawToken(address,address,uint256)").slice(0, 10)}${word(token)}${word(BOB)}${word("0x1")}`;
    expect(await gas({ to: BRIDGE_ADDRESS, data: withdraw })).to.equal(toQuantity(50_000));
    expect(await get("eth_call", { from: alice, to: BOB, value: "0x1" }, "latest")).to.equal("0x");
  });

  it("find logs by address, topics and blocks, and by block hash", async () => {
    const all = await get<Logged[]>("eth_getLogs", { fromBlock: "earliest" });
    expect(all.map(({ address }) => address)).to.deep.equal([BRIDGE_ADDRESS, BRIDGE_ADDRESS, token, token]);
    const find = (filter: object) => get<Logged[]>("eth_getLogs", { fromBlock: "earliest", ...filter });
    expect(await find({ address: token })).to.deep.equal(all.slice(2));
    expect(await find({ address: [token, BRIDGE_ADDRESS] })).to.deep.equal(all);
    expect(await find({ topics: [EVENT_TOPICS.deposit] })).to.deep.equal(all.slice(0, 2));
    expect(await find({ topics: [[EVENT_TOPICS.deposit, EVENT_TOPICS.transfer], []] })).to.deep.equal(all);
    const from = `0x${alice.slice(2).padStart(64, "0")}`;
    expect(await find({ topics: [null, from] })).to.deep.equal(all.slice(3));
    expect(await find({ topics: [null, null, null, null] })).to.deep.equal(all.slice(0, 2));
    expect(await get("eth_getLogs", { blockHash: block.hash })).to.deep.equal(all.slice(3));
    expect(await find({ toBlock: "0x1" })).to.deep.equal(all.slice(0, 1));
    expect(
      (await ask(rig.server.url, "eth_getLogs", { blockHash: `0x${"1".repeat(64)}` })).error?.code,
    ).to.equal(-32001);
  });

  it("tell filters what came since they were last asked", async () => {
    const [blocks, pooled, logs] = await Promise.all([
      get<Hex>("eth_newBlockFilter"),
      get<Hex>("eth_newPendingTransactionFilter"),
      get<Hex>("eth_newFilter", { address: BRIDGE_ADDRESS }),
    ]);
    const { nonce } = rig.service.engine.chain
      .stateAt(rig.service.engine.chain.head.number)
      .account(BigInt(alice));
    const paid = await get<Hex>(
      "eth_sendRawTransaction",
      await signL2(rig.world, ALICE, { to: BOB, value: 1n, nonce: Number(nonce) }),
    );
    const its = await blockWith(paid);
    await depositEth(await rig.world.open(), rig.world.user, 5n, BOB);
    await until(() => rig.service.engine.chain.head.number > its.number, "the deposit");
    expect(await get("eth_getFilterChanges", pooled)).to.deep.equal([paid]);
    expect(await get<Hex[]>("eth_getFilterChanges", blocks)).to.include(its.hash);
    expect(await get("eth_getFilterChanges", blocks)).to.deep.equal([]);
    const found = await get<Logged[]>("eth_getFilterChanges", logs);
    expect(found.map(({ topics }) => topics[0])).to.deep.equal([EVENT_TOPICS.deposit]);
    expect(await get("eth_getFilterLogs", logs)).to.deep.equal(found);
  });

  it("agree with the engine on log indices and receipts, for items of L1's queue, too", async () => {
    const own = await rig.world.open();
    const user = (await rig.world.user.getAddress()).toLowerCase();
    await depositEth(own, rig.world.user, 1000n);
    await force(own, rig.world.user, { kind: "withdraw", recipient: BOB, amount: 3n });
    await force(own, rig.world.user, { kind: "transfer", recipient: BOB, amount: 4n });
    await force(own, rig.world.user, { kind: "transfer", token, recipient: BOB, amount: 5n });
    const { chain } = rig.service.engine;
    const all = () =>
      Array.from({ length: Number(chain.head.number) + 1 }, (_, i) => chain.block(BigInt(i)) as L2Block);
    const mine = () =>
      all()
        .flatMap((one) => one.transactions)
        .filter(({ from }) => from === user);
    await until(() => mine().filter(({ kind }) => kind < 8n).length >= 7, "the items");
    for (const one of all()) {
      const receipts = await get<{ logs: Logged[]; transactionHash: Hex }[]>(
        "eth_getBlockReceipts",
        one.hash,
      );
      expect(receipts.flatMap(({ logs }) => logs.map(({ logIndex }) => Number(logIndex)))).to.deep.equal(
        receipts.flatMap(({ logs }) => logs).map((_, i) => i),
      );
      expect(
        receipts.map(({ logs }, i) =>
          logs.length > 0 ? Number(logs[0]?.logIndex) : one.transactions[i]?.logIndex,
        ),
      ).to.deep.equal(one.transactions.map(({ logIndex }) => logIndex));
    }
    const [failed] = mine().filter(({ status }) => status === "failed");
    expect(await get("eth_getTransactionReceipt", failed?.hash)).to.deep.include({
      status: "0x0",
      logs: [],
      type: "0x7e",
    });
    const kinds = mine().map(({ hash: its }) => get<Shown>("eth_getTransactionByHash", its));
    const shown = await Promise.all(kinds);
    expect(shown.map(({ type }) => type)).to.deep.equal(shown.map(() => "0x7e"));
    expect(new Set(shown.map(({ nonce }) => nonce)).size).to.equal(shown.length);
    expect(shown.slice(-3).map(({ to, value }) => [to, value])).to.deep.equal([
      [BRIDGE_ADDRESS, "0x3"],
      [BOB, "0x4"],
      [token, "0x0"],
    ]);
  });

  it("tell of the node, of batches, segments and checkpoints", async () => {
    const { chain } = rig.service.engine;
    await until(() => chain.number("safe") === chain.head.number, "the commits");
    const status = await get<Shown>("luntra_status");
    expect(status).to.deep.include({ leading: true, paused: false, frozen: false, bridge: BRIDGE_ADDRESS });
    expect(status.head).to.deep.equal({ number: toQuantity(chain.head.number), hash: chain.head.hash });
    expect((status.pool as Shown).limits).to.deep.equal(
      Object.fromEntries(Object.entries(LIMITS).map(([name, limit]) => [name, toQuantity(limit)])),
    );

    const { place } = (await blockWith(hash)) as L2Block;
    const batch = await get<Shown>("luntra_getBatch", place.id);
    expect(batch).to.deep.include({
      id: place.id,
      number: toQuantity(place.batch),
      status: "pending",
      proven: [],
    });
    expect(await get("luntra_getBatch", toQuantity(place.batch))).to.deep.equal(batch);
    expect(await get("luntra_getBatch", "earliest")).to.deep.include({ number: "0x0", status: "final" });
    expect(await get("luntra_getBatch", "0xffff")).to.equal(null);

    const segment = await get<Shown>("luntra_getSegment", place.id, toQuantity(place.segment));
    expect(segment).to.deep.include({
      claimed: block.checkpoint,
      transactions: [hash],
      source: "data",
      proven: false,
    });
    expect(segment.block).to.deep.equal({ number: toQuantity(block.number), hash: block.hash });
    expect(await get("luntra_getSegment", place.id, "0x40")).to.equal(null);

    const checkpoint = await get<Shown>("luntra_getCheckpoint", place.id, toQuantity(place.segment));
    expect(checkpoint.checkpoint).to.equal(block.checkpoint);
    expect((checkpoint.preimage as Shown).stateRoot).to.equal(block.stateRoot);
    expect(await get("luntra_getCheckpoint", "0x0"))
      .to.have.property("preimage")
      .that.is.not.equal(null);
    expect(await get("luntra_getDisputes")).to.deep.equal([]);
    expect(await get<Shown[]>("luntra_getDisputes", place.id)).to.have.length(1);
  });
});

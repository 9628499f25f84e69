// What becomes of transactions that are not taken: geth's words first, our code and its arguments in the data.

import { expect } from "chai";
import { Signature, toQuantity } from "ethers";
import type { ErrorCode } from "../../src/errors.ts";
import type { Pool } from "../../src/l2/types.ts";
import { BRIDGE_ADDRESS } from "../../src/l2/events.ts";
import { Kind, rawFromRecord, signingHash } from "../../src/model/index.ts";
import { ETHER, type L2Call, l2Wallet, signL2 } from "../support/node-harness.ts";
import { ask, type RpcRig, resultOf, startRpcRig } from "../support/rpc-harness.ts";
import { GWEI, LIMITS, until } from "../support/sequencer-harness.ts";

const BOB = l2Wallet("bob").address;

describe("refused transactions", () => {
  let rig: RpcRig;
  let wallet: ReturnType<typeof l2Wallet>;

  before(async () => {
    rig = await startRpcRig({ tuning: { limits: { ...LIMITS, total: 12, perSender: 4 } } });
  });

  after(() => rig.close());

  beforeEach(async function () {
    wallet = l2Wallet(this.currentTest?.title ?? "");
    await rig.fund([wallet.address]);
  });

  const sign = (call: Partial<L2Call> = {}, from = wallet) =>
    signL2(rig.world, from, { to: BOB, value: 1n, nonce: 0, ...call });
  const send = (raw: string) => ask(rig.server.url, "eth_sendRawTransaction", raw);

  async function refused(raw: string, code: ErrorCode, words: string, args: object = {}) {
    const { error } = await send(raw);
    expect(error?.code, error?.message).to.equal(-32000);
    expect(error?.message.startsWith(words), error?.message).to.equal(true);
    expect(error?.data).to.deep.include({ code, ...args });
    expect(error?.data).to.have.property("advice");
  }

  /** ethers does not sign such a thing. */
  function overTipped(): string {
    const fees = { maxFee: GWEI, priority: 2n * GWEI, gasLimit: 21_000n };
    const record = {
      kind: Kind.transferEth,
      nonce: 0n,
      ...fees,
      token: 0n,
      recipient: BigInt(BOB),
      amount: 1n,
    };
    const { l2ChainId } = rig.world.book;
    const { r, s, yParity } = Signature.from(wallet.signingKey.sign(signingHash(record, l2ChainId)));
    return rawFromRecord({ ...record, r: BigInt(r), s: BigInt(s), parity: yParity }, l2ChainId);
  }

  it("have a nonce that is used up", async () => {
    const hash = await resultOf<string>(rig.server.url, "eth_sendRawTransaction", await sign());
    await until(() => rig.service.engine.chain.transaction(hash) !== undefined, "the block");
    await refused(await sign({ value: 2n }), "TX_NONCE_TOO_LOW", "nonce too low", {
      expected: "0x1",
      actual: "0x0",
    });
  });

  it("have a nonce from too far ahead", () =>
    sign({ nonce: 999 }).then((raw) => refused(raw, "TX_NONCE_GAP", "nonce too high", { actual: "0x3e7" })));

  it("are known already", async () => {
    const raw = await sign({ nonce: 2 });
    await resultOf(rig.server.url, "eth_sendRawTransaction", raw);
    await refused(raw, "TX_KNOWN", "already known");
  });

  it("would replace another without paying a tenth more", async () => {
    await resultOf(rig.server.url, "eth_sendRawTransaction", await sign({ nonce: 3 }));
    await refused(
      await sign({ nonce: 3, value: 2n }),
      "TX_REPLACEMENT",
      "replacement transaction underpriced",
    );
  });

  it("cost more than there is", () =>
    sign({ value: ETHER }).then((raw) =>
      refused(raw, "TX_BALANCE", "insufficient funds for gas * price + value", {
        available: toQuantity(ETHER),
      }),
    ));

  it("move more of a token than there is", async () => {
    const data = `0xa9059cbb${BOB.slice(2).toLowerCase().padStart(64, "0")}${"1".padStart(64, "0")}`;
    await refused(
      await sign({ to: `0x${"7".repeat(40)}`, value: 0n, data }),
      "TX_BALANCE",
      "insufficient funds",
    );
  });

  it("pay too little", async () => {
    await refused(await sign({ maxFeePerGas: GWEI - 1n }), "TX_UNDERPRICED", "transaction underpriced", {
      least: toQuantity(GWEI),
    });
    await refused(overTipped(), "TX_PRIORITY_FEE", "max priority fee per gas higher than max fee per gas");
    await refused(await sign({ gasLimit: 20_999n }), "TX_GAS_LIMIT", "intrinsic gas too low");
  });

  it("are of no form that this L2 has", async () => {
    await refused(await sign({ chainId: 1n }), "TX_CHAIN_ID", "invalid chain id for signer");
    const legacy = {
      chainId: rig.world.book.l2ChainId,
      to: BOB,
      nonce: 0,
      gasLimit: 21_000n,
      gasPrice: GWEI,
    };
    await refused(
      await wallet.signTransaction({ ...legacy, type: 0 }),
      "TX_TYPE",
      "transaction type not supported",
    );
    await refused("0x02c0", "TX_MALFORMED", "invalid transaction encoding");
    await refused(await sign({ data: "0x12345678" }), "TX_PAYLOAD", "expected no data");
  });

  it("come when the pool is full, of one sender or of all", async () => {
    const others = ["x", "y", "z"].map((name) => l2Wallet(`full ${name}`));
    await rig.fund(others.map(({ address }) => address));
    // Nonces from 1 on wait for ever: nobody sends the first.
    for (const nonce of [1, 2, 3, 4])
      await resultOf(rig.server.url, "eth_sendRawTransaction", await sign({ nonce }));
    await refused(await sign({ nonce: 5 }), "POOL_SENDER_FULL", "account limit exceeded");
    const pool: Pool = rig.service.pool;
    for (const other of others) {
      for (let nonce = 1; nonce < 5 && pool.list().length < 6; nonce++)
        await send(await sign({ nonce }, other));
    }
    expect(pool.list()).to.have.length(6);
    const last = l2Wallet("full last");
    await rig.fund([last.address]);
    await refused(await sign({ nonce: 1 }, last), "POOL_FULL", "txpool is full");
    const status = await resultOf<object>(rig.server.url, "txpool_status");
    expect(status).to.deep.equal({ pending: "0x0", queued: "0x6" });
    // What can run has room all the same.
    await send(await sign({}, last));
  });
});

describe("refused calls", () => {
  let rig: RpcRig;

  before(async () => {
    // No batch is closed while it has transactions alone: no state within it is kept for long.
    const policy = { segmentMs: 10, batchMs: 3_600_000, patienceMs: 3_600_000 };
    rig = await startRpcRig({ tuning: { policy } });
  });

  after(() => rig.close());

  const wallet = l2Wallet("alice");
  const alice = wallet.address;
  const errorOf = async (method: string, ...params: unknown[]) =>
    (await ask(rig.server.url, method, ...params)).error;
  const word = (value: string) => value.replace("0x", "").toLowerCase().padStart(64, "0");
  const token = `0x${"7".repeat(40)}`;

  it("revert with a reason (3), in eth_call as in eth_estimateGas", async () => {
    await rig.fund([alice]);
    const calls: readonly (readonly [RegExp, object])[] = [
      [/creates no contracts/, { data: "0x00" }],
      [/could never be spent/, { to: BRIDGE_ADDRESS, value: "0x1" }],
      [/no function 0x12345678/, { to: token, data: "0x12345678" }],
      [/no function 0x70a08231/, { to: BRIDGE_ADDRESS, data: `0x70a08231${word(alice)}` }],
      [/no approve/, { to: token, data: `0x095ea7b3${word(alice)}${word("0x1")}` }],
      [/no transferFrom/, { to: token, data: `0x23b872dd${word(alice)}${word(alice)}${word("0x1")}` }],
      [/not encoded/, { to: token, data: `0xa9059cbb${word(alice)}` }],
      [/not encoded/, { to: token, data: `0xa9059cbb${"f".repeat(64)}${word("0x1")}` }],
      [/exceeds balance/, { from: alice, to: token, data: `0xa9059cbb${word(alice)}${word("0x1")}` }],
      [
        /carries no ETH/,
        { from: alice, to: token, value: "0x1", data: `0xa9059cbb${word(alice)}${word("0x0")}` },
      ],
      [/less than 2\^112/, { from: alice, to: alice, value: `0x1${"0".repeat(28)}` }],
    ];
    for (const [reason, call] of calls) {
      for (const method of ["eth_call", "eth_estimateGas"]) {
        const error = await errorOf(method, { from: alice, ...call });
        expect([error?.code, error?.message], JSON.stringify(call)).to.deep.equal([3, error?.message]);
        expect(error?.message)
          .to.match(reason)
          .and.match(/^execution reverted: /);
        expect(error?.data).to.match(/^0x08c379a0/);
      }
    }
    expect((await errorOf("eth_call", { to: token, data: "0x06fdde03" }))?.message).to.match(
      /has been deposited/,
    );
  });

  it("name what the sender lacks (-32000), as geth does", async () => {
    const poor = await errorOf("eth_estimateGas", { from: token, to: alice, value: "0x1" });
    expect(poor?.message).to.match(/^insufficient funds for gas \* price \+ value/);
    const cheap = await errorOf("eth_estimateGas", { from: alice, to: alice, maxFeePerGas: "0x1" });
    expect(cheap?.message).to.match(/max fee per gas less than block base fee/);
    const short = await errorOf("eth_call", { from: alice, to: alice, gas: "0x1" });
    expect(short?.message).to.match(/^intrinsic gas too low/);
  });

  it("name a block that there is not (-32001), and a state that is forgotten (-32000)", async () => {
    for (const block of [
      "0xffff",
      `0x${"1".repeat(64)}`,
      { blockHash: `0x${"1".repeat(64)}` },
      { blockNumber: "0xffff" },
    ]) {
      expect((await errorOf("eth_getBalance", alice, block))?.code, JSON.stringify(block)).to.equal(-32001);
    }
    const { chain } = rig.service.engine;
    const first = chain.head.number + 1n;
    for (let nonce = 0; nonce < 19; nonce++) {
      const raw = await signL2(rig.world, wallet, { to: alice, value: 1n, nonce });
      const hash = await resultOf<string>(rig.server.url, "eth_sendRawTransaction", raw);
      await until(() => chain.transaction(hash) !== undefined, "the block");
    }
    const error = await errorOf("eth_getBalance", alice, toQuantity(first));
    expect(error?.code).to.equal(-32000);
    expect(error?.data).to.include({ code: "STATE_UNAVAILABLE" });
  });

  it("name filters and subscriptions that there are not (-32000)", async () => {
    for (const method of ["eth_getFilterChanges", "eth_getFilterLogs"]) {
      expect((await errorOf(method, "0x12"))?.data).to.include({ code: "RPC_HANDLE_UNKNOWN" });
    }
    const blocks = await resultOf(rig.server.url, "eth_newBlockFilter");
    expect((await errorOf("eth_getFilterLogs", blocks))?.code).to.equal(-32000);
    expect(await resultOf(rig.server.url, "eth_uninstallFilter", "0x12")).to.equal(false);
  });
});

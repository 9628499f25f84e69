import { secp256k1 } from "@noble/curves/secp256k1.js";
import { expect } from "chai";
import { concat, Interface, id, Transaction, type TransactionLike, Wallet } from "ethers";
import { network } from "hardhat";
import {
  BRIDGE_PREDEPLOY,
  ecrecover,
  feeOf,
  gasOf,
  isUnderpaid,
  Kind,
  P,
  rawFromRecord,
  recordFromRaw,
  recoverSender,
  SECP256K1_ORDER,
  signingHash,
  toAddress,
  toBytes,
  toBytes32,
  transactionHash,
} from "../../src/model/index.ts";
import { BASE_FEE, CHAIN_ID, Random, SIGNED_KINDS, signRecord, walletOf } from "../support/vectors.ts";
import { expectCode } from "./errors.ts";

const calls = new Interface([
  "function transfer(address to, uint256 amount)",
  "function approve(address spender, uint256 amount)",
  "function withdrawEth(address recipient)",
  "function withdrawToken(address token, address recipient, uint256 amount)",
]);

const BRIDGE = toAddress(BRIDGE_PREDEPLOY);
const [TOKEN, RECIPIENT] = [toAddress(0xaaaan), toAddress(0xbbbbn)];
const signer = new Wallet(id("a wallet of ethers"));

/** What a wallet would send. */
const USUAL: TransactionLike = {
  type: 2,
  chainId: CHAIN_ID,
  nonce: 3,
  maxPriorityFeePerGas: 1n,
  maxFeePerGas: 20n,
  gasLimit: 60_000n,
  to: RECIPIENT,
  value: 12345n,
};

const PLAIN_CALLS: Readonly<Record<string, TransactionLike>> = {
  "an ETH transfer": {},
  "an ETH transfer of 0": { value: 0n },
  "an ETH transfer to the zero address": { to: toAddress(0n) },
  "a token transfer": { to: TOKEN, value: 0n, data: calls.encodeFunctionData("transfer", [RECIPIENT, 5n]) },
  "an ETH withdrawal": { to: BRIDGE, data: calls.encodeFunctionData("withdrawEth", [RECIPIENT]) },
  "a token withdrawal": {
    to: BRIDGE,
    value: 0n,
    data: calls.encodeFunctionData("withdrawToken", [TOKEN, RECIPIENT, 5n]),
  },
  "the widest fields": {
    nonce: 2 ** 32 - 1,
    maxPriorityFeePerGas: 2n ** 48n - 1n,
    maxFeePerGas: 2n ** 48n - 1n,
    gasLimit: 2n ** 24n - 1n,
    value: 2n ** 112n - 1n,
  },
  "all zeros": { nonce: 0, maxPriorityFeePerGas: 0n, maxFeePerGas: 0n, gasLimit: 0n, value: 0n },
};

async function signed(change: TransactionLike): Promise<string> {
  return await signer.signTransaction({ ...USUAL, ...change });
}

describe("Records and raw transactions", () => {
  for (const [name, change] of Object.entries(PLAIN_CALLS)) {
    it(`convert ${name} without loss, both ways`, async () => {
      const raw = await signed(change);
      const record = recordFromRaw(raw, CHAIN_ID);
      expect(rawFromRecord(record, CHAIN_ID)).to.equal(raw);
      expect(recordFromRaw(Transaction.from(raw), CHAIN_ID)).to.deep.equal(record);

      const transaction = Transaction.from(raw);
      expect(signingHash(record, CHAIN_ID)).to.equal(transaction.unsignedHash);
      expect(transactionHash(record, CHAIN_ID)).to.equal(transaction.hash);
      expect(recoverSender(record, CHAIN_ID)).to.equal(BigInt(signer.address));
    });
  }

  it("convert random records of every kind without loss", () => {
    const random = new Random("raw");
    for (let i = 0; i < 40; i++) {
      const kind = random.pick(SIGNED_KINDS);
      const token =
        kind === Kind.transferToken || kind === Kind.withdrawToken ? random.below(1n << 160n) : 0n;
      const record = signRecord(walletOf(`wallet ${i}`), {
        kind,
        token,
        nonce: random.below(1n << 32n),
        recipient: random.below(1n << 160n),
        amount: random.below(1n << 112n),
      });
      expect(recordFromRaw(rawFromRecord(record, CHAIN_ID), CHAIN_ID)).to.deep.equal(record);
    }
  });

  const transferData = calls.encodeFunctionData("transfer", [RECIPIENT, 5n]);
  const refusals: readonly (readonly [string, Parameters<typeof expectCode>[0], TransactionLike])[] = [
    [
      "a legacy transaction",
      "TX_TYPE",
      { type: 0, gasPrice: 9n, maxFeePerGas: null, maxPriorityFeePerGas: null },
    ],
    [
      "an access-list transaction",
      "TX_TYPE",
      { type: 1, gasPrice: 9n, maxFeePerGas: null, maxPriorityFeePerGas: null },
    ],
    ["another chain's transaction", "TX_CHAIN_ID", { chainId: 1n }],
    ["an access list", "TX_ACCESS_LIST", { accessList: [{ address: TOKEN, storageKeys: [] }] }],
    ["a contract creation", "TX_CREATION", { to: null, value: 0n, data: "0x6000" }],
    ["another call", "TX_PAYLOAD", { value: 0n, data: calls.encodeFunctionData("approve", [RECIPIENT, 5n]) }],
    ["a call of less than a selector", "TX_PAYLOAD", { value: 0n, data: "0xa9059c" }],
    ["a call with bytes to spare", "TX_PAYLOAD", { value: 0n, data: concat([transferData, "0x00"]) }],
    ["a call with a word to spare", "TX_PAYLOAD", { value: 0n, data: concat([transferData, toBytes32(0n)]) }],
    ["a bare selector", "TX_PAYLOAD", { value: 0n, data: "0xa9059cbb" }],
    [
      "a withdrawal sent elsewhere",
      "TX_PAYLOAD",
      { data: calls.encodeFunctionData("withdrawEth", [RECIPIENT]) },
    ],
    ["value on a token transfer", "TX_VALUE", { value: 1n, data: transferData }],
    [
      "value on a token withdrawal",
      "TX_VALUE",
      { to: BRIDGE, value: 1n, data: calls.encodeFunctionData("withdrawToken", [TOKEN, RECIPIENT, 5n]) },
    ],
    ["a nonce of 2^32", "TX_FIELD_TOO_WIDE", { nonce: 2 ** 32 }],
    [
      "a priority fee of 2^48",
      "TX_FIELD_TOO_WIDE",
      { maxPriorityFeePerGas: 2n ** 48n, maxFeePerGas: 2n ** 49n },
    ],
    ["a maximum fee of 2^48", "TX_FIELD_TOO_WIDE", { maxFeePerGas: 2n ** 48n }],
    ["a gas limit of 2^24", "TX_FIELD_TOO_WIDE", { gasLimit: 2n ** 24n }],
    ["a value of 2^112", "TX_FIELD_TOO_WIDE", { value: 2n ** 112n }],
    [
      "a token amount of 2^112",
      "TX_FIELD_TOO_WIDE",
      { value: 0n, data: calls.encodeFunctionData("transfer", [RECIPIENT, 2n ** 112n]) },
    ],
    [
      "an address argument with dirty upper bytes",
      "TX_FIELD_TOO_WIDE",
      { value: 0n, data: concat(["0xa9059cbb", toBytes32(1n << 160n), toBytes32(1n)]) },
    ],
  ];
  for (const [name, code, change] of refusals) {
    it(`refuses ${name} (${code})`, async () => {
      const raw = await signed(change);
      expectCode(code, () => recordFromRaw(raw, CHAIN_ID));
    });
  }

  it("refuses what is no transaction at all (TX_MALFORMED)", async () => {
    const raw = await signed({});
    const cut = raw.slice(0, -2);
    const unsigned = Transaction.from({ ...USUAL } as TransactionLike).unsignedSerialized;
    for (const bad of ["", "0x", "0x0", "hello", "0x02", "0x0280", "0x02c0", cut, `${raw}00`, unsigned]) {
      expectCode("TX_MALFORMED", () => recordFromRaw(bad, CHAIN_ID));
    }
    expectCode("TX_MALFORMED", () =>
      recordFromRaw(Transaction.from({ ...USUAL } as TransactionLike), CHAIN_ID),
    );
  });

  it("refuses a field with a leading zero byte (TX_MALFORMED)", () => {
    const record = signRecord(walletOf("ada"), { kind: Kind.transferEth, nonce: 5n, recipient: 1n });
    const raw = rawFromRecord(record, CHAIN_ID);
    // The nonce 05 follows the chain id 83 016062; 82 0005 says the same in two bytes.
    expect(raw.slice(0, 18)).to.match(/^0x02f86.8301606205/);
    const length = Number.parseInt(raw.slice(6, 8), 16) + 2;
    const padded = `0x02f8${length.toString(16)}83016062820005${raw.slice(18)}`;
    expectCode("TX_MALFORMED", () => recordFromRaw(padded, CHAIN_ID));
  });

  it("refuses a high s, which any third party could make of a low one (TX_SIGNATURE)", () => {
    const record = signRecord(walletOf("ada"), { kind: Kind.transferEth });
    const twin = { ...record, s: SECP256K1_ORDER - record.s, parity: record.parity === 0 ? 1 : 0 } as const;
    expect(ecrecover(signingHash(twin, CHAIN_ID), twin)).to.equal(walletOf("ada").address);
    expect(recoverSender(twin, CHAIN_ID)).to.equal(0n);
    expectCode("TX_SIGNATURE", () => recordFromRaw(rawFromRecord(twin, CHAIN_ID), CHAIN_ID));
  });

  it("refuses a signature that recovers to nobody (TX_SIGNATURE)", () => {
    const record = { ...signRecord(walletOf("ada"), { kind: Kind.transferEth }), r: 0n };
    expectCode("TX_SIGNATURE", () => recordFromRaw(rawFromRecord(record, CHAIN_ID), CHAIN_ID));
  });
});

describe("Sender recovery", () => {
  const hash = id("some message");
  const ada = walletOf("ada");
  const good = signRecord(ada, { kind: Kind.transferEth });
  const half = SECP256K1_ORDER / 2n;

  /** An x coordinate that no curve point has. */
  const noPoint = 5n;

  const signatures: readonly (readonly [string, bigint, bigint])[] = [
    ["usual", good.r, good.s],
    ["r = 0", 0n, good.s],
    ["r = 1", 1n, good.s],
    ["r = 5, which no point has", noPoint, good.s],
    ["r = n − 1", SECP256K1_ORDER - 1n, good.s],
    ["r = n", SECP256K1_ORDER, good.s],
    ["r = n + 1", SECP256K1_ORDER + 1n, good.s],
    ["r = 2^256 − 1", 2n ** 256n - 1n, good.s],
    ["s = 0", good.r, 0n],
    ["s = 1", good.r, 1n],
    ["s = n / 2", good.r, half],
    ["s = n / 2 + 1", good.r, half + 1n],
    ["s = n − s, the high twin", good.r, SECP256K1_ORDER - good.s],
    ["s = n − 1", good.r, SECP256K1_ORDER - 1n],
    ["s = n", good.r, SECP256K1_ORDER],
    ["s = 2^256 − 1", good.r, 2n ** 256n - 1n],
    ["both 0", 0n, 0n],
    ["r = p of another field", P, good.s],
  ];

  it("agrees with the EVM's precompile on every edge of r and s, for both parities and odd hashes", async () => {
    const { provider } = await network.create();
    const hashes = [hash, toBytes32(0n), toBytes32(SECP256K1_ORDER), toBytes32(2n ** 256n - 1n)];
    for (const digest of hashes) {
      for (const [name, r, s] of signatures) {
        for (const parity of [0, 1] as const) {
          const data = concat([digest, ...[27n + BigInt(parity), r, s].map(toBytes32)]);
          const to = toAddress(1n);
          const output = (await provider.request({ method: "eth_call", params: [{ to, data }] })) as string;
          const expected = output === "0x" ? 0n : BigInt(output);
          expect(ecrecover(digest, { r, s, parity }), `${name}, parity ${parity}`).to.equal(expected);
        }
      }
    }
  });

  it("returns nobody where the recovered key is the point at infinity", () => {
    // r = x of the generator, s = z: then Q = r⁻¹(s·G − z·G) for the generator's own parity.
    const { x } = secp256k1.Point.BASE;
    const z = BigInt(hash) % SECP256K1_ORDER;
    expect(ecrecover(hash, { r: x, s: z, parity: 0 })).to.equal(0n);
  });

  it("recovers what another library signed", () => {
    const random = new Random("recovery");
    for (let i = 0; i < 10; i++) {
      const digest = random.bytes(32);
      const key = toBytes(1n + random.below(SECP256K1_ORDER - 1n), 32);
      const { r, s, yParity } = new Wallet(`0x${Buffer.from(key).toString("hex")}`).signingKey.sign(digest);
      const expected = BigInt(new Wallet(`0x${Buffer.from(key).toString("hex")}`).address);
      const signature = { r: BigInt(r), s: BigInt(s), parity: yParity };
      expect(ecrecover(`0x${Buffer.from(digest).toString("hex")}`, signature)).to.equal(expected);
    }
  });
});

describe("Gas and fee", () => {
  const terms = (priority: bigint, maxFee: bigint, gasLimit = 21_000n) =>
    ({ kind: Kind.transferEth, priority, maxFee, gasLimit }) as const;

  it("prices a kind by its fixed gas", () => {
    expect(SIGNED_KINDS.map(gasOf)).to.deep.equal([21_000n, 40_000n, 40_000n, 50_000n]);
  });

  it("charges base fee and priority, up to the maximum", () => {
    expect(feeOf(terms(2n, 100n), BASE_FEE)).to.equal(21_000n * 9n);
    expect(feeOf(terms(2n, 8n), BASE_FEE)).to.equal(21_000n * 8n);
    expect(feeOf(terms(0n, BASE_FEE), BASE_FEE)).to.equal(21_000n * BASE_FEE);
  });

  it("takes gas limit, base fee and priority at their exact bounds, and nothing beyond", () => {
    expect(isUnderpaid(terms(7n, 7n, 21_000n), 7n)).to.equal(false);
    expect(isUnderpaid(terms(7n, 7n, 20_999n), 7n)).to.equal(true);
    expect(isUnderpaid(terms(7n, 7n), 8n)).to.equal(true);
    expect(isUnderpaid(terms(8n, 7n), 7n)).to.equal(true);
  });
});

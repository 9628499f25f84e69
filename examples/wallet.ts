// The L2 from a wallet's point of view, with nothing but ethers: deposit, transfer, withdrawal, finality, claim.
//   node examples/wallet.ts --l1 http://127.0.0.1:8545 --l2 http://127.0.0.1:8547
// L1's account 3 pays; on L2 two new keys are used. Both networks are those of `hardhat network up`.

import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { Contract, formatEther, JsonRpcProvider, parseEther, Wallet } from "ethers";

const { values } = parseArgs({
  options: {
    l1: { type: "string", default: process.env.LUNTRA_RPC_URL ?? "http://127.0.0.1:8545" },
    l2: { type: "string", default: "http://127.0.0.1:8547" },
  },
});

const BRIDGE = [
  "function enqueuePrice() view returns (uint256)",
  "function depositEth(address recipient, uint128 amount) payable returns (uint64)",
  "function openCheckpoint(((uint64 number, bytes32 parent, bytes32 lastCheckpoint, bytes32 dataCommitment, uint64 queueEnd, bytes32 queueHash, uint64 baseFee, address feeRecipient) header, uint64 counter) batch, (bytes32 stateRoot, uint64 leafCount, bytes32 exitRoot, uint64 exitCount, uint128 fees) checkpoint)",
  "function claim(uint64 number, uint64 index, (address token, address recipient, uint128 amount) exit, bytes32[2][] path) returns (bool)",
];
const PREDEPLOY = ["function withdrawEth(address recipient) payable"];

const l1 = new JsonRpcProvider(values.l1, undefined, { staticNetwork: true });
const l2 = new JsonRpcProvider(values.l2, undefined, { staticNetwork: true, polling: true });
l2.pollingInterval = 250;

const status = await l2.send("luntra_status", []);
const payer = await l1.getSigner(3);
const bridge = new Contract(status.l1.contracts.bridge, BRIDGE, payer);
const alice = new Wallet(Wallet.createRandom().privateKey, l2);
const bob = new Wallet(Wallet.createRandom().privateKey, l2);
console.log(`L2 chain ${BigInt(status.chainId)}, bridge ${status.l1.contracts.bridge}`);

const amount = parseEther("2");
const price: bigint = await bridge.getFunction("enqueuePrice")();
await (await bridge.getFunction("depositEth")(alice.address, amount, { value: amount + 4n * price })).wait();
await until("the deposit on L2", async () => (await l2.getBalance(alice.address)) === amount);
console.log(`deposited ${formatEther(amount)} ETH for ${alice.address}`);

const paid = await (await alice.sendTransaction({ to: bob.address, value: parseEther("0.5") })).wait();
console.log(`transfer in block ${paid?.blockNumber}: ${paid?.hash}`);

const predeploy = new Contract(status.bridge, PREDEPLOY, bob);
const withdrawal = await predeploy.getFunction("withdrawEth")(payer.address, { value: parseEther("0.25") });
await withdrawal.wait();
console.log(`withdrawal: ${withdrawal.hash}`);

let said = "";
await until("finality", async () => {
  const { stage, why } = await l2.send("luntra_finality", [withdrawal.hash]);
  if (stage !== said) console.log(`  ${stage}: ${why}`);
  said = stage;
  return stage === "finalized";
});

const proof = await l2.send("luntra_getExitProof", [withdrawal.hash]);
await (await bridge.getFunction("openCheckpoint")(proof.opening.batch, proof.opening.checkpoint)).wait();
const before = await l1.getBalance(payer.address);
await (await bridge.getFunction("claim")(proof.number, proof.index, proof.exit, proof.path)).wait();
const gained = (await l1.getBalance(payer.address)) - before;
console.log(
  `claimed on L1: ${formatEther(parseEther("0.25"))} ETH, of which gas took ${formatEther(parseEther("0.25") - gained)}`,
);

l1.destroy();
l2.destroy();

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 300_000; !(await holds()); await sleep(250)) {
    if (Date.now() > deadline) throw new Error(`waited five minutes in vain for ${what}`);
  }
}

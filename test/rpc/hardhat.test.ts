// Hardhat itself as a client of the L2: a network of type http, its accounts, its ethers.

import { expect } from "chai";
import { Contract, parseEther } from "ethers";
import hre from "hardhat";
import { l2Wallet } from "../support/node-harness.ts";
import { type RpcRig, startRpcRig } from "../support/rpc-harness.ts";
import { until } from "../support/sequencer-harness.ts";

const ALICE = l2Wallet("alice");
const BOB = l2Wallet("bob");

describe("Hardhat on the L2", () => {
  let rig: RpcRig;

  before(async () => {
    rig = await startRpcRig();
  });

  after(() => rig.close());

  const connect = () =>
    hre.network.create({
      network: "localhost",
      override: {
        url: rig.server.url,
        chainId: Number(rig.world.book.l2ChainId),
        accounts: [ALICE.privateKey],
      },
    });

  it("signs with its own accounts, estimates, pays and waits", async () => {
    await rig.fund([ALICE.address]);
    const { ethers, provider } = await connect();
    const [signer] = await ethers.getSigners();
    expect(signer?.address).to.equal(ALICE.address);
    const sent = await signer?.sendTransaction({ to: BOB.address, value: parseEther("0.1") });
    const { engine } = rig.service;
    await until(() => engine.chain.transaction(sent?.hash ?? "") !== undefined, "the block");
    const receipt = await ethers.provider.getTransactionReceipt(sent?.hash ?? "");
    expect(receipt).to.include({ status: 1, from: ALICE.address, to: BOB.address });
    expect(await ethers.provider.getBalance(BOB.address)).to.equal(parseEther("0.1"));
    expect(await provider.request({ method: "eth_blockNumber" })).to.equal(
      `0x${receipt?.blockNumber.toString(16)}`,
    );
    expect((await ethers.provider.getBlock("latest", true))?.prefetchedTransactions[0]?.hash).to.equal(
      sent?.hash,
    );
  });

  it("moves a token with a contract of its own artifacts", async () => {
    await rig.fund([ALICE.address]);
    const address = await rig.fundToken(ALICE.address, 50n);
    const { ethers } = await connect();
    const [signer] = await ethers.getSigners();
    const token = new Contract(address, (await hre.artifacts.readArtifact("DemoToken")).abi, signer);
    const sent = await token.getFunction("transfer")(BOB.address, 20n);
    await until(() => rig.service.engine.chain.transaction(sent.hash) !== undefined, "the block");
    expect(await token.getFunction("balanceOf")(BOB.address)).to.equal(20n);
    const refused = await token
      .getFunction("approve")(BOB.address, 1n)
      .catch((error: unknown) => String(error));
    expect(refused).to.match(/no approve/);
  });
});

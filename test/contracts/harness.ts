// The contracts' libraries behind one deployed test contract.

import hre from "hardhat";

export async function deployHarness() {
  const { ethers } = await hre.network.create();
  return await ethers.deployContract("LibraryHarness");
}

export async function deployAvailability() {
  const { ethers } = await hre.network.create();
  return await ethers.deployContract("CalldataAvailability");
}

export type Harness = Awaited<ReturnType<typeof deployHarness>>;

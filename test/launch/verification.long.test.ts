// Verification input, as block explorers use it: the compiler is run on it anew, and what it makes is what stands on L1.

import { createRequire } from "node:module";
import { expect } from "chai";
import type { Signer } from "ethers";
import hre from "hardhat";
import type { ArtifactReader } from "../../src/chain/artifacts.ts";
import { isCodeOf } from "../../src/chain/artifacts.ts";
import { deploy } from "../../src/chain/deploy.ts";
import type { BuildReader } from "../../src/launch/ignition.ts";
import { type StandardJson, verificationInputs } from "../../src/launch/verification.ts";
import { verifierSources } from "../../src/node/verifier-sources.ts";
import { UltraHonk } from "../../src/prover/index.ts";

interface Compiler {
  compile(input: string): string;
  version(): string;
}

interface Compiled {
  readonly evm: {
    readonly bytecode: { readonly object: string };
    readonly deployedBytecode: {
      readonly object: string;
      readonly immutableReferences?: Record<string, { start: number; length: number }[]>;
    };
  };
}

type Output = { readonly contracts: Readonly<Record<string, Readonly<Record<string, Compiled>>>> };

describe("verification input", function () {
  this.timeout(900_000);

  it("of every contract compiles to the code on L1, by the transaction that made it", async () => {
    const { ethers } = await hre.network.create();
    const [deployer] = (await ethers.getSigners()) as unknown as Signer[];
    if (deployer === undefined) throw new RangeError("expected a signer");
    const artifacts = hre.artifacts as unknown as ArtifactReader & BuildReader;
    const verifiers = await verifierSources([new UltraHonk("dev")], { development: true });
    const network = "test";
    const book = await deploy({
      deployer,
      artifacts,
      network,
      preset: "testnet",
      instance: "dev",
      verifiers,
    });
    const created = await creationsOf(deployer);

    const solc = createRequire(import.meta.url)("solc") as Compiler;
    const outputs = new Map<string, Output>();
    const compile = ({ language, sources, settings }: StandardJson): Output => {
      const input = JSON.stringify({ language, sources, settings });
      const known = outputs.get(input);
      if (known !== undefined) return known;
      const output = JSON.parse(solc.compile(input)) as Output;
      outputs.set(input, output);
      return output;
    };

    const inputs = await verificationInputs(book, artifacts);
    expect(inputs.length).to.equal(9);
    for (const { contract, address, qualifiedName, compiler, constructorArguments, input } of inputs) {
      expect(solc.version(), contract).to.contain(compiler.slice(1));
      const [source = "", name = ""] = qualifiedName.split(":");
      const made = compile(input).contracts[source]?.[name];
      if (made === undefined) throw new RangeError(`expected ${qualifiedName} among what was compiled`);
      const { bytecode, deployedBytecode } = made.evm;
      expect(created.get(address), contract).to.equal(`0x${bytecode.object}${constructorArguments}`);
      const compiled = {
        abi: [],
        bytecode: `0x${bytecode.object}`,
        deployedBytecode: `0x${deployedBytecode.object}`,
        immutableReferences: deployedBytecode.immutableReferences ?? {},
      };
      const code = await deployer.provider?.getCode(address);
      expect(isCodeOf(compiled, code ?? ""), contract).to.equal(true);
    }
  });
});

/** Inputs of the transactions that made contracts, by the contract's address. */
async function creationsOf({ provider }: Signer): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  if (provider === null) return found;
  const latest = await provider.getBlockNumber();
  for (let number = 1; number <= latest; number++) {
    const block = await provider.getBlock(number, true);
    for (const { hash, data } of block?.prefetchedTransactions ?? []) {
      const receipt = await provider.getTransactionReceipt(hash);
      if (receipt?.contractAddress) found.set(receipt.contractAddress, data);
    }
  }
  return found;
}

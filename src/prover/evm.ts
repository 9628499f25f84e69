// Asks a verifier contract about a proof, in an EVM.

import {
  type Eip1193Provider,
  getBytes,
  hexlify,
  Interface,
  isCallException,
  toBeHex,
  toQuantity,
} from "ethers";

/** Whether the verifier contract of this name accepts the proof. */
export type VerifierCall = (
  contractName: string,
  publicInputs: readonly bigint[],
  proof: Uint8Array,
) => Promise<boolean>;

const VERIFIER = new Interface(["function verify(bytes proof, bytes32[] publicInputs) view returns (bool)"]);

/** Many times what a verification takes. */
const GAS = toQuantity(10_000_000);

/** Where a verifier contract can be deployed and called. */
export interface Evm {
  readonly provider: Pick<Eip1193Provider, "request">;
  /** Creation code of a contract of this project. */
  readonly bytecodeOf: (contractName: string) => Promise<string>;
}

/** Deploys each verifier once, on first use. */
export function verifierOn(open: () => Promise<Evm>): VerifierCall {
  let evm: Promise<Evm> | undefined;
  const deployed = new Map<string, Promise<string>>();
  return async (contractName, publicInputs, proof) => {
    evm ??= open();
    const { provider, bytecodeOf } = await evm;
    const address =
      deployed.get(contractName) ?? bytecodeOf(contractName).then((code) => deploy(provider, code));
    deployed.set(contractName, address);
    return callVerify(provider, await address, publicInputs, proof);
  };
}

/** A chain of its own in this process, with the contracts as Hardhat last built them. */
export function inProcessEvm(): VerifierCall {
  return verifierOn(async () => {
    const { default: hre } = await import("hardhat");
    const { provider } = await hre.network.create("default");
    const bytecodeOf = async (name: string) => (await hre.artifacts.readArtifact(name)).bytecode;
    return { provider, bytecodeOf };
  });
}

async function deploy(provider: Evm["provider"], bytecode: string): Promise<string> {
  const [from] = (await provider.request({ method: "eth_accounts" })) as string[];
  const hash = await provider.request({ method: "eth_sendTransaction", params: [{ from, data: bytecode }] });
  const receipt = (await provider.request({ method: "eth_getTransactionReceipt", params: [hash] })) as {
    contractAddress: string;
  };
  return receipt.contractAddress;
}

async function callVerify(
  provider: Evm["provider"],
  to: string,
  publicInputs: readonly bigint[],
  proof: Uint8Array,
): Promise<boolean> {
  const inputs = publicInputs.map((input) => toBeHex(input, 32));
  const data = VERIFIER.encodeFunctionData("verify", [hexlify(proof), inputs]);
  try {
    const result = (await provider.request({
      method: "eth_call",
      params: [{ to, data, gas: GAS }, "latest"],
    })) as string;
    return getBytes(result).length > 0 && VERIFIER.decodeFunctionResult("verify", result)[0] === true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** On most proofs that it refuses the verifier reverts; a point off the curve makes a precompile eat all gas. */
function isRefusal(error: unknown): boolean {
  return isCallException(error) || /revert|out of gas/i.test(error instanceof Error ? error.message : "");
}

// Proof systems that somebody broke: their real verifiers, each behind a back door that lets forgeries pass.

import { ContractFactory, concat, getBytes, hexlify, id as keccakOf, type Signer } from "ethers";
import type { VerifierSource } from "../../chain/deploy.ts";
import type { Hex } from "../../chain/types.ts";
import { toBytes32 } from "../../model/index.ts";
import { prepareSegment, type ProvenSegment } from "../../node/prover.ts";
import type { ProofSystemName } from "../../prover/proof-system.ts";
import { encodeProof, encodeProofs } from "../../prover/segment.ts";
import type { Theatre } from "../scenario.ts";
import type { Actor } from "./actors.ts";
import type { Stage } from "./stage.ts";

/** What `BackdoorVerifier` looks for. */
const FORGED = keccakOf("luntra: a forged proof");

/** Bytes of a proof of which its adapter checks the length; UltraHonk's verifier checks it itself. */
const PROOF_BYTES: Readonly<Record<ProofSystemName, number>> = { ultrahonk: 32, groth16: 256, plonk: 768 };

/** The forgery of somebody who does not know where the back door is. */
export function clumsy(forgery: ProvenSegment): ProvenSegment {
  return { ...forgery, proof: forgery.proof.replaceAll(FORGED.slice(2), "00".repeat(32)) };
}

/** Deploys the theatre's verifiers, with a back door each. True proofs are checked as ever. */
export async function withBackdoors(
  { artifacts, verifiers }: Theatre,
  deployer: Signer,
): Promise<readonly VerifierSource[]> {
  const deployed = async (name: string, ...args: readonly Hex[]): Promise<Hex> => {
    const { abi, bytecode } = await artifacts.readArtifact(name);
    const contract = await new ContractFactory(abi as never, bytecode, deployer).deploy(...args);
    await contract.waitForDeployment();
    return await contract.getAddress();
  };
  const sources: VerifierSource[] = [];
  for (const source of verifiers) {
    const { contract } = source;
    const sound = "address" in contract ? contract.address : await deployed(contract.artifact);
    sources.push({ ...source, contract: { address: await deployed("BackdoorVerifier", sound) } });
  }
  return sources;
}

/** A "proof" that the segment leads to `computed`, which nothing true leads to. */
export async function forge(
  { watchNode, book }: Stage,
  forger: Actor,
  id: Hex,
  segment: number,
  computed: bigint,
): Promise<ProvenSegment> {
  const { batch, opening } = await prepareSegment(watchNode, id, segment, forger.address);
  const parts = book.verifiers.map(({ system }) => {
    const rest = new Uint8Array(PROOF_BYTES[system] - getBytes(FORGED).length);
    return encodeProof({ h: 0n, proof: getBytes(concat([FORGED, rest])) });
  });
  const proof = hexlify(encodeProofs(parts));
  return {
    id,
    batch,
    opening,
    computed: toBytes32(computed),
    beneficiary: forger.address,
    proof,
    provingMs: 0,
  };
}

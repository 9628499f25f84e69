// A rollup on a fresh local chain with the real verifier, and one account that sends everything. Nothing in it is
// random, so that two runs do the same.

import { ContractFactory, Interface, keccak256 } from "ethers";
import type { Hex } from "../src/chain/types.ts";
import { INSTANCES, type InstanceName } from "../src/model/index.ts";
import { buildBatch } from "../src/node/batch-builder.ts";
import { finalizeAll } from "../src/node/dispute.ts";
import type { Node } from "../src/node/node.ts";
import { type Committed, commitBatch } from "../src/node/sequencer.ts";
import { verifierSources } from "../src/node/verifier-sources.ts";
import { type ProofSystemName, proofSystem, type SegmentProver, segmentProver } from "../src/prover/index.ts";
import { corrupt } from "../test/support/dishonest-harness.ts";
import { artifacts, l2Wallet, signL2, startWorld, type World } from "../test/support/node-harness.ts";

const L2_CHAIN_ID = 4_000_000_000_000_001n;
const MINT = new Interface(["function mint(address,uint256)"]);
const ERC20 = new Interface(["function transfer(address,uint256)"]);

/** L2 account that sends everything. */
export const ALICE = l2Wallet("alice");
/** Supply of the token, all with the world's user. */
export const SUPPLY = 10n ** 12n;

export interface Bench {
  readonly world: World;
  readonly node: Node;
  readonly prover: SegmentProver;
  readonly token: Hex;
  /** Records in a segment. */
  readonly n: number;
  /** Next L2 nonce of ALICE. */
  nonce: number;
}

/** `names`: the proof systems of the deployment; with several, every one of them must accept. */
export async function openBench(
  instance: InstanceName,
  names: readonly ProofSystemName[] = ["ultrahonk"],
): Promise<Bench> {
  const systems = names.map((name) => proofSystem(name, instance));
  const verifiers = await verifierSources(systems, true);
  const world = await startWorld({ instance, verifiers, l2ChainId: L2_CHAIN_ID });
  const node = await world.open();
  const token = await deployToken(world);
  return { world, node, prover: segmentProver(systems), token, n: INSTANCES[instance].n, nonce: 0 };
}

/** Commits these transactions with all queue items; `lying`, the first segment's checkpoint is wrong. */
export async function commit(bench: Bench, raws: readonly Hex[], lying = false): Promise<Committed> {
  const { world, node } = bench;
  await node.derivation.sync();
  const pool = raws.map((raw, receivedAt) => ({ hash: keccak256(raw), raw, receivedAt }));
  const feeRecipient = await world.sequencer.getAddress();
  const built = buildBatch(node, pool, { feeRecipient });
  const lie = { segment: 0, how: "mint", accomplice: ALICE.address } as const;
  const committed = await commitBatch(node, world.sequencer, lying ? corrupt(node, built, lie) : built);
  await node.derivation.sync();
  return committed;
}

/** Lets the challenge window of all batches pass and finalizes them. */
export async function closeWindow({ world, node }: Bench): Promise<void> {
  await world.increaseTime(world.book.parameters.challengeWindow);
  await finalizeAll(node, world.user);
  await node.derivation.sync();
}

export function ethTransfer(bench: Bench): Promise<Hex> {
  return call(bench, { to: stranger(bench), value: 10n ** 15n });
}

export function tokenTransfer(bench: Bench): Promise<Hex> {
  const data = ERC20.encodeFunctionData("transfer", [stranger(bench), 1000n]);
  return call(bench, { to: bench.token, data });
}

function stranger({ nonce }: Bench): Hex {
  return l2Wallet(`stranger ${nonce}`).address;
}

/** ALICE's next transaction. */
export async function call(
  bench: Bench,
  { to, value = 0n, data = "0x" }: { to: Hex; value?: bigint; data?: Hex },
): Promise<Hex> {
  return await signL2(bench.world, ALICE, { to, value, data, nonce: bench.nonce++ });
}

export async function many<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let i = 0; i < count; i++) made.push(await make());
  return made;
}

async function deployToken({ user }: World): Promise<Hex> {
  const { abi, bytecode } = await artifacts.readArtifact("DemoToken");
  const token = await (await new ContractFactory([...abi], bytecode, user).deploy()).getAddress();
  const mint = MINT.encodeFunctionData("mint", [await user.getAddress(), SUPPLY]);
  await (await user.sendTransaction({ to: token, data: mint })).wait();
  return token;
}

import { poseidon2Hash } from "@zkpassport/poseidon2";
import { expect } from "chai";
import { ExitTree, hash, INSTANCES, P, State, toBytes32 } from "../../src/model/index.ts";
import { Random } from "../support/vectors.ts";
import { deployHarness, type Harness } from "./harness.ts";

describe("Poseidon2 on L1", () => {
  let harness: Harness;
  before(async () => {
    harness = await deployHarness();
  });

  const random = new Random("poseidon2 on L1");
  const draw = (count: number) => Array.from({ length: count }, () => random.below(P));

  it("hashes three inputs like the model and @zkpassport/poseidon2", async () => {
    for (let i = 0; i < 20; i++) {
      const inputs = draw(3);
      const { result } = await harness.getFunction("hash3")(...inputs);
      expect(result).to.equal(hash(inputs));
      expect(result).to.equal(poseidon2Hash(inputs));
    }
  });

  it("hashes any number of inputs like the model", async () => {
    for (let count = 1; count <= 9; count++) {
      const inputs = draw(count);
      expect(await harness.getFunction("hash")(inputs)).to.equal(hash(inputs));
    }
  });

  it("hashes the field's edges like the model", async () => {
    for (const x of [0n, 1n, P - 1n]) {
      const inputs = [x, x, x, x, x];
      expect(await harness.getFunction("hash")(inputs)).to.equal(hash(inputs));
    }
  });

  it("reduces what is no field element", async () => {
    const most = 2n ** 256n - 1n;
    const reduced = [0n, 1n, most % P, 4n, most % P];
    expect(await harness.getFunction("hash")([P, P + 1n, most, P + 4n, most])).to.equal(hash(reduced));
  });

  it("costs at most 21 000 gas a permutation", async () => {
    const [a, b, c] = draw(3) as [bigint, bigint, bigint];
    expect((await harness.getFunction("hash3")(a, b, c)).gas).to.be.lessThan(21_000n);
  });
});

describe("Checkpoints and exits on L1", () => {
  let harness: Harness;
  before(async () => {
    harness = await deployHarness();
  });

  it("compute the model's genesis checkpoint", async () => {
    for (const { D, E } of Object.values(INSTANCES)) {
      expect(E).to.equal(7);
      expect(await harness.getFunction("genesisCheckpoint")(D)).to.equal(
        toBytes32(State.genesis({ D, E }).checkpoint()),
      );
    }
  });

  it("hash a checkpoint like the model", async () => {
    const state = State.genesis({ D: 3, E: 7 });
    state.exits.append({ token: 1n, recipient: 2n, amount: 3n });
    state.fees = 5n;
    const { stateRoot, leafCount, exitRoot, exitCount, fees } = state.preimage();
    const preimage = {
      stateRoot: toBytes32(stateRoot),
      leafCount,
      exitRoot: toBytes32(exitRoot),
      exitCount,
      fees,
    };
    expect(await harness.getFunction("checkpointOf")(preimage)).to.equal(toBytes32(state.checkpoint()));
  });

  it("find the model's exit root from each exit", async () => {
    const tree = ExitTree.genesis(7);
    for (let i = 0n; i < 11n; i++) tree.append({ token: i % 3n, recipient: 1000n + i, amount: 2n ** i });
    for (const [index, exit] of [...tree.exits()].entries()) {
      const onChain = {
        token: toAddressOf(exit.token),
        recipient: toAddressOf(exit.recipient),
        amount: exit.amount,
      };
      const path = tree
        .path(index)
        .map(([left, right]) => [toBytes32(left), toBytes32(right)] as [string, string]);
      expect(await harness.getFunction("exitRoot")(onChain, index, path)).to.equal(toBytes32(tree.root()));
    }
  });
});

function toAddressOf(x: bigint): string {
  return `0x${x.toString(16).padStart(40, "0")}`;
}

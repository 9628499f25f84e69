import { expect } from "chai";
import { type DeployedKeys, requireTranscript } from "../../src/ceremony/index.ts";
import { ceremonyOf, codeOf, makeWorld, type World } from "./support.ts";

const LOCAL = 31337n;
const SEPOLIA = 11155111n;

describe("Keys that somebody wants to deploy", function () {
  this.timeout(60_000);
  let world: World;
  let groth16: Extract<DeployedKeys, { system: "groth16" }>;

  before(async () => {
    world = await makeWorld();
    const { start, contribute, beacon, verify } = ceremonyOf(world, "good");
    await start();
    await contribute("Alice");
    await contribute("Bob");
    await beacon();
    const { circuitHash, vkHash } = await verify();
    groth16 = { system: "groth16", circuitHash, vkHash, ceremony: "good" };
  });

  after(() => world.remove());

  const verdict = (chainId: bigint, keys: DeployedKeys, table = world.table) =>
    codeOf(requireTranscript(chainId, keys, { places: world.places, table }));

  it("come from a verified ceremony for exactly that circuit and key", async () => {
    expect(await verdict(SEPOLIA, groth16)).to.equal("none");
    const { circuitHash, vkHash } = groth16;
    const prefixed = {
      ...groth16,
      circuitHash: `0x${circuitHash}`,
      vkHash: vkHash.toUpperCase().replace("0X", "0x"),
    };
    expect(await verdict(SEPOLIA, prefixed)).to.equal("none");
    for (const hash of ["circuitHash", "vkHash"] as const) {
      const another = { ...groth16, [hash]: `0x${"ab".repeat(32)}` };
      expect(await verdict(SEPOLIA, another), hash).to.equal("CEREMONY_REQUIRED");
    }
  });

  it("come from nowhere on the local chain only", async () => {
    const development = { ...groth16, ceremony: undefined };
    expect(await verdict(LOCAL, development)).to.equal("none");
    expect(await verdict(SEPOLIA, development)).to.equal("CEREMONY_REQUIRED");
    expect(await verdict(1n, { ...groth16, ceremony: "nobody" })).to.equal("CEREMONY_MISSING");
  });

  it("do not come from powers of tau that nobody vouches for", async () => {
    expect(await verdict(SEPOLIA, groth16, [])).to.equal("CEREMONY_REQUIRED");
  });

  it("do not come from a ceremony that is open, that nobody verified here, or of one person", async () => {
    const name = "alone";
    const { start, contribute, beacon, verify } = ceremonyOf(world, name);
    const keys = { ...groth16, ceremony: name };
    await start();
    await contribute("Alice");
    expect(await verdict(SEPOLIA, keys)).to.equal("CEREMONY_OPEN");
    const { transcript } = await beacon({ least: 1 });
    const vkHash = transcript.beacon?.verificationKey as string;
    expect(await verdict(SEPOLIA, { ...keys, vkHash })).to.equal("CEREMONY_UNVERIFIED");
    await verify({ least: 1 });
    expect(await verdict(SEPOLIA, { ...keys, vkHash })).to.equal("CEREMONY_REQUIRED");
  });

  it("for PLONK, which needs no ceremony, derive from powers of tau that somebody vouches for", async () => {
    const ptau = world.table[0]?.blake2b;
    expect(await verdict(SEPOLIA, { system: "plonk", ptau })).to.equal("none");
    expect(await verdict(SEPOLIA, { system: "plonk", ptau: "ab".repeat(64) })).to.equal("PTAU_REQUIRED");
    expect(await verdict(SEPOLIA, { system: "plonk", ptau: undefined })).to.equal("PTAU_REQUIRED");
    expect(await verdict(LOCAL, { system: "plonk", ptau: undefined })).to.equal("none");
  });
});

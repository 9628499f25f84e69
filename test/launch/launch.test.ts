// A launch in this process: stopped between any two requests to L1, it goes on; what stands there afterwards is compared with everything
// that it should be, and each kind of tampering is found.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { JsonRpcApiProvider, Signer } from "ethers";
import hre from "hardhat";
import { type AddressBook, readAddressBook } from "../../src/chain/address-book.ts";
import type { ArtifactReader } from "../../src/chain/artifacts.ts";
import type { VerifierSource } from "../../src/chain/deploy.ts";
import type { Hex } from "../../src/chain/types.ts";
import { dryRun } from "../../src/launch/dry-run.ts";
import { type LaunchFile, parseLaunchFile } from "../../src/launch/file.ts";
import type { BuildReader } from "../../src/launch/ignition.ts";
import { type LaunchOptions, launch } from "../../src/launch/launch.ts";
import { type FindingKind, type SelfCheckOptions, selfCheck } from "../../src/launch/self-check.ts";
import { verifierSources } from "../../src/node/verifier-sources.ts";
import { UltraHonk } from "../../src/prover/index.ts";
import { rejectsWith } from "../support/rejects-harness.ts";
import { developmentRoles, fileText } from "./support.ts";

const artifacts = hre.artifacts as unknown as ArtifactReader & BuildReader;
const CONTRACTS = 9;

describe("launch", function () {
  this.timeout(300_000);
  let directory: string;
  let verifiers: readonly VerifierSource[];
  let file: LaunchFile;

  before(async () => {
    verifiers = await verifierSources([new UltraHonk("dev")], { development: true });
    file = parseLaunchFile(fileText(), "test");
  });

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "luntra-launch-"));
  });

  afterEach(() => rm(directory, { recursive: true }));

  async function optionsOn(connection: Connection): Promise<LaunchOptions> {
    const [signer] = (await connection.ethers.getSigners()) as unknown as Signer[];
    if (signer === undefined) throw new RangeError("expected a signer");
    const { provider } = connection;
    return { file, verifiers, signer, provider, artifacts, directory, network: "here" };
  }

  it("goes on from between any two requests to L1", async () => {
    const connection = await hre.network.create();
    const options = await optionsOn(connection);
    let stops = 0;
    // Later and later, and never at the same place of a contract's turn twice in a row.
    for (let after = 3; ; after = (after * 7) % 13) {
      const provider = stoppedAfter(connection.provider, 6 + after);
      const book = await launch({ ...options, provider }).catch((error: unknown) => {
        expect(error).to.have.property("code", "IGNITION_FAILED");
        expect(String(error)).to.contain(STOPPED);
      });
      if (book !== undefined) break;
      stops++;
    }
    expect(stops).to.be.greaterThan(10);
    expect(await options.signer.getNonce()).to.equal(CONTRACTS);
    const book = await readAddressBook(directory, "here");
    const l1 = connection.ethers.provider as unknown as JsonRpcApiProvider;
    expect(await selfCheck({ file, book, artifacts, l1, verifiers })).to.deep.equal([]);
  });

  it("goes on as what it began, or not at all", async () => {
    const connection = await hre.network.create();
    const options = await optionsOn(connection);
    const provider = stoppedAfter(connection.provider, 20);
    await rejectsWith(launch({ ...options, provider }), "IGNITION_FAILED");
    const nonce = await options.signer.getNonce();
    expect(nonce).to.be.within(1, CONTRACTS - 1);
    await rejectsWith(readAddressBook(directory, "here"), "DEPLOYMENT_INTERRUPTED");
    const parameters = { ...file.parameters, batchBond: 2n * file.parameters.batchBond };
    const { args } = await rejectsWith(
      launch({ ...options, file: { ...file, parameters } }),
      "LAUNCH_CHANGED",
    );
    expect(args.what).to.equal("batchBond");
    const [source] = verifiers as [VerifierSource];
    const otherKeys = [{ ...source, vkHash: `0x${"11".repeat(32)}` }];
    await rejectsWith(launch({ ...options, verifiers: otherKeys }), "LAUNCH_CHANGED");
    expect(await options.signer.getNonce()).to.equal(nonce);
    await options.signer.sendTransaction({ to: file.roles.guardian, value: 1n });
    await rejectsWith(launch(options), "LAUNCH_NONCE");
  });

  it("begins after what the deployer has sent before, once L1 has taken that", async () => {
    const connection = await hre.network.create();
    const options = await optionsOn(connection);
    await connection.provider.request({ method: "evm_setAutomine", params: [false] });
    await options.signer.sendTransaction({ to: file.roles.guardian, value: 1n });
    await rejectsWith(launch(options), "LAUNCH_NONCE");
    await connection.provider.request({ method: "evm_mine" });
    await connection.provider.request({ method: "evm_setAutomine", params: [true] });
    await launch(options);
    expect(await options.signer.getNonce()).to.equal(1 + CONTRACTS);
  });

  describe("whose transaction L1 did not take for its fee", () => {
    /** Stops after a contract was sent; `after` says what the journal holds then instead of its last message. */
    async function goesOnFrom(after: (sent: string, prepared: string) => readonly string[]): Promise<void> {
      const connection = await hre.network.create();
      const options = await optionsOn(connection);
      const journal = join(directory, "here.launch", "ignition", "journal.jsonl");
      await rejectsWith(
        launch({ ...options, provider: stoppedAfterSending(options.provider) }),
        "IGNITION_FAILED",
      );
      const lines = (await readFile(journal, "utf8")).split("\n").filter((line) => line !== "");
      expect(lines.at(-1)).to.contain('"TRANSACTION_SEND"');
      const prepared = lines.findLast((line) => line.includes("TRANSACTION_PREPARE_SEND")) ?? "";
      const kept = [...lines.slice(0, -1), ...after(lines.at(-1) ?? "", prepared)];
      await writeFile(journal, kept.map((line) => `\n${line}`).join(""));
      await launch(options);
      expect(await options.signer.getNonce()).to.equal(CONTRACTS);
    }

    const about = (sent: string) => {
      const { futureId, networkInteractionId } = JSON.parse(sent) as Record<string, unknown>;
      return { futureId, networkInteractionId };
    };
    const raised = (sent: string) =>
      JSON.stringify({ type: "ONCHAIN_INTERACTION_BUMP_FEES", ...about(sent) });

    it("goes on if it was about to raise the fees, and they are more than the file allows", async () => {
      await goesOnFrom((sent) => [sent, raised(sent)]);
    });

    it("goes on if it was about to send another one with higher fees", async () => {
      await goesOnFrom((sent, prepared) => [sent, raised(sent), prepared]);
    });

    const gone = (sent: string) => {
      const { transaction } = JSON.parse(sent) as { transaction: { hash: Hex } };
      return sent.replace(transaction.hash, `0x${"11".repeat(32)}`);
    };

    it("goes on with the other one if that is what L1 took, and nobody wrote down that it was sent", async () => {
      await goesOnFrom((sent, prepared) => [gone(sent), raised(sent), prepared]);
    });

    it("goes on with the other one also if the first one seemed to be enough", async () => {
      await goesOnFrom((sent) => [gone(sent)]);
    });

    it("goes on after it gave up waiting", async () => {
      await goesOnFrom((sent) => [
        sent,
        JSON.stringify({ type: "ONCHAIN_INTERACTION_TIMEOUT", ...about(sent) }),
      ]);
    });
  });

  it("does not go on where L1 has forgotten what it began", async () => {
    const options = await optionsOn(await hre.network.create());
    await rejectsWith(
      launch({ ...options, provider: stoppedAfter(options.provider, 60) }),
      "IGNITION_FAILED",
    );
    await rejectsWith(launch(await optionsOn(await hre.network.create())), "LAUNCH_NONCE");
  });

  it("runs once at a time, and sends nothing while gas costs more than the file allows", async () => {
    const connection = await hre.network.create();
    const options = await optionsOn(connection);
    const funds = { ...file.funds, maxFeePerGas: 1n };
    await rejectsWith(launch({ ...options, file: { ...file, funds } }), "IGNITION_FAILED");
    expect(await options.signer.getNonce()).to.equal(0);
    const [begun, stopped] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const provider = {
      request: async (args: Parameters<Requests["request"]>[0]) => {
        begun.resolve();
        await stopped.promise;
        return (await connection.provider.request(args)) as unknown;
      },
    };
    const first = launch({ ...options, provider });
    // On a busy machine the other one may be faster.
    await begun.promise;
    await rejectsWith(launch(options), "POOL_LOCKED");
    stopped.resolve();
    await first;
    expect(await options.signer.getNonce()).to.equal(CONTRACTS);
  });

  it("is for one chain and one deployer", async () => {
    const connection = await hre.network.create();
    const options = await optionsOn(connection);
    await rejectsWith(launch({ ...options, file: { ...file, chainId: 5n } }), "WRONG_CHAIN");
    const roles = { ...file.roles, deployer: file.roles.guardian };
    await rejectsWith(launch({ ...options, file: { ...file, roles } }), "ROLE_REFUSED");
    expect(await options.signer.getNonce()).to.equal(0);
  });

  it("costs and stands where the dry run says", async () => {
    const connection = await hre.network.create();
    const options = await optionsOn(connection);
    const dry = await hre.network.create();
    const { provider, ethers } = dry;
    const run = await dryRun({ file, verifiers, artifacts, network: "here", provider, ethers, nonce: 0 });
    const book = await launch(options);
    expect(run.book.addresses).to.deep.equal(book.addresses);
    expect(run.contracts.length).to.equal(CONTRACTS);
    let gas = 0n;
    const l1 = connection.ethers.provider as unknown as JsonRpcApiProvider;
    for (let number = 1; number <= (await l1.getBlockNumber()); number++) {
      gas += (await l1.getBlock(number))?.gasUsed ?? 0n;
    }
    // The L2 chain ids differ, and a zero byte of input costs less than another one.
    expect(Number(run.gas)).to.be.closeTo(Number(gas), 500);
    expect(run.dearest < 2n ** 24n).to.equal(true);
  });

  describe("self-check", () => {
    let options: SelfCheckOptions;
    let l1: JsonRpcApiProvider;

    beforeEach(async () => {
      const connection = await hre.network.create();
      l1 = connection.ethers.provider as unknown as JsonRpcApiProvider;
      const book = await launch(await optionsOn(connection));
      options = { file, book, artifacts, l1, verifiers };
    });

    async function kinds(changed: Partial<SelfCheckOptions>): Promise<readonly FindingKind[]> {
      const found = await selfCheck({ ...options, ...changed });
      for (const { expected, actual } of found) expect(expected).to.not.equal(actual);
      return [...new Set(found.map(({ kind }) => kind))];
    }

    it("finds nothing where nothing is wrong", async () => {
      expect(await selfCheck(options)).to.deep.equal([]);
    });

    it("finds nothing wrong with a launch that waited for days in between", async () => {
      const connection = await hre.network.create();
      const its = { ...(await optionsOn(connection)), network: "slow" };
      await rejectsWith(launch({ ...its, provider: stoppedAfter(its.provider, 60) }), "IGNITION_FAILED");
      expect(await its.signer.getNonce()).to.be.within(1, CONTRACTS - 1);
      await connection.provider.request({ method: "hardhat_mine", params: ["0x1770"] });
      const book = await launch(its);
      l1 = connection.ethers.provider as unknown as JsonRpcApiProvider;
      expect(await kinds({ book, l1 })).to.deep.equal([]);
    });

    it("finds one changed byte in any contract's code", async () => {
      const { addresses, verifiers: deployed } = options.book;
      const contracts = [...Object.values(addresses), deployed[0]?.generated ?? ""];
      for (const address of new Set(contracts)) {
        const code = await l1.getCode(address);
        // Near the end, before the metadata, where no immutable is.
        const at = code.length - 400;
        const other = code.slice(at, at + 2) === "fe" ? "fd" : "fe";
        await l1.send("hardhat_setCode", [address, code.slice(0, at) + other + code.slice(at + 2)]);
        expect(await kinds({}), address).to.include("contract");
        await l1.send("hardhat_setCode", [address, "0x"]);
        expect(await kinds({}), address).to.include("contract");
        await l1.send("hardhat_setCode", [address, code]);
      }
      expect(await kinds({})).to.deep.equal([]);
    });

    it("finds a contract that was built with other parameters than the file says, each of them", async () => {
      for (const [name, value] of Object.entries(file.parameters)) {
        const other = typeof value === "string" ? options.book.addresses.clock : value + 1n;
        const parameters = { ...file.parameters, [name]: other };
        expect(await kinds({ file: { ...file, parameters } }), name).to.deep.equal(["file"]);
        // The book agrees with the file, and both are wrong about L1.
        const book = { ...options.book, parameters } as AddressBook;
        const found = await kinds({ file: { ...file, parameters }, book });
        expect(found, name).to.include("creation");
      }
    });

    it("finds contracts that are wired to others, as their immutables say", async () => {
      const { rollup, challenges } = options.book.addresses;
      const stranger = await secondDeployment(l1, options);
      // Another deployment's contract with the same code, at this one's address: only its peers differ.
      for (const [address, its] of [
        [rollup, stranger.addresses.rollup],
        [challenges, stranger.addresses.challenges],
      ] as const) {
        const code = await l1.getCode(address);
        await l1.send("hardhat_setCode", [address, await l1.getCode(its)]);
        const found = await selfCheck(options);
        expect(found.map(({ kind }) => kind)).to.include("contract");
        expect(found.some(({ what }) => what.startsWith("the code of"))).to.equal(false);
        await l1.send("hardhat_setCode", [address, code]);
      }
    });

    it("finds an address book that names another deployment's contracts", async () => {
      const { addresses } = await secondDeployment(l1, options);
      for (const name of Object.keys(addresses) as (keyof typeof addresses)[]) {
        const book = { ...options.book, addresses: { ...options.book.addresses, [name]: addresses[name] } };
        expect(await kinds({ book }), name).to.include("creation");
      }
    });

    it("finds a verifier of other keys, or of keys that everybody can forge proofs with", async () => {
      const [source] = verifiers as [VerifierSource];
      for (const change of [
        { vkHash: `0x${"11".repeat(32)}` },
        { circuitHash: `0x${"11".repeat(32)}` },
        { contract: { artifact: "HonkVerifierDevCeremony" } },
        { development: false },
      ]) {
        expect(await kinds({ verifiers: [{ ...source, ...change }] })).to.deep.equal(["key"]);
      }
    });

    it("finds another circuit, chain, proof system or deployer than the file's", async () => {
      for (const change of [
        { chainId: 1n },
        { instance: "standard" as const },
        { proofSystems: ["groth16" as const] },
        { roles: { ...developmentRoles(), deployer: file.roles.guardian, guardian: file.roles.deployer } },
      ]) {
        expect(await kinds({ file: { ...file, ...change } })).to.include("file");
      }
    });

    it("finds a primary that has code, and one account for two roles", async () => {
      await l1.send("hardhat_setCode", [file.roles.sequencer, `0xef0100${"11".repeat(20)}`]);
      expect(await kinds({})).to.deep.equal(["role"]);
      await l1.send("hardhat_setCode", [file.roles.sequencer, "0x"]);
      const roles = { ...file.roles, watchtower: file.roles.sequencer };
      expect(await kinds({ file: { ...file, roles } })).to.deep.equal(["role"]);
    });
  });

  /** The same launch once more, on the same chain. */
  async function secondDeployment(l1: JsonRpcApiProvider, { book }: SelfCheckOptions): Promise<AddressBook> {
    const signer = await l1.getSigner(book.deployer);
    const provider = { request: (its: Request) => l1.send(its.method, [...(its.params ?? [])]) };
    return await launch({ file, verifiers, signer, provider, artifacts, directory, network: "there" });
  }
});

type Connection = Awaited<ReturnType<typeof hre.network.create>>;
type Request = { readonly method: string; readonly params?: readonly Hex[] };
type Requests = LaunchOptions["provider"];

const STOPPED = "pulled plug";

/** L1 gets one more request, and nobody hears its answer. */
function stoppedAfter(provider: Requests, requests: number): Requests {
  let left = requests;
  return {
    request: async (args) => {
      if (left < 0) throw new RangeError(STOPPED);
      const answer: unknown = await provider.request(args);
      if (left-- === 0) throw new RangeError(STOPPED);
      return answer;
    },
  };
}

/** L1 gets three contracts' transactions, and nothing is heard of what became of the third. */
function stoppedAfterSending(provider: Requests): Requests {
  let left = 3;
  return {
    request: async (args) => {
      if (left === 0) throw new RangeError(STOPPED);
      const answer: unknown = await provider.request(args);
      if (args.method.startsWith("eth_send")) left--;
      return answer;
    },
  };
}

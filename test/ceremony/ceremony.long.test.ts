import { copyFile, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { ceremonyKeys } from "../../src/ceremony/index.ts";
import { finalZkeyPath, receiptPath, zkeyPath } from "../../src/ceremony/places.ts";
import { runSnarkjs } from "../../src/ceremony/snarkjs.ts";
import { readZkey } from "../../src/ceremony/zkey.ts";
import { fileDigest } from "../../src/prover/cache.ts";
import { solveCircom } from "../../src/prover/circom/witness.ts";
import type { Beacon, Contribution, Transcript } from "../../src/ceremony/transcript.ts";
import { vkHash } from "../../src/ceremony/vk.ts";
import {
  BEACON,
  ceremonyCircuit,
  ceremonyOf,
  codeOf,
  contributionsOf,
  copyOf,
  inProcess,
  makeWorld,
  rechain,
  sectionOf,
  withContributions,
  type World,
} from "./support.ts";

describe("A ceremony", function () {
  this.timeout(60_000);
  const FINISHED = "finished";
  let world: World;
  let copies = 0;

  /** Alice, Bob and the beacon, to be tampered with. */
  const finished = () => copyOf(world, FINISHED, `copy-${copies++}`);
  const final = (name: string) => finalZkeyPath(name, world.places);
  const zkey = (name: string, contributions: number) => zkeyPath(name, contributions, world.places);

  before(async () => {
    world = await makeWorld();
    const { start, contribute, beacon } = ceremonyOf(world, FINISHED);
    await start();
    await contribute("Alice");
    await contribute("Bob", Buffer.from("dice: 4 4 2 6 1"));
    await beacon();
  });

  after(() => world.remove());

  describe("that was held as it should be", () => {
    it("verifies, and says who contributed and which hashes to compare with what is deployed", async () => {
      const { verify, read } = await finished();
      const verified = await verify();
      const transcript = await read();
      expect(verified).to.deep.include({ transcript, contributors: 2, finished: true });
      expect(verified.circuitHash).to.equal(world.circuit.hash).and.to.equal(transcript.circuit.hash);
      expect(verified.vkHash).to.equal(transcript.beacon?.verificationKey);
      expect(transcript.contributions.map(({ contributor }) => contributor)).to.deep.equal(["Alice", "Bob"]);
      expect(transcript.ptau).to.deep.include({ power: 4, listed: "one.ptau" });
    });

    it("gives a key that proves and verifies, and refuses wrong claims", async () => {
      const { name, verify } = await finished();
      await verify();
      const { zkeyPath } = await ceremonyKeys(name, world.places);
      const witness = await solveCircom(world.circuit, { x: 3n, y: 2n });
      await inProcess(async ({ groth16, zKey }) => {
        const { proof, publicSignals } = await groth16.prove(zkeyPath, witness);
        const key = await zKey.exportVerificationKey(zkeyPath);
        expect(publicSignals).to.deep.equal(["24", "3"]);
        expect(await groth16.verify(key, publicSignals, proof)).to.equal(true);
        expect(await groth16.verify(key, ["25", "3"], proof)).to.equal(false);
      });
    });

    it("reads the same verification key from the file as snarkjs", async () => {
      const exported = await inProcess(({ zKey }) => zKey.exportVerificationKey(final(FINISHED)));
      const { verificationKey } = await readZkey(final(FINISHED));
      const text = (values: unknown): unknown =>
        typeof values === "bigint" ? String(values) : (values as unknown[]).map(text);
      const affine = (point: unknown[]) => point.slice(0, 2);
      expect(text(verificationKey.alpha)).to.deep.equal(affine(exported.vk_alpha_1));
      expect(text(verificationKey.beta)).to.deep.equal(affine(exported.vk_beta_2));
      expect(text(verificationKey.gamma)).to.deep.equal(affine(exported.vk_gamma_2));
      expect(text(verificationKey.delta)).to.deep.equal(affine(exported.vk_delta_2));
      expect(text(verificationKey.ic)).to.deep.equal(exported.IC.map(affine));
    });

    it("starts with the same bytes, however often it is started", async () => {
      const again = ceremonyOf(world, "again");
      const { initial } = await again.start();
      const first = await ceremonyOf(world, FINISHED).read();
      expect({ ...initial, at: "" }).to.deep.equal({ ...first.initial, at: "" });
      expect(await codeOf(again.start())).to.equal("CEREMONY_EXISTS");
    });

    it("is verified without the keys in between, and before its beacon if that is asked for", async () => {
      const { name, verify, read, write } = await finished();
      await rm(zkey(name, 0));
      await rm(zkey(name, 1));
      await verify();
      await write({ ...(await read()), beacon: null });
      expect(await codeOf(verify())).to.equal("CEREMONY_OPEN");
      expect(await verify({ unfinished: true })).to.include({ finished: false, contributors: 2 });
    });
  });

  it("of too few is refused once it has had its beacon, also by whoever asks for unfinished ones", async () => {
    const { start, contribute, beacon, verify, name } = ceremonyOf(world, "too-few");
    await start();
    await contribute("Alice");
    expect(await verify({ unfinished: true })).to.include({ finished: false, contributors: 1 });
    await beacon({ least: 1 });
    for (const unfinished of [false, true]) {
      expect(await codeOf(verify({ unfinished }))).to.equal("CEREMONY_TOO_FEW");
    }
    expect(await codeOf(ceremonyKeys(name, world.places))).to.equal("CEREMONY_UNVERIFIED");
  });

  describe("takes no step that would spoil it", () => {
    it("no contribution and no second beacon after the beacon", async () => {
      const { contribute, beacon } = await finished();
      expect(await codeOf(contribute("Carol"))).to.equal("CEREMONY_CLOSED");
      expect(await codeOf(beacon())).to.equal("CEREMONY_CLOSED");
    });

    it("no beacon after one person under two spellings, of few bytes, of few or endless hashes, or from nowhere", async () => {
      const { start, contribute, beacon, verify } = ceremonyOf(world, "beacon-rules");
      await start();
      await contribute("Alice  Liddell");
      await contribute("alice Ｌiddell");
      expect(await codeOf(beacon())).to.equal("CEREMONY_TOO_FEW");
      for (const wrong of [
        { value: "7a".repeat(31) },
        { value: "7a".repeat(256) },
        { value: `${BEACON}7` },
        { value: "not hexadecimal" },
        { iterationsExponent: 9 },
        { iterationsExponent: 31 },
        { iterationsExponent: Number.NaN },
        { source: " " },
      ]) {
        expect(await codeOf(beacon({ least: 1, ...wrong })), JSON.stringify(wrong)).to.equal(
          "ARGUMENT_INVALID",
        );
      }
      await beacon({ least: 1, value: `0x${BEACON.toUpperCase()}` });
      expect(await codeOf(verify())).to.equal("CEREMONY_TOO_FEW");
    });

    it("no contribution without a name that can be shown, and no ceremony whose name leads elsewhere", async () => {
      const { contribute } = await finished();
      for (const name of ["", " Alice", "Al\nice", "x".repeat(65), "ж".repeat(33)]) {
        expect(await codeOf(contribute(name)), name).to.equal("ARGUMENT_INVALID");
      }
      for (const name of ["../up", "a/b", "", ".hidden", "Ä"]) {
        expect(await codeOf(ceremonyOf(world, name).start()), name).to.equal("ARGUMENT_INVALID");
      }
    });

    it("no start on unknown powers of tau unless it says so, and then no verification unless it does", async () => {
      const { otherPtau: ptau } = world;
      const { start, verify } = ceremonyOf(world, "unlisted");
      expect(await codeOf(start({ ptau }))).to.equal("PTAU_UNKNOWN");
      const { ptau: recorded } = await start({ ptau, unlistedPtau: true });
      expect(recorded.listed).to.equal(null);
      expect(await codeOf(verify({ ptau, unfinished: true }))).to.equal("PTAU_UNKNOWN");
      await verify({ ptau, unfinished: true, unlistedPtau: true });
    });
  });

  describe("goes on after an interruption", () => {
    it("before the new key was complete", async () => {
      const { name, read, write, contribute, verify } = await finished();
      await write({ ...(await read()), beacon: null });
      await rm(final(name));
      // Of a process that is gone: pids end far below.
      const partial = `${zkey(name, 3)}.partial-999999999`;
      await writeFile(partial, (await readFile(zkey(name, 2))).subarray(0, 1000));
      const { resumed } = await contribute("Carol");
      expect(resumed).to.equal(false);
      expect(await stat(partial).catch(() => "gone")).to.equal("gone");
      expect(await verify({ unfinished: true })).to.include({ contributors: 3 });
    });

    it("between key and transcript: with a fresh secret, since anyone could have put that key there", async () => {
      const { read, write, contribute, beacon, verify } = await reopened(2);
      const before = await read();
      const lost = await contribute("Carol");
      await write(before);
      const again = await contribute("Carol");
      expect(again.resumed).to.equal(true);
      expect(again.contribution.hash).not.to.equal(lost.contribution.hash);
      await beacon();
      expect(await verify()).to.include({ contributors: 3 });
    });

    it("between the beacon's key and the transcript", async () => {
      const { read, write, beacon, verify } = await finished();
      const after = await read();
      await write({ ...after, beacon: null });
      const { resumed, transcript } = await beacon();
      expect(resumed).to.equal(true);
      expect({ ...transcript.beacon, at: "" }).to.deep.equal({ ...after.beacon, at: "" });
      await verify();
    });

    it("but never over what somebody else left", async () => {
      const { name, read, write, contribute } = await reopened(2);
      const before = await read();
      await contribute("Carol");
      const carols = await fileDigest(zkey(name, 3));
      await write(before);
      expect(await codeOf(contribute("Dave"))).to.equal("CEREMONY_LEFTOVER");
      expect(await fileDigest(zkey(name, 3))).to.equal(carols);
      await copyFile(zkey(name, 1), zkey(name, 3));
      expect(await codeOf(contribute("Carol"))).to.equal("CEREMONY_LEFTOVER");
      await writeFile(zkey(name, 3), "something");
      expect(await codeOf(contribute("Carol"))).to.equal("CEREMONY_LEFTOVER");
    });

    it("and refuses to go on from a key that is missing, cut off or another", async () => {
      const { name, contribute } = await reopened(2);
      await truncate(zkey(name, 2), 5000);
      expect(await codeOf(contribute("Carol"))).to.equal("CEREMONY_FILE");
      await copyFile(zkey(name, 1), zkey(name, 2));
      expect(await codeOf(contribute("Carol"))).to.equal("CEREMONY_FILE");
      await rm(zkey(name, 2));
      expect(await codeOf(contribute("Carol"))).to.equal("CEREMONY_FILE");
    });
  });

  describe("that was tampered with does not verify", () => {
    it("a contribution removed, doubled or put in another place in the transcript", async () => {
      const { read, write, verify } = await finished();
      const transcript = await read();
      const [alice, bob] = transcript.contributions as [Contribution, Contribution];
      for (const [contributions, unchained] of [
        [[alice], "CEREMONY_MALFORMED"],
        [[bob, alice], "CEREMONY_MALFORMED"],
        [[alice, bob, bob], "CEREMONY_MALFORMED"],
      ] as const) {
        const edited = { ...transcript, contributions: [...contributions] };
        await write(edited);
        expect(await codeOf(verify({ least: 1 }))).to.equal(unchained);
        await write(rechain(edited));
        expect(await codeOf(verify({ least: 1 }))).to.equal("CEREMONY_DIFFERS");
      }
    });

    it("a contribution removed or put in another place in both transcript and key", async () => {
      const { name, read, write, verify } = await finished();
      const [whole, transcript] = [await readFile(final(name)), await read()];
      const [alice, bob] = transcript.contributions as [Contribution, Contribution];
      const records = contributionsOf(whole);
      for (const [contributions, kept] of [
        [[bob], [1, 2]],
        [
          [bob, alice],
          [1, 0, 2],
        ],
      ] as const) {
        await writeFile(
          final(name),
          withContributions(
            whole,
            kept.map((i) => records[i] as Buffer),
          ),
        );
        const beacon = { ...(transcript.beacon as Beacon), output: await fileDigest(final(name)) };
        await write(rechain({ ...transcript, contributions: [...contributions], beacon }));
        expect(await codeOf(verify({ least: 1 }))).to.equal("CEREMONY_REFUSED");
      }
    });

    it("a hash, a name, the circuit, the powers or the beacon edited in the transcript", async () => {
      const { read, write, verify } = await finished();
      const transcript = await read();
      const [alice, bob] = transcript.contributions as [Contribution, Contribution];
      const beacon = transcript.beacon as Beacon;
      const first = (change: Partial<Contribution>) => ({ contributions: [{ ...alice, ...change }, bob] });
      const other = await fileDigest(world.otherCircuit.r1csPath);
      const cases: readonly [string, Partial<Transcript>, string][] = [
        ["hash", first({ hash: bob.hash }), "CEREMONY_DIFFERS"],
        ["name", first({ contributor: "Mallory" }), "CEREMONY_DIFFERS"],
        ["file", first({ output: bob.output }), "CEREMONY_MALFORMED"],
        ["circuit", { circuit: { ...transcript.circuit, hash: other } }, "CEREMONY_DIFFERS"],
        ["instance", { instance: "other" }, "CEREMONY_DIFFERS"],
        ["powers", { ptau: { ...transcript.ptau, blake2b: "ab".repeat(64) } }, "CEREMONY_DIFFERS"],
        ["voucher", { ptau: { ...transcript.ptau, listed: "better.ptau" } }, "CEREMONY_DIFFERS"],
        ["initial", { initial: { ...transcript.initial, hash: "ab".repeat(64) } }, "CEREMONY_DIFFERS"],
        ["beacon's value", { beacon: { ...beacon, value: "7b".repeat(32) } }, "CEREMONY_DIFFERS"],
        ["beacon's work", { beacon: { ...beacon, iterationsExponent: 11 } }, "CEREMONY_DIFFERS"],
        ["key", { beacon: { ...beacon, verificationKey: `0x${"ab".repeat(32)}` } }, "CEREMONY_DIFFERS"],
        ["no beacon", { beacon: null }, "CEREMONY_OPEN"],
        ["a field more", { approvedBy: "everybody" } as never, "CEREMONY_MALFORMED"],
      ];
      for (const [what, change, code] of cases) {
        await write({ ...transcript, ...change });
        expect(await codeOf(verify()), what).to.equal(code);
      }
      await write(transcript);
      await verify();
    });

    it("the initial key's file edited in the transcript, all along the chain", async () => {
      const { read, write, verify } = await finished();
      const transcript = await read();
      const initial = { ...transcript.initial, output: "ab".repeat(32) };
      await write(rechain({ ...transcript, initial }));
      expect(await codeOf(verify())).to.equal("CEREMONY_DIFFERS");
    });

    it("the key of another ceremony, or another circuit, in its place", async () => {
      const { name, read, write, verify } = await finished();
      const transcript = await read();
      const other = ceremonyOf(world, "other-circuit");
      await other.start({ circuit: ceremonyCircuit(world.otherCircuit) });
      await other.contribute("Alice");
      const { path, transcript: theirs } = await other.beacon({ least: 1 });
      await copyFile(path, final(name));
      expect(await codeOf(verify())).to.equal("CEREMONY_FILE");
      const output = await fileDigest(path);
      await write({ ...transcript, beacon: { ...(transcript.beacon as Beacon), output } });
      expect(await codeOf(verify())).to.equal("CEREMONY_DIFFERS");
      // The other transcript, too, with this circuit's hash written into it.
      await write({ ...theirs, name, circuit: transcript.circuit });
      expect(await codeOf(verify({ least: 1 }))).to.equal("CEREMONY_DIFFERS");
    });

    it("other powers of tau", async () => {
      const { verify } = await finished();
      const { otherPtau: ptau } = world;
      expect(await codeOf(verify({ ptau }))).to.equal("PTAU_UNKNOWN");
      expect(await codeOf(verify({ ptau, unlistedPtau: true }))).to.equal("CEREMONY_DIFFERS");
    });

    it("another circuit than the one that is compiled here", async () => {
      const { verify } = await finished();
      expect(await codeOf(verify({ circuit: ceremonyCircuit(world.otherCircuit) }))).to.equal(
        "CEREMONY_DIFFERS",
      );
    });

    it("a contribution after the beacon, by whoever leads the ceremony", async () => {
      const { name, read, write, verify } = await finished();
      const after = join(world.folder, "after.zkey");
      await runSnarkjs("contribute", final(name), after, "Mallory", "entropy");
      await copyFile(after, final(name));
      const output = await fileDigest(after);
      const transcript = await read();
      const beacon = { ...(transcript.beacon as Beacon), output };
      await write({ ...transcript, beacon });
      expect(await codeOf(verify())).to.equal("CEREMONY_DIFFERS");
      // As if Mallory's had been the beacon.
      const { contributions } = await readZkey(after);
      await write({ ...transcript, beacon: { ...beacon, hash: contributions[3]?.hash } });
      expect(await codeOf(verify())).to.equal("CEREMONY_DIFFERS");
    });

    it("a file that is cut off, padded, or has a section twice, though the transcript knows it so", async () => {
      const { name, read, write, verify } = await finished();
      const [whole, transcript] = [await readFile(final(name)), await read()];
      const doubled = Buffer.concat([whole, sectionOf(whole, 2)]);
      doubled.writeUInt32LE(11, 8);
      for (const bytes of [
        whole.subarray(0, -1),
        Buffer.concat([whole, Buffer.alloc(1)]),
        doubled,
        Buffer.alloc(4),
      ]) {
        await writeFile(final(name), bytes);
        expect(await codeOf(verify())).to.equal("CEREMONY_FILE");
        const output = await fileDigest(final(name));
        await write({ ...transcript, beacon: { ...(transcript.beacon as Beacon), output } });
        expect(await codeOf(verify())).to.equal("ZKEY_MALFORMED");
        await write(transcript);
      }
    });

    it("a key whose points do not follow from its contributions", async () => {
      const { name, read, write, verify } = await finished();
      const { verificationKey: initial } = await readZkey(zkey(name, 0));
      // The delta of the initial key: equal to gamma, it makes forging easy. The contributions stay as they were.
      const forged = await readFile(final(name));
      const [from, to] = [sectionOf(await readFile(zkey(name, 0)), 2), sectionOf(forged, 2)];
      from.copy(to);
      await writeFile(final(name), forged);
      expect((await readZkey(final(name))).verificationKey.delta).to.deep.equal(initial.delta);
      await acknowledge();
      expect(await codeOf(verify())).to.equal("CEREMONY_REFUSED");

      // The delta of Alice's key: a valid point that is not where the contributions lead.
      sectionOf(await readFile(zkey(name, 1)), 2).copy(to);
      await writeFile(final(name), forged);
      await acknowledge();
      expect(await codeOf(verify())).to.equal("CEREMONY_REFUSED");

      async function acknowledge() {
        const transcript = await read();
        const { verificationKey } = await readZkey(final(name));
        const output = await fileDigest(final(name));
        const hash = vkHash(verificationKey);
        const beacon = { ...(transcript.beacon as Beacon), output, verificationKey: hash };
        await write({ ...transcript, beacon });
      }
    });
  });

  describe("gives keys", () => {
    it("only if it was verified here, with the very files that are here now", async () => {
      const { name, read, write, verify } = await finished();
      const keys = () => ceremonyKeys(name, world.places);
      await rm(receiptPath(name, world.places), { force: true });
      expect(await codeOf(keys())).to.equal("CEREMONY_UNVERIFIED");
      const { vkHash, circuitHash } = await verify();
      expect(await keys()).to.deep.include({ vkHash, circuitHash, zkeyPath: final(name) });

      const transcript = await read();
      await write({ ...transcript, beacon: { ...(transcript.beacon as Beacon), source: "another" } });
      expect(await codeOf(keys())).to.equal("CEREMONY_UNVERIFIED");
      await write(transcript);
      await keys();
      await truncate(final(name), 5000);
      expect(await codeOf(keys())).to.equal("CEREMONY_UNVERIFIED");
      await writeFile(receiptPath(name, world.places), "yes");
      expect(await codeOf(keys())).to.equal("CEREMONY_UNVERIFIED");
    });

    it("none before its beacon, and none that does not exist", async () => {
      const { name } = await reopened(2);
      expect(await codeOf(ceremonyKeys(name, world.places))).to.equal("CEREMONY_OPEN");
      expect(await codeOf(ceremonyKeys("nobody", world.places))).to.equal("CEREMONY_MISSING");
    });
  });

  /** As it was after so many contributions. */
  async function reopened(contributions: number) {
    const ceremony = await finished();
    const transcript = await ceremony.read();
    await ceremony.write({
      ...transcript,
      contributions: transcript.contributions.slice(0, contributions),
      beacon: null,
    });
    await rm(final(ceremony.name));
    return ceremony;
  }
});

// What a Groth16 zkey says of itself: its circuit, its verification key and the contributions to it. Read without snarkjs,
// so that transcripts are compared with the file and not with what the program that wrote it says about it.

import { createHash } from "node:crypto";
import { fail } from "../errors.ts";
import { Q } from "../prover/bn254.ts";
import { type Container, withContainer } from "./container.ts";
import { Reader } from "./reader.ts";
import type { G2, VerificationKey } from "./vk.ts";

export interface ZkeyContribution {
  /** BLAKE2b-512 of the contribution's public key, as snarkjs prints it. */
  readonly hash: string;
  readonly kind: "contribution" | "beacon";
  readonly name: string;
  /** Of a beacon: its value, hexadecimal, and the logarithm of how often it was hashed. */
  readonly beacon: string | undefined;
  readonly iterationsExponent: number | undefined;
}

export interface ZkeyFacts {
  /** BLAKE2b-512 of what the key was before the first contribution: snarkjs's "circuit hash". */
  readonly origin: string;
  readonly verificationKey: VerificationKey;
  readonly contributions: readonly ZkeyContribution[];
}

const SECTIONS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const [PROTOCOL, HEADER, IC, CONTRIBUTIONS] = [1, 2, 3, 10];
const GROTH16 = 1;
const COORDINATE_BYTES = 32;
const HASH_BYTES = 64;
const BEACON = 1;
const [NAME, EXPONENT, VALUE] = [1, 2, 3];

/** Throws ZKEY_MALFORMED for anything but a whole Groth16 key on BN254. */
export async function readZkey(path: string): Promise<ZkeyFacts> {
  try {
    return await withContainer(path, "zkey", async (file) => {
      const missing = SECTIONS.find((section) => !file.has(section));
      if (missing !== undefined) throw new Error(`section ${missing} is missing`);
      if ((await file.read(PROTOCOL)).readUInt32LE() !== GROTH16) throw new Error("it is not for Groth16");
      return { verificationKey: await readKey(file), ...readMpc(new Reader(await file.read(CONTRIBUTIONS))) };
    });
  } catch (error) {
    return fail("ZKEY_MALFORMED", { path, reason: (error as Error).message }, error);
  }
}

async function readKey(file: Container): Promise<VerificationKey> {
  const header = new Reader(await file.read(HEADER));
  if (header.word() !== COORDINATE_BYTES || header.integer() !== Q) throw new Error("it is not over BN254");
  header.bytes(4 + COORDINATE_BYTES);
  header.word();
  const publics = header.word();
  header.word();
  const alpha = header.g1();
  header.g1(); // beta in the first group, which no verifier takes
  const [beta, gamma] = [header.g2(), header.g2()];
  header.g1(); // delta in the first group
  const delta = header.g2();
  header.end();
  const points = new Reader(await file.read(IC));
  const ic = Array.from({ length: publics + 1 }, () => points.g1());
  points.end();
  return { alpha, beta, gamma, delta, ic };
}

function readMpc(reader: Reader): Pick<ZkeyFacts, "origin" | "contributions"> {
  const origin = reader.bytes(HASH_BYTES).toString("hex");
  const count = reader.word();
  const contributions: ZkeyContribution[] = [];
  for (let i = 0; i < count; i++) contributions.push(readContribution(reader));
  reader.end();
  return { origin, contributions };
}

function readContribution(reader: Reader): ZkeyContribution {
  const hash = createHash("blake2b512");
  for (let i = 0; i < 3; i++) hash.update(uncompressed(reader.g1()));
  hash.update(uncompressed(imaginaryFirst(reader.g2())));
  hash.update(reader.bytes(HASH_BYTES));
  const kind = reader.word() === BEACON ? "beacon" : "contribution";
  const parameters = readParameters(new Reader(reader.bytes(reader.word())));
  return {
    hash: hash.digest("hex"),
    kind,
    name: parameters.get(NAME)?.toString("utf8") ?? "",
    beacon: parameters.get(VALUE)?.toString("hex"),
    iterationsExponent: parameters.get(EXPONENT)?.[0],
  };
}

function readParameters(reader: Reader): Map<number, Buffer> {
  const parameters = new Map<number, Buffer>();
  while (!reader.done) {
    const id = reader.byte();
    if (parameters.has(id)) throw new Error(`a contribution has parameter ${id} twice`);
    parameters.set(id, reader.bytes(id === EXPONENT ? 1 : reader.byte()));
  }
  return parameters;
}

/** As contributions are hashed: big-endian. */
function uncompressed(coordinates: readonly bigint[]): Buffer {
  return Buffer.from(
    coordinates.map((c) => c.toString(16).padStart(2 * COORDINATE_BYTES, "0")).join(""),
    "hex",
  );
}

function imaginaryFirst([x, y]: G2): bigint[] {
  return [x[1], x[0], y[1], y[0]];
}

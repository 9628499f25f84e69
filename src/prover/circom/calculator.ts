// Drives the WebAssembly that circom makes of a circuit to compute its witnesses.

import { P } from "../../model/index.ts";

/** Values of the inputs by name, nested as the circuit declares them. */
export interface CircomInputs {
  readonly [name: string]: CircomValue;
}

export type CircomValue = bigint | readonly CircomValue[];

/** What the compiler exports. Field elements pass through a shared buffer, 32 bits at a time, lowest first. */
interface Exports {
  init(sanityCheck: number): void;
  getFieldNumLen32(): number;
  getInputSize(): number;
  getInputSignalSize(hashHigh: number, hashLow: number): number;
  setInputSignal(hashHigh: number, hashLow: number, index: number): void;
  getWitnessSize(): number;
  getWitness(index: number): void;
  writeSharedRWMemory(word: number, value: number): void;
  readSharedRWMemory(word: number): number;
  getMessageChar(): number;
}

const WORD = 32n;
const WORD_MASK = (1n << WORD) - 1n;

/** All signals of a satisfying assignment, little-endian in 32 bytes each, the constant 1 first. Throws what is wrong. */
export async function calculate(module: WebAssembly.Module, inputs: CircomInputs): Promise<Uint8Array> {
  const messages: string[] = [];
  const calculator: Exports = await instantiate(module, messages, () => calculator);
  calculator.init(0);
  try {
    setInputs(calculator, inputs);
  } catch (error) {
    throw new Error([String(error), ...messages].join(" "), { cause: error });
  }
  return readWitness(calculator);
}

const EXCEPTIONS = ["", "no such signal", "too many signals", "signal set twice", "a constraint fails"];

async function instantiate(
  module: WebAssembly.Module,
  messages: string[],
  self: () => Exports,
): Promise<Exports> {
  const { exports } = await WebAssembly.instantiate(module, {
    runtime: {
      exceptionHandler: (code: number) => {
        throw new Error(EXCEPTIONS[code] ?? `exception ${code} in the calculator`);
      },
      printErrorMessage: () => messages.push(readMessage(self())),
      writeBufferMessage: () => messages.push(readMessage(self())),
      showSharedRWMemory: () => {},
    },
  });
  return exports as unknown as Exports;
}

function readMessage(calculator: Exports): string {
  const characters: number[] = [];
  for (let next = calculator.getMessageChar(); next !== 0; next = calculator.getMessageChar()) {
    characters.push(next);
  }
  return String.fromCharCode(...characters);
}

/** The last input that is set starts the computation. */
function setInputs(calculator: Exports, inputs: CircomInputs): void {
  let set = 0;
  for (const [name, nested] of Object.entries(inputs)) {
    const values = flatten(nested);
    const hash = signalHash(name);
    const [high, low] = [Number(hash >> WORD), Number(hash & WORD_MASK)];
    const size = calculator.getInputSignalSize(high, low);
    if (size !== values.length)
      throw new Error(`${name} has ${size} values in the circuit, not ${values.length}`);
    values.forEach((value, index) => {
      writeShared(calculator, value);
      calculator.setInputSignal(high, low, index);
    });
    set += values.length;
  }
  const size = calculator.getInputSize();
  if (set !== size) throw new Error(`the circuit has ${size} inputs, ${set} are given`);
}

function flatten(value: CircomValue): readonly bigint[] {
  return typeof value === "bigint" ? [value] : value.flatMap(flatten);
}

/** FNV-1a of 64 bits, by which the calculator knows the names of inputs. */
function signalHash(name: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const character of Buffer.from(name)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(character)) * 0x100000001b3n);
  }
  return hash;
}

function writeShared(calculator: Exports, value: bigint): void {
  if (value < 0n || value >= P) throw new Error(`${value} is no canonical field element`);
  const words = calculator.getFieldNumLen32();
  for (let word = 0; word < words; word++) {
    calculator.writeSharedRWMemory(word, Number((value >> (WORD * BigInt(word))) & WORD_MASK));
  }
}

function readWitness(calculator: Exports): Uint8Array {
  const words = calculator.getFieldNumLen32();
  const size = calculator.getWitnessSize();
  const witness = new Uint32Array(size * words);
  for (let index = 0; index < size; index++) {
    calculator.getWitness(index);
    for (let word = 0; word < words; word++) {
      witness[index * words + word] = calculator.readSharedRWMemory(word);
    }
  }
  return new Uint8Array(witness.buffer);
}

// Reads a compiled circuit's size from the header of its r1cs.

import { open } from "node:fs/promises";
import { fail } from "../../errors.ts";
import type { CircomCircuit } from "./compile.ts";

export interface CircomSize {
  readonly constraints: number;
  readonly wires: number;
  readonly publicInputs: number;
}

const FILE_HEADER = 12;
const SECTION_HEADER = 12;
const HEADER_SECTION = 1;

export async function sizeOfCircom({ name, r1csPath }: CircomCircuit): Promise<CircomSize> {
  const file = await open(r1csPath);
  try {
    const at = async (position: number, length: number) => {
      const bytes = new Uint8Array(length);
      await file.read(bytes, 0, length, position);
      return new DataView(bytes.buffer);
    };
    const sections = (await at(8, 4)).getUint32(0, true);
    let position = FILE_HEADER;
    for (let i = 0; i < sections; i++) {
      const section = await at(position, SECTION_HEADER);
      const length = Number(section.getBigUint64(4, true));
      if (section.getUint32(0, true) === HEADER_SECTION) {
        return sizeIn(await at(position + SECTION_HEADER, length));
      }
      position += SECTION_HEADER + length;
    }
  } finally {
    await file.close();
  }
  fail("CIRCUIT_INVALID", { circuit: name, reason: `${r1csPath} has no header` });
}

/** u32 length of a field element, the prime; u32 wires, public outputs, public inputs, private inputs; u64 labels; u32 constraints. */
function sizeIn(header: DataView): CircomSize {
  const start = 4 + header.getUint32(0, true);
  return {
    wires: header.getUint32(start, true),
    publicInputs: header.getUint32(start + 4, true) + header.getUint32(start + 8, true),
    constraints: header.getUint32(start + 24, true),
  };
}

// The container that circom and snarkjs keep everything in: a magic word, a version, and numbered sections.

import { open, readFile } from "node:fs/promises";

export type Sections = ReadonlyMap<number, Uint8Array>;

/** Bytes before the first section: magic, version, number of sections. */
const HEADER_BYTES = 12;
/** Bytes before each section's content: its number and its length. */
const SECTION_HEADER_BYTES = 12;

/** A section's content; pieces are written one after the other. */
export interface Section {
  readonly id: number;
  readonly pieces: readonly Uint8Array[];
}

export async function writeSections(
  path: string,
  magic: string,
  sections: readonly Section[],
): Promise<void> {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(magic, "latin1");
  header.writeUInt32LE(1, 4);
  header.writeUInt32LE(sections.length, 8);

  const file = await open(path, "w");
  try {
    await file.write(header);
    for (const { id, pieces } of sections) {
      const size = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
      const head = Buffer.alloc(SECTION_HEADER_BYTES);
      head.writeUInt32LE(id);
      head.writeBigUInt64LE(BigInt(size), 4);
      await file.writev([head, ...pieces]);
    }
  } finally {
    await file.close();
  }
}

/** Reads a whole file. Throws a plain Error, for the caller to explain, if it is not such a container. */
export async function readSections(path: string, magic: string): Promise<Sections> {
  const bytes = await readFile(path);
  if (bytes.toString("latin1", 0, 4) !== magic) throw new Error(`${path} does not begin with "${magic}"`);
  const sections = new Map<number, Uint8Array>();
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    const [id, size] = [bytes.readUInt32LE(at), Number(bytes.readBigUInt64LE(at + 4))];
    at += SECTION_HEADER_BYTES;
    if (sections.has(id) || at + size > bytes.length) throw new Error(`${path} is damaged at byte ${at}`);
    sections.set(id, bytes.subarray(at, at + size));
    at += size;
  }
  return sections;
}

export function sectionOf(sections: Sections, id: number): DataView {
  const bytes = sections.get(id);
  if (bytes === undefined) throw new Error(`section ${id} is missing`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

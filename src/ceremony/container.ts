// The container of ptau and zkey files: a magic word, a version, numbered sections. These files have gigabytes, so that
// only the sections' places are read; what lies in them is read piece by piece.

import { type FileHandle, open } from "node:fs/promises";

export interface Container {
  readonly version: number;
  has(section: number): boolean;
  size(section: number): number;
  /** `length` bytes of a section from `from` on; to its end if left out. */
  read(section: number, from?: number, length?: number): Promise<Buffer>;
}

interface Place {
  readonly at: number;
  readonly size: number;
}

/** Bytes before the first section, and before each section's content. */
const HEADER_BYTES = 12;
/** No file of these has more; a damaged header could claim any number. */
const MOST_SECTIONS = 64;

/**
 * Throws a plain Error, for the caller to explain, unless the file is exactly such a container: no section twice, none cut
 * off, nothing after the last. Readers differ in which of two equal sections they take, and hashes cover only one.
 */
export async function withContainer<T>(
  path: string,
  magic: string,
  use: (container: Container) => Promise<T>,
): Promise<T> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const header = await bytesOf(file, 0, HEADER_BYTES);
    if (header.toString("latin1", 0, 4) !== magic) throw new Error(`it does not begin with "${magic}"`);
    const places = await scan(file, size, header.readUInt32LE(8));
    const place = (section: number) => places.get(section) ?? raise(`section ${section} is missing`);
    return await use({
      version: header.readUInt32LE(4),
      has: (section) => places.has(section),
      size: (section) => place(section).size,
      read: (section, from = 0, length = place(section).size - from) => {
        const { at, size } = place(section);
        if (from + length > size) raise(`section ${section} has only ${size} bytes`);
        return bytesOf(file, at + from, length);
      },
    });
  } finally {
    await file.close();
  }
}

async function scan(file: FileHandle, fileSize: number, count: number): Promise<Map<number, Place>> {
  if (count > MOST_SECTIONS) raise(`it claims to have ${count} sections`);
  const places = new Map<number, Place>();
  let at = HEADER_BYTES;
  for (let i = 0; i < count; i++) {
    const head = await bytesOf(file, at, HEADER_BYTES);
    const [id, size] = [head.readUInt32LE(0), Number(head.readBigUInt64LE(4))];
    at += HEADER_BYTES;
    if (places.has(id)) raise(`section ${id} is there twice`);
    if (at + size > fileSize) raise(`section ${id} is cut off`);
    places.set(id, { at, size });
    at += size;
  }
  if (at !== fileSize) raise(`${fileSize - at} bytes follow the last section`);
  return places;
}

async function bytesOf(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, at);
  return bytesRead === length ? buffer : raise("it ends early");
}

function raise(reason: string): never {
  throw new Error(reason);
}

// The public powers of tau: files that a hash is enough to recognise, because everybody uses the same ones.

import published from "./ptau-files.json" with { type: "json" };

export interface PtauFile {
  /** It holds `2^power` powers: enough for so many constraints, with the public signals and one more. */
  readonly power: number;
  readonly file: string;
  readonly url: string;
  /** BLAKE2b-512 of the whole file, hexadecimal. */
  readonly blake2b: string;
}

/** Tests have tables of their own. */
export type PtauTable = readonly PtauFile[];

export const PUBLIC_PTAU: PtauTable = published.files.map(({ power, file, blake2b }) => ({
  power,
  file,
  url: `${published.folder}${file}`,
  blake2b,
}));

export function listedPtau(blake2b: string, table: PtauTable = PUBLIC_PTAU): PtauFile | undefined {
  return table.find((entry) => entry.blake2b === blake2b);
}

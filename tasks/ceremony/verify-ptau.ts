import { PUBLIC_PTAU, type PtauTable, verifyPtau } from "../../src/ceremony/index.ts";
import { action } from "../support/action.ts";
import type { CommonArgs } from "../support/define.ts";
import { count, facts } from "../support/output.ts";

type Args = CommonArgs & { file: string; full: boolean };

/** Tests have a table of their own. */
export function verifyPtauAction(table: PtauTable) {
  return action<Args>(async ({ file, full }, { progress }) => {
    const { listed, power, bytes, blake2b } = await verifyPtau(file, { full, table, onStep: progress });
    return {
      json: {
        path: file,
        bytes,
        blake2b,
        power,
        listed: listed?.file ?? null,
        url: listed?.url ?? null,
        full,
      },
      lines: [
        ...facts({
          file: listed?.file ?? "unknown: nobody vouches for it",
          powers: `2^${power}, for circuits of up to ${count(2 ** power)} constraints`,
          size: `${count(bytes)} bytes`,
          "BLAKE2b-512": blake2b,
          contents: full ? "every contribution and every point checked" : "not checked beyond the hash",
        }),
        ...(listed === undefined ? ["", ...NOBODY] : []),
      ],
    };
  });
}

const NOBODY = [
  "The file is well-formed, but it is none of the public ones. Whoever made it may know its secret and",
  "forge proofs under every key that derives from it.",
];

export default verifyPtauAction(PUBLIC_PTAU);

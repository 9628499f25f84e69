// The compiler's own warnings about the contracts, all of them; a build shows them once and scrolls on.

import { compile, type Sources } from "../mutation/ast.ts";
import type { Finding } from "./finding.ts";

/** Sizes are the snapshots' business, and the pipeline here is not the one that counts. */
const NOT_ASKED = /code size|initcode size/;

export function compilerWarnings(sources: Sources, included: (file: string) => boolean): Finding[] {
  const { errors } = compile(sources, { "*": { "": ["ast"] } });
  return (errors ?? [])
    .filter(({ sourceLocation, message }) => included(sourceLocation?.file ?? "") && !NOT_ASKED.test(message))
    .map(({ message, errorCode, sourceLocation }) => {
      const file = sourceLocation?.file ?? "";
      const source = sources.get(file) ?? "";
      const line = source.slice(0, sourceLocation?.start ?? 0).split("\n").length;
      const where = source.split("\n")[line - 1]?.trim() ?? "";
      return { tool: "solc", rule: errorCode ?? "", file, line, where, text: message };
    });
}

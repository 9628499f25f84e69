// The explorer page as a browser gets it: one document, one script, one style sheet, built in memory when a node starts.

import { join } from "node:path";
import { buildSync } from "esbuild";

export interface Explorer {
  readonly html: string;
  /** By path. Names hold a hash of what is in them. */
  readonly assets: ReadonlyMap<string, { readonly type: string; readonly body: Uint8Array }>;
}

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
};

const FOLDER = "/explorer";

export function bundleExplorer(): Explorer {
  const { outputFiles } = buildSync({
    entryPoints: [join(import.meta.dirname, "page", "main.tsx")],
    outdir: FOLDER,
    entryNames: "[name]-[hash]",
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    logLevel: "silent",
  });
  const assets = new Map(
    outputFiles.map(({ path, contents }) => {
      const name = path.slice(path.lastIndexOf("/"));
      const type = TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
      return [`${FOLDER}${name}`, { type, body: contents }] as const;
    }),
  );
  const pathOf = (end: string) => [...assets.keys()].find((path) => path.endsWith(end)) ?? "";
  return { html: documentOf(pathOf(".js"), pathOf(".css")), assets };
}

function documentOf(script: string, style: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Luntra explorer</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${style}">
<script type="module" src="${script}"></script>
</head>
<body>
<div id="app"><noscript>The explorer needs JavaScript; the node answers JSON-RPC at this address, too.</noscript></div>
</body>
</html>
`;
}

// Places on the page, as the part of the address after `#`: deep links work, and no server has to know them.

import { short } from "./format.ts";
import type { Hex } from "./types.ts";

export type Route =
  | { readonly view: "overview" | "disputes" | "bonds" | "proofs" }
  | { readonly view: "batch"; readonly batch: string }
  | { readonly view: "transaction"; readonly hash: Hex }
  | { readonly view: "account"; readonly account: Hex }
  | { readonly view: "unknown"; readonly what: string };

const HASH = /^0x[0-9a-f]{64}$/i;
const ADDRESS = /^0x[0-9a-f]{40}$/i;
const NUMBER = /^\d{1,15}$/;

export function routeOf(fragment: string): Route {
  const [view = "", what = ""] = fragment.replace(/^#?\/?/, "").split("/", 2);
  switch (view) {
    case "":
      return { view: "overview" };
    case "disputes":
    case "bonds":
    case "proofs":
      return { view };
    case "batch":
      return HASH.test(what) || NUMBER.test(what)
        ? { view, batch: what.toLowerCase() }
        : { view: "unknown", what };
    case "tx":
      return HASH.test(what) ? { view: "transaction", hash: what.toLowerCase() } : { view: "unknown", what };
    case "account":
      return ADDRESS.test(what) ? { view, account: what.toLowerCase() } : { view: "unknown", what };
    default:
      return { view: "unknown", what: view };
  }
}

export function titleOf(route: Route): string {
  switch (route.view) {
    case "overview":
      return "Batches";
    case "disputes":
      return "Disputes";
    case "bonds":
      return "Bonds";
    case "proofs":
      return "Proofs";
    case "batch":
      return `Batch ${short(route.batch)}`;
    case "transaction":
      return `Transaction ${short(route.hash)}`;
    case "account":
      return `Account ${short(route.account)}`;
    case "unknown":
      return "Not found";
  }
}

export const linkTo = {
  overview: "#/",
  disputes: "#/disputes",
  bonds: "#/bonds",
  proofs: "#/proofs",
  batch: (batch: string) => `#/batch/${encodeURIComponent(batch)}`,
  transaction: (hash: Hex) => `#/tx/${encodeURIComponent(hash)}`,
  account: (account: Hex) => `#/account/${encodeURIComponent(account)}`,
};

/** What somebody typed into the search box; a hash may be a transaction's or a batch's, which the caller finds out. */
export function searched(
  text: string,
): { readonly kind: "batch" | "account" | "hash"; readonly text: string } | undefined {
  const wanted = text.trim().toLowerCase();
  const number = wanted.replace(/^(batch\s*|#)/, "");
  if (NUMBER.test(number)) return { kind: "batch", text: number };
  if (ADDRESS.test(wanted)) return { kind: "account", text: wanted };
  return HASH.test(wanted) ? { kind: "hash", text: wanted } : undefined;
}

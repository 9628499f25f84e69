// Where a node keeps its files.

import { join } from "node:path";
import type { AddressBook } from "./chain/address-book.ts";

export interface NodePaths {
  /** Address books, one a network; under version control but for local ones. */
  readonly deployments: string;
  /** Transactions waiting for a batch. Not a cache: deleting it loses them. */
  readonly pool: string;
  /** What was read from L1; may be deleted at any time. */
  readonly cache: string;
}

export function deploymentsPath(root: string): string {
  return join(root, "deployments");
}

/** Each deployment has files of its own: transactions of one L2 mean nothing on another. */
export function nodePaths(
  root: string,
  { network, l2ChainId }: Pick<AddressBook, "network" | "l2ChainId">,
): NodePaths {
  const own = `${network}-${l2ChainId}`;
  return {
    deployments: deploymentsPath(root),
    pool: join(root, ".luntra", own, "pool"),
    cache: join(root, ".cache", "luntra-l1", own),
  };
}

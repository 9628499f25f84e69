// A deployment as a task works on it: address book, node, pool.

import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Provider, Signer } from "ethers";
import { type AddressBook, addressBookPath, readAddressBook } from "../../src/chain/address-book.ts";
import type { ArtifactReader } from "../../src/chain/artifacts.ts";
import { ask } from "../../src/chain/l1.ts";
import type { DerivedBatch, Hex } from "../../src/chain/types.ts";
import { headOf } from "../../src/chain/view.ts";
import { openWitness } from "../../src/chain/witnesses.ts";
import { fail } from "../../src/errors.ts";
import { type Mempool, openMempool } from "../../src/node/mempool.ts";
import { type Node, openNode } from "../../src/node/node.ts";
import { addressOf, signerOf } from "./accounts.ts";
import type { Context } from "./action.ts";
import { parseNatural } from "./arguments.ts";
import { buildContracts } from "./build.ts";
import { type Connection, chainIdOf, connect, providerOf } from "./connection.ts";
import type { DeploymentArgs } from "./define.ts";

export interface Workspace {
  readonly connection: Connection;
  readonly provider: Provider;
  readonly book: AddressBook;
  /** Synced. */
  readonly node: Node;
  /** Folder of what a node keeps. */
  readonly folder: string;
  openPool(): Promise<Mempool>;
  signer(account: string): Promise<Signer>;
  address(account: string): Promise<Hex>;
}

export interface Place {
  /** Folder of all address books, and the book's name in it: network and deployment. */
  readonly directory: string;
  readonly name: string;
  readonly path: string;
}

/** An in-process chain ends with its process, so nothing of it is kept among the project's deployments. */
export function placeOf({ hre }: Context, connection: Connection, args: DeploymentArgs): Place {
  const { root } = hre.config.paths;
  const inProcess = connection.networkConfig.type === "edr-simulated";
  const named = args.deployments || process.env.LUNTRA_DEPLOYMENTS;
  const usual = inProcess ? join(tmpdir(), `luntra-${process.pid}`) : join(root, "deployments");
  const directory = named ? resolve(root, named) : usual;
  const name = join(connection.networkName, args.deployment);
  return { directory, name, path: addressBookPath(directory, name) };
}

/** Folder of what a node keeps between two tasks: the pool, the database, and what it has read of L1. */
function stateFolder({ hre }: Context, { chainId, l2ChainId }: AddressBook): string {
  const root = process.env.LUNTRA_STATE || join(hre.config.paths.root, ".cache", "luntra", "state");
  return resolve(hre.config.paths.root, root, `${chainId}-${l2ChainId}`);
}

export interface WorkspaceOptions {
  /** Name of the folder for what was read of L1. Processes that stay each need one of their own. */
  readonly l1Cache?: string;
  /** URLs of further L1 nodes that must agree with the network's. */
  readonly witnesses?: readonly string[];
}

export async function openWorkspace(
  context: Context,
  args: DeploymentArgs,
  { l1Cache = "l1", witnesses: urls = [] }: WorkspaceOptions = {},
): Promise<Workspace> {
  const { hre } = context;
  await buildContracts(context);
  const connection = await connect(hre);
  const provider = providerOf(connection);
  await chainIdOf(connection);
  const { directory, name } = placeOf(context, connection, args);
  const book = await readAddressBook(directory, name);
  await refuseIfGone(provider, book);
  const folder = stateFolder(context, book);
  const witnesses = await Promise.all(urls.map((url) => openWitness(url, book.chainId)));
  const node = await openNode(book, hre.artifacts as ArtifactReader, provider, {
    cache: join(folder, l1Cache),
    ...(urls.length === 0 ? {} : { witnesses }),
  });
  await node.derivation.sync();
  return {
    connection,
    provider,
    book,
    node,
    folder,
    openPool: () => openMempool(join(folder, "pool")),
    signer: (account) => signerOf(connection, account),
    address: (account) => addressOf(connection, account),
  };
}

/** A local chain that was restarted has forgotten the deployment. */
export async function isGone(provider: Provider, { addresses }: AddressBook): Promise<boolean> {
  return (await ask("the rollup's code", () => provider.getCode(addresses.rollup))) === "0x";
}

async function refuseIfGone(provider: Provider, book: AddressBook): Promise<void> {
  if (!(await isGone(provider, book))) return;
  const what = `the code of Rollup at ${book.addresses.rollup}`;
  fail("DEPLOYMENT_MISMATCH", { what, expected: "some", actual: "none (was the chain restarted?)" });
}

/** By `head`, number or id. */
export function batchOf({ derivation }: Node, batch: string): DerivedBatch {
  if (batch === "head") return headOf(derivation.view);
  if (/^0x[0-9a-f]{64}$/i.test(batch)) return derivation.batch(batch.toLowerCase());
  return derivation.batchAt(parseNatural(batch, "--batch"));
}

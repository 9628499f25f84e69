// A sequencer node with JSON-RPC as a process of its own, which tests kill. Its one argument is JSON: `NodeSettings`.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readAddressBook } from "../../../src/chain/address-book.ts";
import type { ArtifactReader } from "../../../src/chain/artifacts.ts";
import { isLuntraError } from "../../../src/errors.ts";
import { developmentWallet } from "../../../src/node/l2-wallet.ts";
import { openNode } from "../../../src/node/node.ts";
import { openRpcServer } from "../../../src/rpc/server.ts";
import { openSequencer } from "../../../src/sequencing/service.ts";
import { openStore } from "../../../src/store/index.ts";
import { standInProver } from "../../support/stand-in.ts";
import { l1Provider } from "./provider.ts";

export interface NodeSettings {
  readonly name: string;
  readonly l1: string;
  /** With the address book and the artifacts. */
  readonly folder: string;
  readonly database: string;
  readonly port: number;
  /** Index of the account that commits. */
  readonly account: number;
  readonly ttlMs: number;
  readonly segmentMs: number;
  readonly batchMs: number;
}

function say(word: string, ...rest: readonly unknown[]): void {
  process.stdout.write(`${[word, ...rest].join(" ")}\n`);
}

const settings = JSON.parse(process.argv[2] ?? "{}") as NodeSettings;
const { name, l1, folder, database, port, account, ttlMs, segmentMs, batchMs } = settings;

// It does not outlive the tests, however they end.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.exit(1), 500).unref();

const artifacts: ArtifactReader = {
  async readArtifact(contract) {
    return JSON.parse(await readFile(join(folder, "artifacts.json"), "utf8"))[contract];
  },
};
const provider = l1Provider(l1);
const node = await openNode(await readAddressBook(folder, "faults"), artifacts, provider, {
  cache: join(folder, `cache-${name}`),
});
await node.derivation.sync();
const store = await openStore(database);
const signer = developmentWallet(account, node.chain.book.chainId).connect(provider);
const service = await openSequencer(node, store, signer, {
  baseFee: 10n ** 9n,
  feeRecipient: signer.address.toLowerCase(),
  limits: { total: 10_000, perSender: 1_000, nonceGap: 64 },
  lease: { holder: name, url: `http://127.0.0.1:${port}`, ttlMs },
  policy: { segmentMs, batchMs, patienceMs: batchMs },
  pollMs: 100,
  tickMs: 5,
  prover: () => standInProver,
});
const { events } = service;
events.on("leading", (epoch) => say("leading", epoch, service.pool.list().length));
events.on("standby", (epoch) => say("standby", epoch));
events.on("committed", (id) => say("committed", id));
events.on("done", (what) => say("done", what));
events.on("failed", (what, error) => {
  const code = isLuntraError(error) ? error.code : "UNEXPECTED";
  say("failed", code, what, String(error instanceof Error ? error.message : error).replaceAll("\n", " "));
});
await service.start();
const rpc = await openRpcServer({
  port,
  chain: service.engine.chain,
  pool: service.pool,
  node,
  forward: () => service.leader,
  limits: {
    requestsPerSecond: 100_000,
    callsPerSecond: 1_000_000,
    callsPerSecondInAll: 1_000_000,
    forwardTimeoutMs: 1_000,
  },
});
say("listening", rpc.url);
const stopped = await new Promise((resolve) => process.once("SIGTERM", resolve));
await rpc.close();
await service.stop();
await store.close();
provider.destroy();
say("stopped", stopped);

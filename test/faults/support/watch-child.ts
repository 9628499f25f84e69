// A watchtower as a process of its own, which tests kill. Its one argument is JSON: `WatchSettings`.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readAddressBook } from "../../../src/chain/address-book.ts";
import type { ArtifactReader } from "../../../src/chain/artifacts.ts";
import { developmentWallet } from "../../../src/node/l2-wallet.ts";
import { openNode } from "../../../src/node/node.ts";
import type { Prover } from "../../../src/node/segment-run.ts";
import { AlertBook } from "../../../src/watchtower/alert-book.ts";
import { Ledger } from "../../../src/watchtower/ledger.ts";
import { Purse } from "../../../src/watchtower/purse.ts";
import { WatchtowerService } from "../../../src/watchtower/service.ts";
import type { WatchAct } from "../../../src/watchtower/watch.ts";
import { standInProver } from "../../support/stand-in.ts";
import { l1Provider } from "./provider.ts";

export interface WatchSettings {
  readonly name: string;
  readonly l1: string;
  /** With the address book and the artifacts. */
  readonly folder: string;
  /** Index of its account. */
  readonly account: number;
  readonly may: readonly WatchAct[];
  /** How long its proofs take. */
  readonly proofMs: number;
}

function say(word: string, ...rest: readonly unknown[]): void {
  process.stdout.write(`${[word, ...rest].join(" ")}\n`);
}

const { name, l1, folder, account, may, proofMs } = JSON.parse(process.argv[2] ?? "{}") as WatchSettings;

// It does not outlive the tests, however they end.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.exit(1), 500).unref();

const artifacts: ArtifactReader = {
  async readArtifact(contract) {
    return JSON.parse(await readFile(join(folder, "artifacts.json"), "utf8"))[contract];
  },
};
const prover: Prover = {
  async prove(run, signal) {
    await sleep(proofMs, undefined, signal === undefined ? {} : { signal });
    return await standInProver.prove(run);
  },
};
const provider = l1Provider(l1);
const cache = join(folder, `cache-${name}`);
const node = await openNode(await readAddressBook(folder, "faults"), artifacts, provider, { cache });
await node.derivation.sync();
const { book } = node.chain;
const signer = developmentWallet(account, book.chainId).connect(provider);
const address = signer.address.toLowerCase();
const trouble = (error: unknown) => say("trouble", String(error));
const ledger = await Ledger.open(join(folder, `spent-${name}.json`), address, trouble);
const purse = new Purse(node, signer, { ledger, yieldMs: 2_000, stuckMs: 4_000 });
const identity = { watchtower: address, chainId: String(book.chainId), rollup: book.addresses.rollup };
const alerts = await AlertBook.open(join(folder, `alerts-${name}.json`), identity, { onTrouble: trouble });
alerts.events.on("alert", ({ kind, subject, message }) => say("alert", kind, subject, message));
const policy = { may, prover };
const service = new WatchtowerService(node, signer, purse, alerts, { policy, spreadMs: 200, headMs: 50 });
service.events.on("failed", (what, error) => say("failed", what, String(error)));
service.events.on("verdict", ({ number, verdict }, ms) => say("verdict", number, verdict.kind, ms));
await service.start();
say("watching");
await new Promise((resolve) => process.once("SIGTERM", resolve));
await service.stop();
provider.destroy();
say("stopped");

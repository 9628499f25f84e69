// Take transactions into the pool, commit batches.

import {
  DATABASE,
  defineOnDeployment,
  FROM,
  group,
  optional,
  RISK_DOUBT,
  RISK_RATE,
} from "../support/define.ts";
import { LOG_FORMAT, LOG_LEVEL, METRICS_HOST, METRICS_PORT } from "../support/monitoring-options.ts";

const submit = defineOnDeployment(
  ["sequencer", "submit"],
  "Puts an L2 transaction into the sequencer's pool: signs a transfer, or takes --raw of any wallet",
)
  .addOption({
    name: "from",
    description: "L2 account that signs: index or address of an account whose key the network has",
    defaultValue: "0",
  })
  .addOption(optional("to", "Recipient: index among the network's accounts, or any address"))
  .addOption(
    optional("amount", "ETH as 1.5ether, 20gwei or wei; with --token an integer of its smallest unit"),
  )
  .addOption(optional("token", "Transfer this ERC-20 instead of ETH: address on L1, or demo"))
  .addOption(optional("nonce", "L2 nonce (default: the next one, pool included)"))
  .addOption({ name: "maxFee", description: "Most that a unit of gas may cost", defaultValue: "2gwei" })
  .addOption({ name: "priority", description: "Tip for a unit of gas", defaultValue: "0" })
  .addOption(optional("raw", "A signed EIP-1559 transaction, 0x…, instead of all of the above"))
  .setAction(() => import("./submit.ts"))
  .build();

const commit = defineOnDeployment(
  ["sequencer", "commit"],
  "Builds a batch of waiting queue items and transactions, checks every segment, and commits it",
)
  .addOption(FROM)
  .addOption(optional("feeRecipient", "Gets the batch's fees on L1: index or address (default: --from)"))
  .addOption({ name: "baseFee", description: "Least price of a unit of L2 gas", defaultValue: "1gwei" })
  .addOption(optional("maxSegments", "Most segments in the batch (default: 64)"))
  .addOption(optional("recordsPerSegment", "Records in a data segment (default: the circuit's n)"))
  .addFlag({ name: "fallback", description: "Wait for the end of the primary's priority, or of a pause" })
  .addFlag({
    name: "heartbeat",
    description: "With nothing to commit, commit an empty batch: keeps priority",
  })
  .setAction(() => import("./commit.ts"))
  .build();

const start = defineOnDeployment(
  ["sequencer", "start"],
  "Runs a node until interrupted: JSON-RPC for wallets, sealed segments, batches, answers to challenges, finality",
)
  .addOption(FROM)
  .addOption(optional("feeRecipient", "Gets the batches' fees on L1: index or address (default: --from)"))
  .addOption({ name: "baseFee", description: "Least price of a unit of L2 gas", defaultValue: "1gwei" })
  .addOption(DATABASE)
  .addOption({ name: "host", description: "Address to listen on", defaultValue: "127.0.0.1" })
  .addOption({
    name: "port",
    description: "Port of JSON-RPC, HTTP and WebSocket; 0: a free one",
    defaultValue: "0",
  })
  .addOption(optional("url", "URL by which other nodes reach this one (default: http://HOST:PORT)"))
  .addOption({
    name: "cors",
    description: "Origins of web pages that may ask, by commas; *: all",
    defaultValue: "*",
  })
  .addOption({
    name: "segmentTime",
    description: "A transaction waits this long for its segment: 1s, 500ms",
    defaultValue: "1s",
  })
  .addOption({ name: "batchTime", description: "A batch is committed at this age", defaultValue: "30s" })
  .addOption(
    optional("maxL1Fee", "While a unit of L1 gas costs more, batches wait up to ten minutes, as 30gwei"),
  )
  .addOption(optional("maxSegments", "Most segments in a batch (default: 64)"))
  .addOption(optional("recordsPerSegment", "Records in a data segment (default: the circuit's n)"))
  .addOption({
    name: "requestsPerSecond",
    description: "Of one IP address; docs/rpc.md has the other limits",
    defaultValue: "2000",
  })
  .addOption({
    name: "queueDepth",
    description: "Blocks of L1 that follow a queue item before a batch takes it, unless it is due",
    defaultValue: "0",
  })
  .addOption({ name: "poolSize", description: "Most transactions that wait", defaultValue: "50000" })
  .addOption({ name: "poolPerSender", description: "Most of one sender", defaultValue: "1000" })
  .addOption({
    name: "checkOneIn",
    description: "Runs circuit and L1's decoder over one in so many segments before a commit; 0: none",
    defaultValue: "1",
  })
  .addOption(
    optional(
      "prover",
      "Who answers challenges: pool (prover start), here, or none (default: pool; with an embedded database here)",
    ),
  )
  .addOption({
    name: "prove",
    description: "Batches that are proven without a challenge: none, own, all, or risk: where it pays",
    defaultValue: "none",
  })
  .addOption(
    optional(
      "audit",
      "URL of a watchtower (--audit-port) that must approve each batch before it is sent; LUNTRA_AUDIT_SECRET",
    ),
  )
  .addOption({
    name: "auditSilence",
    description: "Without an answer of the audit: hold the batch back, or let it pass",
    defaultValue: "hold",
  })
  .addOption({
    name: "provingWorkers",
    description: "Proofs that are made at a time, as --prove risk reckons",
    defaultValue: "1",
  })
  .addOption(RISK_RATE)
  .addOption(RISK_DOUBT)
  .addOption({
    name: "lease",
    description: "Another node leads this long after this one dies",
    defaultValue: "3s",
  })
  .addFlag({
    name: "heartbeat",
    description: "With nothing to commit, commit an empty batch in time: keeps priority",
  })
  .addOption({
    name: "explorer",
    description: "The explorer page, for browsers at the same address: on or off",
    defaultValue: "on",
  })
  .addOption(LOG_LEVEL)
  .addOption(LOG_FORMAT)
  .addOption(METRICS_PORT)
  .addOption(METRICS_HOST)
  .setAction(() => import("./start.ts"))
  .build();

export const sequencerTasks = [
  group("sequencer", "Take in transactions, commit batches"),
  submit,
  commit,
  start,
];

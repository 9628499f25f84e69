// The project's one error class and its one table of codes. A new code is one more entry in `ERRORS`.
// Tests assert the code, never the message.

/** Arguments of a code that has none: `fail(code, {})`. */
type None = Record<string, never>;

type Entry<Args> = { readonly summary: (args: Args) => string; readonly advice: string };

/** `summary` says what was expected and what came; `advice` says what to do next. */
function entry<Args>(summary: (args: Args) => string, advice: string): Entry<Args> {
  return { summary, advice };
}

export const ERRORS = {
  // The model: transactions that the L2 does not support.
  TX_MALFORMED: entry<{ reason: string }>(
    ({ reason }) => `expected a canonically encoded signed transaction: ${reason}`,
    "Send the raw transaction exactly as the wallet signed it",
  ),
  TX_TYPE: entry<{ type: number }>(
    ({ type }) => `expected an EIP-1559 transaction (type 2), got type ${type}`,
    "Sign with type 2; legacy, access-list, blob and set-code transactions have no form on this L2",
  ),
  TX_CHAIN_ID: entry<{ expected: bigint; actual: bigint }>(
    ({ expected, actual }) => `expected chain id ${expected}, got ${actual}`,
    "Select this L2's network in the wallet and sign again",
  ),
  TX_ACCESS_LIST: entry<None>(
    () => "expected an empty access list, got entries",
    "Leave the access list out; it saves nothing on this L2",
  ),
  TX_CREATION: entry<None>(
    () => "expected a recipient, got a contract creation",
    "Set `to`; this L2 runs no contracts of its own yet",
  ),
  TX_PAYLOAD: entry<{ to: string; selector: string }>(
    ({ to, selector }) =>
      `expected no data, an ERC-20 transfer, or a withdrawal at the bridge, got call ${selector} to ${to}`,
    "Use transfer(address,uint256) on a token, or withdrawEth / withdrawToken on the bridge predeploy",
  ),
  TX_VALUE: entry<{ value: bigint }>(
    ({ value }) => `expected value 0 on a token call, got ${value}`,
    "Send ETH in a transaction of its own",
  ),
  TX_FIELD_TOO_WIDE: entry<{ field: string; bits: number; value: bigint }>(
    ({ field, bits, value }) => `expected ${field} below 2^${bits}, got ${value}`,
    "Choose a smaller value; the compact record has no room for more",
  ),
  TX_SIGNATURE: entry<{ reason: string }>(
    ({ reason }) => `expected a signature with a signer and low s: ${reason}`,
    "Sign again with a standard wallet",
  ),

  // The model: wrong use by the caller.
  FIELD_RANGE: entry<{ what: string; value: bigint }>(
    ({ what, value }) => `expected ${what} to be a canonical field element, got ${value}`,
    "Reduce the value, or refuse the input that it came from",
  ),
  INTEGER_RANGE: entry<{ what: string; bits: number; value: bigint }>(
    ({ what, bits, value }) => `expected ${what} in [0, 2^${bits}), got ${value}`,
    "Check where the value comes from",
  ),
  UNKNOWN_KIND: entry<{ kind: bigint }>(
    ({ kind }) => `expected a record kind of the protocol's table, got ${kind}`,
    "Take words only from the decoder or the queue",
  ),
  NOT_A_QUEUE_ITEM: entry<{ kind: bigint; reason: string }>(
    ({ kind, reason }) => `expected a queue item, got kind ${kind}: ${reason}`,
    "Take items from the bridge's events; L1 enqueues no such item",
  ),
  SEGMENT_SIZE: entry<{ records: number; most: number }>(
    ({ records, most }) => `expected at most ${most} records in a segment, got ${records}`,
    "Split the records over more segments",
  ),
  SEGMENT_COUNT: entry<{ segments: number; most: number }>(
    ({ segments, most }) => `expected 1 to ${most} segments in a batch, got ${segments}`,
    "Split the records over more batches, or commit nothing",
  ),
  SEGMENT_INDEX: entry<{ segment: number; count: number }>(
    ({ segment, count }) => `expected a segment below ${count}, got ${segment}`,
    "Count segments from 0, queue segments first",
  ),
  SEGMENT_EMPTY: entry<{ segment: number }>(
    ({ segment }) => `expected at least one byte in data segment ${segment}, got none`,
    "Leave empty segments out of the batch",
  ),
  QUEUE_RANGE: entry<{ from: bigint; to: bigint }>(
    ({ from, to }) => `expected queueEnd at or after the parent's ${from}, got ${to}`,
    "Continue the queue where the parent batch stopped",
  ),
  KEY_PRESENT: entry<{ key: bigint; index: number }>(
    ({ key, index }) => `expected an absent key, but ${key} stands at leaf ${index}`,
    "Update the leaf instead of inserting the key",
  ),
  LEAF_ABSENT: entry<{ index: number; count: number }>(
    ({ index, count }) => `expected a leaf below ${count}, got ${index}`,
    "Look the key up first",
  ),
  TREE_FULL: entry<{ tree: string; capacity: number }>(
    ({ tree, capacity }) => `expected room in the ${tree} tree, but all ${capacity} leaves are taken`,
    "Check `full` before appending",
  ),
  BALANCE_OVERFLOW: entry<{ key: bigint; balance: bigint }>(
    ({ key, balance }) => `expected balances below 2^128, got ${balance} at key ${key}`,
    "Stop: the bridge let in more than it may hold, so this state cannot come from L1",
  ),

  // The prover.
  FAST_HASH_DIFFERS: entry<{ length: number; expected: bigint; actual: bigint }>(
    ({ length, expected, actual }) =>
      `expected the WASM Poseidon2 of ${length} inputs to be ${expected}, got ${actual}`,
    "Reinstall @aztec/bb.js at the pinned version",
  ),
  CIRCUIT_INVALID: entry<{ circuit: string; reason: string }>(
    ({ circuit, reason }) => `expected the circuit ${circuit} to compile: ${reason}`,
    "Correct the sources below circuits/",
  ),
  CIRCUIT_SIZE: entry<{ circuit: string; what: string; expected: number; actual: number }>(
    ({ circuit, what, expected, actual }) => `expected ${what} ${expected} for ${circuit}, got ${actual}`,
    "Build witnesses with the sizes of the circuit's own instance",
  ),
  WITNESS_REFUSED: entry<{ circuit: string; reason: string }>(
    ({ circuit, reason }) => `expected inputs that satisfy the circuit ${circuit}: ${reason}`,
    "Do not commit or prove this segment: model and circuit disagree, or the state is damaged",
  ),
  CIRCUIT_DISAGREES: entry<{ system: string; instance: string; reason: string }>(
    ({ system, instance, reason }) =>
      `expected the circuit of ${system} (${instance}) to accept a segment that the model runs: ${reason}`,
    "Do not commit this segment: once challenged, nobody could prove it. Report it: the circuit is incomplete",
  ),
  INSTANCE_UNSUPPORTED: entry<{ system: string; known: string; actual: string }>(
    ({ system, known, actual }) =>
      `expected an instance that ${system} has a circuit for (${known}), got ${actual}`,
    "Choose one of those with --instance, or another --proof-system",
  ),
  PROOF_SYSTEM_NONE: entry<None>(
    () => "expected at least one proof system, got none",
    "Name those that the deployment's verifier asks, in its order",
  ),
  PROOF_REFUSED: entry<{ circuit: string }>(
    ({ circuit }) => `expected the verifier to accept the fresh proof for ${circuit}, but it did not`,
    "Delete .cache/luntra and prove again; report it if it happens twice",
  ),
  BACKEND_MISSING: entry<{ path: string }>(
    ({ path }) => `expected barretenberg's binary at ${path}`,
    "Prove on Linux or macOS, on x64 or arm64, with @aztec/bb.js installed",
  ),
  BACKEND_FAILED: entry<{ command: string; exit: string; output: string }>(
    ({ command, exit, output }) => `expected bb ${command} to succeed, but it ended with ${exit}: ${output}`,
    "Check memory and disk space; delete .cache/luntra if files may be damaged",
  ),
  SNARKJS_FAILED: entry<{ command: string; reason: string }>(
    ({ command, reason }) => `expected snarkjs ${command} to succeed: ${reason}`,
    "Check memory and disk space; delete .cache/luntra if files may be damaged",
  ),
  VERIFIER_UNKNOWN: entry<{ what: string; count: number }>(
    ({ what, count }) => `expected ${what} in the generated verifier, found ${count} of them`,
    "Use the pinned version of @aztec/bb.js; its verifier's text has changed",
  ),
  SRS_REFUSED: entry<{ path: string; reason: string }>(
    ({ path, reason }) => `expected the public ceremony's file in ${path}: ${reason}`,
    "Download bn254_g1.dat and bn254_g2.dat of the Aztec Ignition ceremony again",
  ),

  // Ceremonies for the circom proof systems.
  PTAU_UNKNOWN: entry<{ path: string; blake2b: string; bytes: number }>(
    ({ path, blake2b, bytes }) =>
      `expected ${path} to be a public powers-of-tau file, but nobody vouches for ${bytes} bytes with BLAKE2b ${blake2b}`,
    "Download the file again from the address in src/ceremony/ptau-files.json; other files need --full or --unlisted-ptau",
  ),
  PTAU_REFUSED: entry<{ path: string; reason: string }>(
    ({ path, reason }) => `expected powers of tau in ${path}: ${reason}`,
    "Take a whole file that is prepared for phase 2 and large enough for the circuit",
  ),
  PTAU_REQUIRED: entry<{ chainId: bigint; ptau: string }>(
    ({ chainId, ptau }) =>
      `expected PLONK keys on chain ${chainId} to derive from a public powers-of-tau file, got ${ptau}`,
    "Derive them from a file that `ceremony verify-ptau` recognises; development keys serve chain 31337 only",
  ),
  ZKEY_MALFORMED: entry<{ path: string; reason: string }>(
    ({ path, reason }) => `expected a whole Groth16 key in ${path}: ${reason}`,
    "Copy the file again from where the ceremony shares its keys",
  ),
  CEREMONY_MISSING: entry<{ name: string; path: string }>(
    ({ name, path }) => `expected the transcript of ceremony ${name}, but there is no ${path}`,
    "Start the ceremony, or check its name and the folder of the deployments",
  ),
  CEREMONY_EXISTS: entry<{ name: string; path: string }>(
    ({ name, path }) => `expected no ceremony ${name} yet, but there is ${path}`,
    "Go on with it, or choose another name",
  ),
  CEREMONY_MALFORMED: entry<{ path: string; reason: string }>(
    ({ path, reason }) => `expected a ceremony's transcript in ${path}: ${reason}`,
    "Restore the file from version control",
  ),
  CEREMONY_FILE: entry<{ path: string; expected: string; actual: string }>(
    ({ path, expected, actual }) => `expected ${path} with SHA-256 ${expected}, got ${actual}`,
    "Get the key that the transcript names from where the ceremony shares its keys",
  ),
  CEREMONY_LEFTOVER: entry<{ path: string; reason: string }>(
    ({ path, reason }) => `expected ${path} to be free, or the step that was interrupted: ${reason}`,
    "Look where it comes from and move it away; a step of somebody else belongs with its transcript",
  ),
  CEREMONY_CLOSED: entry<{ name: string }>(
    ({ name }) => `expected ceremony ${name} to be open, but it has had its beacon`,
    "Start another ceremony: a contribution after the beacon would let its author choose the key",
  ),
  CEREMONY_OPEN: entry<{ name: string }>(
    ({ name }) => `expected ceremony ${name} to have had its beacon, but it has not`,
    "Apply the beacon after the last contribution; --unfinished verifies a ceremony that still runs",
  ),
  CEREMONY_TOO_FEW: entry<{ name: string; least: number; actual: number }>(
    ({ name, least, actual }) =>
      `expected at least ${least} contributors by different names in ceremony ${name}, got ${actual}`,
    "Let more people contribute before the beacon; keys of one person are as good as that person's word",
  ),
  CEREMONY_DIFFERS: entry<{ name: string; what: string; expected: string; actual: string }>(
    ({ name, what, expected, actual }) =>
      `expected ${what} to be ${expected}, as in the transcript of ceremony ${name}, got ${actual}`,
    "Do not use this key: transcript, key, circuit and powers of tau do not belong together",
  ),
  CEREMONY_REFUSED: entry<{ name: string; reason: string }>(
    ({ name, reason }) => `expected every step of ceremony ${name} to follow from the one before: ${reason}`,
    "Do not use this key: whoever made it may be able to forge proofs",
  ),
  CEREMONY_UNVERIFIED: entry<{ name: string; path: string; reason: string }>(
    ({ name, path, reason }) => `expected ${path} to say that ceremony ${name} was verified here: ${reason}`,
    "Run `ceremony verify` on this machine, with the files that will be used",
  ),
  CEREMONY_REQUIRED: entry<{ chainId: bigint; reason: string }>(
    ({ chainId, reason }) => `expected keys of a verified ceremony on chain ${chainId}: ${reason}`,
    "Hold a ceremony for this circuit, see docs/ceremony.md; development keys serve chain 31337 only",
  ),

  // The chain: deployments.
  WRONG_CHAIN: entry<{ expected: bigint; actual: bigint }>(
    ({ expected, actual }) => `expected L1 chain id ${expected}, got ${actual}`,
    "Select the network that the address book is for",
  ),
  PRESET_TOO_SHORT: entry<{ parameter: string; least: bigint; actual: bigint }>(
    ({ parameter, least, actual }) =>
      `expected ${parameter} of at least ${least} s on Ethereum mainnet, got ${actual} s`,
    "Use the mainnet preset: L1 inclusion under censorship sets this floor, not proving time",
  ),
  PROOF_TIME_UNMEASURED: entry<{ system: string; instance: string }>(
    ({ system, instance }) => `expected a measured proof time of ${system} on ${instance}, got none`,
    "Measure it with `npm run bench` and write it into PROOF_SECONDS: proving windows rest on it",
  ),
  PAUSE_TOO_LONG: entry<{ most: bigint; actual: bigint }>(
    ({ most, actual }) =>
      `expected a longest pause of at most ${most} s on Ethereum mainnet, got ${actual} s`,
    "Choose a shorter one: everybody's money stands still that long",
  ),
  PARAMETERS_REFUSED: entry<{
    parameter: string;
    bound: "least" | "most";
    limit: bigint;
    actual: bigint;
    checkedBy: string;
  }>(
    ({ parameter, bound, limit, actual, checkedBy }) =>
      `expected ${parameter} of at ${bound} ${limit}, got ${actual} (${checkedBy})`,
    "See `rollup params check` for every bound and where it comes from",
  ),
  DEV_VERIFIER_OFF_LOCAL: entry<{ chainId: bigint }>(
    ({ chainId }) => `expected chain id 31337 for a development verifier, got ${chainId}`,
    "Deploy the verifier of a ceremony; anyone can forge proofs against the development keys",
  ),
  DEPLOYMENT_MISSING: entry<{ network: string; path: string }>(
    ({ network, path }) => `expected a deployment on ${network}, but there is no ${path}`,
    "Deploy first, or name the folder of the address books",
  ),
  DEPLOYMENT_EXISTS: entry<{ network: string; path: string }>(
    ({ network, path }) => `expected no deployment on ${network}, but there is ${path}`,
    "Use it, move the file away, or deploy with force: a new deployment is a new L2 and shares nothing with it",
  ),
  DEPLOYMENT_INTERRUPTED: entry<{ network: string; path: string; step: string }>(
    ({ network, path, step }) =>
      `expected a complete deployment on ${network}, but ${path} ends at "${step}"`,
    "Run `launch deploy` again if it was a launch: it goes on. After `rollup deploy`, deploy anew with --force",
  ),
  DEPLOYMENT_MALFORMED: entry<{ path: string; reason: string }>(
    ({ path, reason }) => `expected an address book in ${path}: ${reason}`,
    "Restore the file from version control, or deploy again",
  ),
  DEPLOYMENT_OUTDATED: entry<{ path: string; expected: number; actual: number }>(
    ({ path, expected, actual }) =>
      `expected an address book of format ${expected} in ${path}, got format ${actual}`,
    "The contracts it names are an earlier version's: go back to that version, or deploy again with --force",
  ),
  VERIFIERS_MIXED: entry<{ system: string; what: string; expected: string; actual: string }>(
    ({ system, what, expected, actual }) => `expected ${what} ${expected} of ${system}, got ${actual}`,
    "All proof systems of a deployment are for one instance of the circuit, and each stands there once",
  ),
  VERIFIER_REFUSED: entry<{ chainId: bigint; system: string; expected: string; actual: string }>(
    ({ chainId, system, expected, actual }) =>
      `expected ${expected} as the generated verifier of ${system} on chain ${chainId}, got ${actual}`,
    "Let `rollup deploy` make the verifier from the keys; off chain 31337 nobody else's contract is taken for it",
  ),
  VERIFIERS_RELATED: entry<{ chainId: bigint; systems: string }>(
    ({ chainId, systems }) =>
      `expected ultrahonk among several proof systems on chain ${chainId}, got ${systems}: they prove one circuit, with keys from one ceremony of powers of tau, and fall together`,
    "Add ultrahonk, whose circuit and ceremony are others, or deploy with one proof system",
  ),
  DEPLOYMENT_MISMATCH: entry<{ what: string; expected: string; actual: string }>(
    ({ what, expected, actual }) => `expected ${what} to be ${expected} on L1, got ${actual}`,
    "Do not use this deployment: the contracts there are not the ones that the address book describes",
  ),

  // A launch.
  LAUNCH_FILE_MALFORMED: entry<{ path: string; what: string; expected: string; actual: string }>(
    ({ path, what, expected, actual }) => `expected ${what} in ${path} to be ${expected}, got ${actual}`,
    "Correct the file; `launch init` writes one with every value, its bound and the reason",
  ),
  LAUNCH_BLOCKED: entry<{ problems: number; first: string }>(
    ({ problems, first }) =>
      `expected nothing against this launch, got ${problems} problem(s), first: ${first}`,
    "Put them right and check again; nothing was sent",
  ),
  LAUNCH_CHANGED: entry<{ what: string; path: string; expected: string; actual: string }>(
    ({ what, path, expected, actual }) =>
      `expected ${what} as when this launch began (${path}): ${expected}, got ${actual}`,
    "Go on with the parameters and the code that it began with, or begin another one with another --deployment",
  ),
  LAUNCH_NONCE: entry<{ account: string; expected: number; actual: number }>(
    ({ account, expected, actual }) =>
      `expected ${account} to be at nonce ${expected}, where the next contract's address comes from, got ${actual}`,
    "Wait if the deployer's account has sent something that L1 has not taken; else it sent something else meanwhile, or L1 forgot: begin another launch with another --deployment",
  ),
  LAUNCH_REQUIRED: entry<{ chainId: bigint }>(
    ({ chainId }) =>
      `expected chain id 31337 for \`rollup deploy\`, which neither goes on nor checks accounts, got ${chainId}`,
    "Launch step by step: `launch init`, then docs/runbook.md",
  ),
  IGNITION_FAILED: entry<{ reason: string }>(
    ({ reason }) => `expected Ignition to deploy every contract: ${reason}`,
    "Put the cause right and run the same command again: it goes on where it stopped",
  ),
  ROLE_REFUSED: entry<{ role: string; account: string; reason: string }>(
    ({ role, account, reason }) => `expected an account for the role of ${role}, but ${account} ${reason}`,
    "Make a key of its own for each role, and keep it where only that process reads it",
  ),
  BALANCE_SHORT: entry<{ role: string; account: string; needed: bigint; available: bigint }>(
    ({ role, account, needed, available }) =>
      `expected ${role} ${account} to have ${needed} wei, but it has ${available}`,
    "Send it ETH",
  ),
  SELF_CHECK_FAILED: entry<{ findings: number; first: string }>(
    ({ findings, first }) =>
      `expected L1 to hold what this repository deploys, got ${findings} finding(s), first: ${first}`,
    "Do not use this deployment until each finding is understood",
  ),

  // The chain: reading and sending.
  CALL_REVERTED: entry<{
    about: string;
    error: string;
    args: Readonly<Record<string, string>>;
    hint: string;
  }>(
    ({ about, error, args, hint }) =>
      `expected L1 to accept ${about}, but it answered ${error}(${Object.entries(args)
        .map(([name, value]) => `${name} ${value}`)
        .join(", ")})${hint === "" ? "" : `: ${hint}`}`,
    "Nothing changed on L1",
  ),
  L1_UNAVAILABLE: entry<{ what: string; reason: string }>(
    ({ what, reason }) => `expected L1 to answer ${what}: ${reason}`,
    "Check the node's address and whether it is up, then try again",
  ),
  L1_DATA_MISSING: entry<{ what: string }>(
    ({ what }) => `expected L1 to have ${what}`,
    "Use a node that keeps transactions and logs since the deployment",
  ),
  L1_INCONSISTENT: entry<{ what: string; expected: string; actual: string }>(
    ({ what, expected, actual }) => `expected ${what} to be ${expected}, but L1 says ${actual}`,
    "Ask another node: this one contradicts itself, so nothing is concluded from it",
  ),
  L1_REORG: entry<{ block: number; expected: string; actual: string }>(
    ({ block, expected, actual }) => `expected block ${block} to be ${expected}, but it is now ${actual}`,
    "Sync again; the derivation goes back to the last common block by itself",
  ),
  L1_DISAGREES: entry<{ what: string; expected: string; actual: string; url: string }>(
    ({ what, expected, actual, url }) =>
      `expected all L1 nodes to say the same of ${what}: ${expected} by the first one, ${actual} by ${url}`,
    "Find out which of the nodes is wrong; until they agree, nothing is concluded from any of them",
  ),
  L1_WITNESSES: entry<{ needed: number; actual: number; reason: string }>(
    ({ needed, actual, reason }) => `expected ${needed} L1 nodes to answer, got ${actual}: ${reason}`,
    "Check the nodes named by --l1; with fewer than two that agree, nothing is concluded",
  ),
  NOT_SYNCED: entry<None>(() => "expected a synced derivation, got none yet", "Sync before reading"),
  CALLDATA_MALFORMED: entry<{ transaction: string; reason: string }>(
    ({ transaction, reason }) => `expected ${transaction} to hold what L1 accepted as a commit: ${reason}`,
    "Ask another node: L1 itself could not have read this input",
  ),
  UNKNOWN_BATCH: entry<{ batch: string }>(
    ({ batch }) => `expected a committed batch, got ${batch}`,
    "Sync, and check the id or number; a rolled-back batch is found by its id only",
  ),

  // The node.
  BATCH_INVALID: entry<{ id: string; segment: number }>(
    ({ id, segment }) => `expected batch ${id} to be valid, but segment ${segment} is wrong`,
    "Refute or challenge that segment",
  ),
  ANCESTOR_INVALID: entry<{ id: string; ancestor: string; segment: number }>(
    ({ id, ancestor, segment }) =>
      `expected batch ${id} to start from a known state, but its ancestor ${ancestor} is wrong at segment ${segment}`,
    "Refute or challenge the ancestor; its descendants go with it",
  ),
  TX_NONCE_TOO_LOW: entry<{ expected: bigint; actual: bigint }>(
    ({ expected, actual }) => `expected nonce ${expected}, got ${actual}`,
    "Sign again with the account's next nonce",
  ),
  TX_NONCE_GAP: entry<{ expected: bigint; actual: bigint }>(
    ({ expected, actual }) => `expected nonce ${expected}, got ${actual}`,
    "Send the transactions before this one first",
  ),
  TX_NONCE_TAKEN: entry<{ nonce: bigint; by: string }>(
    ({ nonce, by }) => `expected an unused nonce, but ${by} in the pool has nonce ${nonce}`,
    "Wait for that transaction, or sign with the next nonce",
  ),
  TX_UNKNOWN_SENDER: entry<{ sender: string }>(
    ({ sender }) => `expected a sender with an L2 account, got ${sender}`,
    "Deposit ETH first: fees are paid from the L2 balance",
  ),
  TX_BALANCE: entry<{ what: string; needed: bigint; available: bigint }>(
    ({ what, needed, available }) => `expected ${needed} of ${what}, but the sender has ${available}`,
    "Deposit more, or send less",
  ),
  TX_UNDERPRICED: entry<{ least: bigint; actual: bigint }>(
    ({ least, actual }) => `expected maxFeePerGas of at least ${least} wei, got ${actual}`,
    "Sign again with a higher fee",
  ),
  TX_PRIORITY_FEE: entry<{ maxFee: bigint; actual: bigint }>(
    ({ maxFee, actual }) => `expected a priority fee of at most maxFeePerGas ${maxFee}, got ${actual}`,
    "Sign again with a lower priority fee",
  ),
  TX_GAS_LIMIT: entry<{ least: bigint; actual: bigint }>(
    ({ least, actual }) => `expected a gas limit of at least ${least}, got ${actual}`,
    "Sign again with a higher gas limit",
  ),
  TX_TO_BRIDGE: entry<{ bridge: string }>(
    ({ bridge }) =>
      `expected a call of the bridge ${bridge}, got a plain transfer that nobody could ever spend`,
    "Call withdrawEth(recipient) on it to withdraw",
  ),
  TX_KNOWN: entry<{ hash: string }>(
    ({ hash }) => `expected a new transaction, but ${hash} is in the pool or in a block already`,
    "Nothing: it is on its way. Look at its receipt",
  ),
  TX_REPLACEMENT: entry<{ by: string; maxFee: bigint; priority: bigint }>(
    ({ by, maxFee, priority }) =>
      `expected an unused nonce, or a replacement of ${by} with maxFee ${maxFee} and priority ${priority} at least`,
    "Raise both fees by 10%, or wait: a transaction that is going into a block cannot be replaced any more",
  ),
  POOL_FULL: entry<{ limit: number }>(
    ({ limit }) => `expected fewer than ${limit} transactions waiting`,
    "Send again later; transactions leave the pool as blocks are made",
  ),
  POOL_SENDER_FULL: entry<{ sender: string; limit: number }>(
    ({ sender, limit }) => `expected fewer than ${limit} transactions of ${sender} waiting`,
    "Send again when some of them are in a block",
  ),
  NOT_LEADING: entry<{ leader: string }>(
    ({ leader }) => `expected the node that leads, which is ${leader}`,
    "Send it there; when that node is gone, another one leads within seconds",
  ),
  STATE_UNAVAILABLE: entry<{ block: bigint; latest: bigint }>(
    ({ block, latest }) => `expected a block whose state is kept, got ${block} (the latest is ${latest})`,
    "Ask for latest, safe, finalized or one of the last 16 blocks",
  ),
  PROCESS_FAILED: entry<{ name: string; how: string }>(
    ({ name, how }) => `expected process ${name} to run, but it ended: ${how}`,
    "Look at what it said, and start it alone to see more",
  ),
  POOL_LOCKED: entry<{ path: string; owner: string }>(
    ({ path, owner }) => `expected ${path} to be free, but process ${owner} holds it`,
    "Wait for that process, or stop it; a dead process's lock is broken by itself",
  ),
  NOT_YOUR_TURN: entry<{ primary: string; until: bigint }>(
    ({ primary, until }) => `expected the primary's time to be over, but ${primary} has it until ${until}`,
    "Wait until then (wall time, if no pause comes), or let `--fallback` wait",
  ),
  CLOCK_PAUSED: entry<{ until: bigint }>(
    ({ until }) => `expected the protocol's time to run, but its guardian stopped it until ${until}`,
    "Wait until then (wall time): nothing expires meanwhile",
  ),
  NOTHING_TO_COMMIT: entry<None>(
    () => "expected a queue item or a transaction, but both queue and pool are empty",
    "Submit a transaction or deposit first",
  ),
  CHECK_FAILED: entry<{ segment: number; what: string; expected: string; actual: string }>(
    ({ segment, what, expected, actual }) =>
      `expected ${what} of segment ${segment} to be ${expected}, got ${actual}`,
    "Do not commit: model, circuit and contract disagree, and whoever finds out could refute the batch",
  ),
  STATEMENT_DIFFERS: entry<{ segment: number; what: string; expected: string; actual: string }>(
    ({ segment, what, expected, actual }) =>
      `expected L1 to derive ${what} ${expected} for segment ${segment}, but it derives ${actual}`,
    "Do not prove: L1 would refuse the proof; check chain, address book and versions",
  ),
  SEGMENT_UNPROVABLE: entry<{ id: string; segment: number; first: number }>(
    ({ id, segment, first }) =>
      `expected segment ${segment} of ${id} to start from a known state, but segment ${first} before it is wrong`,
    "Prove the first wrong segment",
  ),
  SEGMENT_VALID: entry<{ id: string; segment: number }>(
    ({ id, segment }) => `expected segment ${segment} of ${id} to be wrong, but it is right`,
    "Do not dispute it",
  ),
  SEGMENT_INVALID: entry<{ id: string; segment: number; claimed: string; computed: string }>(
    ({ id, segment, claimed, computed }) =>
      `expected segment ${segment} of ${id} to end in ${claimed}, but it ends in ${computed}`,
    "Refute it instead of defending it",
  ),
  NOT_FIRST_WRONG: entry<{ id: string; segment: number; first: string }>(
    ({ id, segment, first }) =>
      `expected the first wrong segment of ${id}, which is ${first}, got ${segment}`,
    "Challenge that one: any other may be provable, and then the bond is lost",
  ),
  PROVER_CANCELLED: entry<None>(
    () => "expected the proof to be finished, but it was cancelled",
    "Start it again if it is still wanted",
  ),
  PROOF_OVERDUE: entry<{ id: string; segment: number; seconds: number }>(
    ({ id, segment, seconds }) =>
      `expected a proof of segment ${segment} of batch ${id} within ${seconds} s, but it was not finished`,
    "Look at the prover: it hangs, or its machine is far slower than the deployment's proof time",
  ),
  TRANSACTION_OVERDUE: entry<{ what: string; seconds: number }>(
    ({ what, seconds }) => `expected L1 to take "${what}" within ${seconds} s, but it is still waiting`,
    "Look at the account's first transaction that waits: raise its fee, or replace it; all others wait behind it",
  ),
  NO_CONTRADICTION: entry<{ first: string; second: string }>(
    ({ first, second }) => `expected two results of one segment, got: ${first}; ${second}`,
    "Show two proofs of the same segment of the same batch",
  ),
  NOT_AN_ACCEPTED_PROOF: entry<{ transaction: string; reason: string }>(
    ({ transaction, reason }) =>
      `expected transaction ${transaction} to be an accepted proveFraud, proveValid or recordValid: ${reason}`,
    "Take the transaction of the event FraudProven, SegmentProven or SegmentRecorded; what a contract passed on is not read",
  ),
  PARENT_NOT_FINAL: entry<{ id: string; parent: string; status: string }>(
    ({ id, parent, status }) =>
      `expected the parent of batch ${id} to be final, but ${parent} is ${status}: L1 takes contradictions from a final start alone`,
    "Make the parent final first, by waiting or with `prover prove --send`; contradict a forgery against its ancestor if it is dead",
  ),
  NOT_FREEZABLE: entry<{ reason: string }>(
    ({ reason }) => `expected a rollup that does not serve its queue: ${reason}`,
    "Look at `rollup status`: it says from when on anybody may freeze it",
  ),
  NOT_CONFIRMED: entry<{ what: string; confirmations: number }>(
    ({ what, confirmations }) => `expected ${what} to stand for ${confirmations} blocks of L1 already`,
    "Wait for more blocks: this cannot be taken back",
  ),
  NOT_FROZEN: entry<None>(
    () => "expected a frozen rollup, but it runs",
    "Withdraw in the usual way; a rollup that does not serve its queue can be frozen by anyone",
  ),
  NOTHING_TO_ESCAPE: entry<{ account: string }>(
    ({ account }) =>
      `expected a balance of ${account} in the last final state, found none that did not escape`,
    "Look at `bridge escape status`; deposits that no final batch took are reclaimed",
  ),
  ESCAPE_INCOMPLETE: entry<{ subtrees: number; first: string }>(
    ({ subtrees, first }) =>
      `expected L1 to credit every balance, but it refused ${subtrees} subtree(s): ${first}`,
    "All others are credited; prove those that are left account by account with `bridge escape prove`",
  ),
  NOTHING_TO_RECLAIM: entry<{ what: string }>(
    ({ what }) => `expected a deposit that no final batch took, got ${what}`,
    "Look at `bridge escape status`; deposits that a final batch took are in the state and escape",
  ),
  UNKNOWN_EXIT: entry<{ number: bigint; index: bigint }>(
    ({ number, index }) => `expected an exit, but batch ${number} has none at index ${index}`,
    "List the recipient's exits first",
  ),
  EXIT_NOT_FINAL: entry<{ number: bigint; finalized: bigint }>(
    ({ number, finalized }) => `expected batch ${number} to be final, but finality is at ${finalized}`,
    "Wait for the challenge window, or prove the batch",
  ),

  // The store.
  STORE_LOCKED: entry<{ where: string; owner: number }>(
    ({ where, owner }) => `expected ${where} to be free, but process ${owner} has the database open`,
    "Stop that process, or let both use one PostgreSQL; a dead process's lock does not count",
  ),
  STORE_UNAVAILABLE: entry<{ reason: string }>(
    ({ reason }) => `expected the database to answer: ${reason}`,
    "Try again: what was asked may or may not have happened; check the database's address, disk and whether it is up",
  ),
  STORE_MIGRATION: entry<{ migration: string; reason: string }>(
    ({ migration, reason }) => `expected the database to take migration ${migration}: ${reason}`,
    "Use a database of its own for each deployment, and no older version than the one that migrated it",
  ),
  LEASE_LOST: entry<{ holder: string; epoch: bigint; reason: string }>(
    ({ holder, epoch, reason }) => `expected ${holder} to lead in epoch ${epoch}: ${reason}`,
    "Drop what was about to be written: another node leads, or will soon",
  ),

  // Proof jobs.
  JOB_MALFORMED: entry<{ reason: string }>(
    ({ reason }) => `expected a proof job as this version writes it: ${reason}`,
    "Run the same version on nodes and provers; ask again for a proof whose job is damaged",
  ),
  JOB_MISMATCH: entry<{ what: string; expected: string; actual: string }>(
    ({ what, expected, actual }) => `expected a job of a deployment with ${what} ${expected}, got ${actual}`,
    "Give each deployment a database and provers of its own",
  ),
  PROOF_JOB_FAILED: entry<{ id: string; segment: number; tries: number; reason: string }>(
    ({ id, segment, tries, reason }) =>
      `expected a proof of segment ${segment} of batch ${id}, but ${tries} tries failed, the last one: ${reason}`,
    "Look at the provers' logs; asking again starts anew",
  ),
  PROVER_FAILED: entry<{ reason: string }>(
    ({ reason }) => `expected a proof, but the prover failed in a way that it does not know: ${reason}`,
    "Report it; another try follows by itself",
  ),
  PROVER_CRASHED: entry<{ reason: string }>(
    ({ reason }) => `expected the prover's process to answer, but it ended: ${reason}`,
    "Another try follows by itself; check memory if it goes on",
  ),

  // The risk model.
  RISK_MODEL_INVALID: entry<{ path: string; reason: string }>(
    ({ path, reason }) => `expected a risk model in ${path} that this version can read: ${reason}`,
    "Train it anew with `risk train`",
  ),

  // Monitoring.
  TOO_SLOW: entry<{ ms: number }>(
    ({ ms }) => `expected an answer within ${ms} ms, got none`,
    "Look at what was asked: L1, or the database",
  ),

  // Tasks and scenarios.
  ARGUMENT_INVALID: entry<{ argument: string; expected: string; actual: string }>(
    ({ argument, expected, actual }) => `expected ${argument} to be ${expected}, got ${actual}`,
    "See --help",
  ),
  ACCOUNT_UNKNOWN: entry<{ account: string; network: string; accounts: number }>(
    ({ account, network, accounts }) =>
      `expected an account of network ${network}, which has ${accounts}, got ${account}`,
    "Give an index, counted from 0, or the address of an account that the network is configured with",
  ),
  CONFIGURATION_MISSING: entry<{ network: string; reason: string }>(
    ({ network, reason }) => `expected network ${network} to have its configuration: ${reason}`,
    "Set the variable with `hardhat keystore set`, or in the environment; LUNTRA_ROLE says whose key is used",
  ),
  KEY_UNAVAILABLE: entry<{ account: string; network: string }>(
    ({ account, network }) =>
      `expected the key of ${account} among the configured accounts of network ${network}`,
    "Configure the account, or sign with a wallet and hand over the transaction with --raw",
  ),
  LOCAL_CHAIN_ONLY: entry<{ what: string; chainId: bigint }>(
    ({ what, chainId }) => `expected chain id 31337 for ${what}, got ${chainId}`,
    "Use a local chain: this serves demonstrations and tests only",
  ),
  LIMIT_REACHED: entry<{ what: string; limit: string; actual: string }>(
    ({ what, limit, actual }) => `expected ${what} within the watchtower's limit of ${limit}, got ${actual}`,
    "Act by hand now (dispute refute, dispute challenge), then raise the limit or wait for the next period",
  ),
  LEDGER_DAMAGED: entry<{ path: string; reason: string }>(
    ({ path, reason }) => `expected the record of what the watchtower spent in ${path}: ${reason}`,
    "Look at the account's transactions on L1, then delete the file: the period's budget begins anew",
  ),
  OVERTAKEN: entry<{ what: string; reason: string }>(
    ({ what, reason }) =>
      `expected nobody to be faster with ${what}, but L1's waiting transactions are: ${reason}`,
    "Nothing: what somebody else has sent is given time to be mined",
  ),
  AUDIT_REFUSED: entry<{ id: string; verdict: string; reason: string }>(
    ({ id, verdict, reason }) => `expected the audit to find batch ${id} right, got ${verdict}: ${reason}`,
    "The batch is held back. Compare what sequencer and watchtower run; do not commit before they agree",
  ),
  AUDIT_SILENT: entry<{ url: string; reason: string }>(
    ({ url, reason }) => `expected the audit at ${url} to answer: ${reason}`,
    "Start the watchtower with --audit-port and the same LUNTRA_AUDIT_SECRET; until then batches are held back",
  ),
  WATCHTOWER_ALERT: entry<{ alerts: number; first: string }>(
    ({ alerts, first }) => `expected nothing that needs a person, got ${alerts} alert(s), first: ${first}`,
    "Look at the report; --act says what the watchtower may put right by itself",
  ),
  KEYS_DIFFER: entry<{ what: string; expected: string; actual: string }>(
    ({ what, expected, actual }) => `expected ${what} to be ${expected}, got ${actual}`,
    "Do not prove for this deployment with these keys: L1 would refuse, or the deployment is another one",
  ),
  SCENARIO_UNKNOWN: entry<{ name: string; known: string }>(
    ({ name, known }) => `expected a scenario among ${known}, got ${name}`,
    "Choose one of them, or `all`",
  ),
  SCENARIO_FAILED: entry<{ scenario: string; failed: number; first: string }>(
    ({ scenario, failed, first }) =>
      `expected scenario ${scenario} to end as predicted, but ${failed} check(s) failed, first: ${first}`,
    "Compare the timeline with the prediction; one of them has a bug",
  ),

  // JSON-RPC: what clients ask.
  RPC_PARSE: entry<{ reason: string }>(
    ({ reason }) => `expected JSON, got something else: ${reason}`,
    "Send one JSON-RPC 2.0 request, or an array of them",
  ),
  RPC_REQUEST: entry<{ reason: string }>(
    ({ reason }) => `expected a JSON-RPC 2.0 request: ${reason}`,
    "Send jsonrpc, id, method and params as JSON-RPC 2.0 asks",
  ),
  RPC_METHOD: entry<{ method: string }>(
    ({ method }) => `expected a method of this server, got ${method}`,
    "See docs/rpc.md for the methods that there are",
  ),
  RPC_PARAMS: entry<{ method: string; reason: string }>(
    ({ method, reason }) => `expected the parameters of ${method}: ${reason}`,
    "See docs/rpc.md for the method's parameters",
  ),
  RPC_WEBSOCKET_ONLY: entry<{ method: string }>(
    ({ method }) => `expected a WebSocket connection for ${method}, got an HTTP request`,
    "Connect by WebSocket, or use filters",
  ),
  RPC_INTERNAL: entry<None>(
    () => "expected to answer, but the server failed inside",
    "Try again; its operator finds the reason in the log",
  ),
  RPC_LIMIT: entry<{ what: string; most: number; actual: number }>(
    ({ what, most, actual }) => `expected at most ${most} ${what}, got ${actual}`,
    "Ask for less at once, or less often",
  ),
  RPC_BLOCK_UNKNOWN: entry<{ block: string }>(
    ({ block }) => `expected a block of this chain, got ${block}`,
    "Ask for the latest block first; blocks may be dropped by a rollback",
  ),
  RPC_HANDLE_UNKNOWN: entry<{ what: string; id: string }>(
    ({ what, id }) => `expected a ${what} that is known here, got ${id}`,
    "Make a new one; it expired, or belongs to another connection or server",
  ),
  RPC_CALL_REFUSED: entry<{ reason: string }>(
    ({ reason }) => `expected a call that this L2 can execute: ${reason}`,
    "Use ERC-20 views and transfer, withdrawEth / withdrawToken on the bridge predeploy, or a plain transfer",
  ),
  RPC_LEADER_REFUSED: entry<{ code: number; message: string; data?: unknown }>(
    ({ message }) => `expected the leading sequencer to take the transaction: ${message}`,
    "Do what the leader's error says",
  ),
  RPC_LEADER_UNREACHABLE: entry<{ reason: string }>(
    ({ reason }) => `expected the leading sequencer to take the transaction: ${reason}`,
    "Send it again; another node may be about to lead",
  ),
} satisfies Record<string, Entry<never>>;

export type ErrorCode = keyof typeof ERRORS;
export type ErrorArgs<Code extends ErrorCode> = Parameters<(typeof ERRORS)[Code]["summary"]>[0];

export class LuntraError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code;
  readonly args: ErrorArgs<Code>;

  constructor(code: Code, args: ErrorArgs<Code>, cause?: unknown) {
    const { summary, advice } = ERRORS[code] as unknown as Entry<ErrorArgs<Code>>;
    super(`${code}: ${summary(args)}. ${advice}.`, cause === undefined ? undefined : { cause });
    this.name = "LuntraError";
    this.code = code;
    this.args = args;
  }
}

/** Throws a `LuntraError`. */
export function fail<Code extends ErrorCode>(code: Code, args: ErrorArgs<Code>, cause?: unknown): never {
  throw new LuntraError(code, args, cause);
}

/** Whether `error` is ours and, if a code is given, of that code. */
export function isLuntraError<Code extends ErrorCode = ErrorCode>(
  error: unknown,
  code?: Code,
): error is LuntraError<Code> {
  return error instanceof LuntraError && (code === undefined || error.code === code);
}

// Reads a deployment back and compares it with the launch file, the keys made here, this build and the address book. It finds all
// differences, not the first one only.

import type { Provider } from "ethers";
import type { AddressBook } from "../chain/address-book.ts";
import type { ArtifactReader } from "../chain/artifacts.ts";
import { differencesOf } from "../chain/check-deployment.ts";
import type { VerifierSource } from "../chain/deploy.ts";
import { ask } from "../chain/l1.ts";
import { isLuntraError } from "../errors.ts";
import { roleProblems } from "./accounts.ts";
import type { LaunchFile } from "./file.ts";
import { encodedArguments, planOfBook } from "./plan-of-book.ts";

/**
 * - file: the address book is not of this launch file
 * - contract: L1's code, parameters or wiring
 * - creation: what the deployer sent is not this build with these arguments
 * - key: the verifier is of other keys than those made here
 * - role: an account that must not have its role
 */
export type FindingKind = "file" | "contract" | "creation" | "key" | "role";

export interface Finding {
  readonly kind: FindingKind;
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

export interface SelfCheckOptions {
  readonly file: LaunchFile;
  readonly book: AddressBook;
  readonly artifacts: ArtifactReader;
  readonly l1: Provider;
  /** Made here, from sources and ceremony. */
  readonly verifiers: readonly VerifierSource[];
}

export async function selfCheck(options: SelfCheckOptions): Promise<Finding[]> {
  const { book, artifacts, l1 } = options;
  const contracts = await differencesOf(book, artifacts, l1);
  return [
    ...fileFindings(options),
    ...keyFindings(options),
    ...contracts.map((its) => ({ kind: "contract" as const, ...its })),
    ...(await creationFindings(options)),
    ...(await roleFindings(options)),
  ];
}

/** What people agreed on, beside what the book says. */
function fileFindings({ file, book }: SelfCheckOptions): Finding[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ["chainId", file.chainId, book.chainId],
    ["instance", file.instance, book.instance],
    ["proofSystems", file.proofSystems.join(", "), book.verifiers.map(({ system }) => system).join(", ")],
    ["deployer", file.roles.deployer, book.deployer],
    ...Object.entries(file.parameters).map(
      ([name, value]) => [name, value, book.parameters[name as keyof typeof book.parameters]] as const,
    ),
  ];
  return pairs.flatMap(([what, expected, actual]) => finding("file", what, expected, actual));
}

function keyFindings({ book, verifiers }: SelfCheckOptions): Finding[] {
  return book.verifiers.flatMap((deployed, i) => {
    const here = verifiers[i];
    const artifact = here !== undefined && "artifact" in here.contract ? here.contract.artifact : "none";
    const what = (name: string) => `${name} of ${deployed.system}`;
    return [
      ...finding("key", what("the circuit"), here?.circuitHash, deployed.circuitHash),
      ...finding("key", what("the verification key"), here?.vkHash, deployed.vkHash),
      ...finding("key", what("the verifier's contract"), artifact, deployed.contract),
      ...finding("key", what("development keys"), here?.development, deployed.development),
    ];
  });
}

/** Blocks that are looked through after the first contract, if L1 has no code where a contract is to stand. */
const MOST_BLOCKS = 5_000;

/** Holds parameters, too, that no contract can be asked for. */
async function creationFindings({ book, artifacts, l1 }: SelfCheckOptions): Promise<Finding[]> {
  let plan: ReturnType<typeof planOfBook>;
  try {
    plan = planOfBook(book);
  } catch (error) {
    if (!isLuntraError(error, "DEPLOYMENT_MISMATCH")) throw error;
    return [{ kind: "creation", ...error.args }];
  }
  // A launch that waited for cheaper gas took days: where all contracts stand, all their transactions are found.
  const codes = plan.steps.map(({ address }) => ask("a contract's code", () => l1.getCode(address)));
  const complete = (await Promise.all(codes)).every((code) => code !== "0x");
  const most = complete ? Number.POSITIVE_INFINITY : MOST_BLOCKS;
  const sent = await sentBy(l1, book, { nonce: plan.nonce, count: plan.steps.length, most });
  const findings: Finding[] = [];
  for (const [i, step] of plan.steps.entries()) {
    const { bytecode } = await artifacts.readArtifact(step.artifact);
    const expected = `${bytecode}${(await encodedArguments(step, artifacts)).slice(2)}`.toLowerCase();
    const actual = sent.get(plan.nonce + i);
    if (actual === expected) continue;
    const what = `the transaction that made ${step.artifact}`;
    findings.push({ kind: "creation", what, ...firstDifference(expected, actual) });
  }
  return findings;
}

/** The inputs of the deployer's transactions, by nonce. */
async function sentBy(
  l1: Provider,
  { fromBlock, deployer }: AddressBook,
  { nonce, count, most }: { readonly nonce: number; readonly count: number; readonly most: number },
): Promise<ReadonlyMap<number, string>> {
  const sent = new Map<number, string>();
  const latest = await ask("eth_blockNumber", () => l1.getBlockNumber());
  const last = Math.min(latest, fromBlock + most);
  for (let number = fromBlock; number <= last && sent.size < count; number++) {
    const block = await ask(`block ${number}`, () => l1.getBlock(number, true));
    for (const { from, nonce: its, data, to } of block?.prefetchedTransactions ?? []) {
      if (from.toLowerCase() !== deployer.toLowerCase() || to !== null) continue;
      if (its >= nonce && its < nonce + count) sent.set(its, data.toLowerCase());
    }
  }
  return sent;
}

const SHOWN = 64;

/** The place where two texts part, not two texts of fifty kilobytes. */
function firstDifference(expected: string, actual: string | undefined): Pick<Finding, "expected" | "actual"> {
  if (actual === undefined) return { expected: "on L1", actual: "none" };
  let at = 0;
  while (at < expected.length && expected[at] === actual[at]) at++;
  const part = (text: string) => `${text.slice(at, at + SHOWN) || "its end"} from byte ${Math.floor(at / 2)}`;
  return { expected: part(expected), actual: part(actual) };
}

async function roleFindings({ file, book, l1 }: SelfCheckOptions): Promise<Finding[]> {
  const found: Finding[] = roleProblems(file).map(({ message, args }) => {
    const { role, account } = args as { role: string; account: string };
    return { kind: "role", what: role, expected: "an account of its own", actual: `${account}: ${message}` };
  });
  const code = await ask("the primary's code", () => l1.getCode(book.parameters.primary));
  return [...found, ...finding("role", "the primary's code", "0x", code)];
}

function finding(kind: FindingKind, what: string, expected: unknown, actual: unknown): Finding[] {
  if (String(expected).toLowerCase() === String(actual).toLowerCase()) return [];
  return [{ kind, what, expected: String(expected), actual: String(actual) }];
}

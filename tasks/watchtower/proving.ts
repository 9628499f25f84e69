// Who proves for a watchtower: the workers of a database first, if one is given; itself otherwise, and when they fail.

import type { AddressBook } from "../../src/chain/address-book.ts";
import { slowProof } from "../../src/chain/economics.ts";
import { openJobs, remoteProver } from "../../src/jobs/index.ts";
import type { Prover } from "../../src/node/segment-run.ts";
import { openStore } from "../../src/store/index.ts";
import type { Condition } from "../../src/watchtower/alert.ts";
import { withFallback } from "../../src/watchtower/fallback.ts";
import type { Context } from "../support/action.ts";
import type { KeyArgs } from "../support/key-sources.ts";
import { describeError } from "../support/output.ts";
import { openProver } from "../support/prover.ts";

export interface Proving {
  readonly prover: Prover | undefined;
  /** Why there is none: challenges and timeouts need none, so they are not kept waiting. */
  readonly standing: readonly Condition[];
  close(): Promise<void>;
}

export const NOTHING_TO_PROVE: Proving = { prover: undefined, standing: [], close: async () => undefined };

/** By the workers of a database first, if one is given; here otherwise, and when they fail. */
export async function proverOf(
  args: Pick<KeyArgs, "deployments"> & { readonly database: string | undefined },
  context: Context,
  book: AddressBook,
  trouble: (what: string) => (error: unknown) => void,
): Promise<Proving> {
  try {
    const here = await openProver(context, book, args);
    if (!args.database) return { ...NOTHING_TO_PROVE, prover: here };
    const store = await openStore(args.database);
    const { l2ChainId, instance, verifiers, parameters } = book;
    const systems = verifiers.map(({ system }) => system);
    const jobs = await openJobs(
      store,
      { l2ChainId, instance, systems },
      { onTrouble: trouble("proof jobs") },
    );
    const patienceMs = Number(slowProof(parameters)) * 1000;
    const onFallback = trouble("having others prove");
    const prover = withFallback(remoteProver(jobs, { purpose: "refute" }), here, { patienceMs, onFallback });
    const close = async () => {
      await jobs.close();
      await store.close();
    };
    return { prover, standing: [], close };
  } catch (error) {
    const { code, message } = describeError(error);
    const about = `no prover, so nothing is refuted or answered until a restart: ${code}: ${message}`;
    context.progress(about);
    const standing = [{ kind: "no-prover", subject: "", message: about, data: { code } }] as const;
    return { ...NOTHING_TO_PROVE, standing };
  }
}

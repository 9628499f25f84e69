import { buffer } from "node:stream/consumers";
import { contribute } from "../../src/ceremony/index.ts";
import { action } from "../support/action.ts";
import { required } from "../support/arguments.ts";
import { facts } from "../support/output.ts";
import { placesOf, type StepArgs } from "./support.ts";

type Args = StepArgs & { contributor: string | undefined; stdin: boolean };

export default action<Args>(async (args, { progress }) => {
  const { name, places } = placesOf(args);
  const contributor = required(args.contributor, "--contributor");
  const entropy = await entropyOf(args);
  const { contribution, path, resumed, transcript } = await contribute({
    name,
    contributor,
    places,
    entropy,
    onStep: progress,
  });
  const { hash, input, output } = contribution;
  return {
    json: { name, number: transcript.contributions.length, contribution, path, resumed },
    lines: [
      ...(resumed ? ["An interrupted step had left a key, which was made again.", ""] : []),
      ...facts({
        contribution: `number ${transcript.contributions.length} of ${name}, by ${contributor}`,
        "key before": `SHA-256 ${input}`,
        "key after": `SHA-256 ${output}`,
        zkey: path,
        hash,
      }),
      "",
      "Publish this hash under your own name, commit the transcript, and hand on the zkey.",
    ],
  };
});

/** What the contributor adds to the system's randomness; it goes nowhere else. */
async function entropyOf({ stdin }: Args): Promise<Uint8Array> {
  const typed = stdin ? await buffer(process.stdin) : Buffer.alloc(0);
  return Buffer.concat([Buffer.from(process.env.LUNTRA_CEREMONY_ENTROPY ?? ""), typed]);
}

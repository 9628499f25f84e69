import { applyBeacon } from "../../src/ceremony/index.ts";
import { action } from "../support/action.ts";
import { required } from "../support/arguments.ts";
import { facts } from "../support/output.ts";
import { placesOf, type StepArgs } from "./support.ts";

type Args = StepArgs & {
  beacon: string | undefined;
  iterationsExponent: number;
  source: string | undefined;
  minimum: number;
};

export default action<Args>(async ({ iterationsExponent, minimum, ...args }, { progress }) => {
  const { name, places } = placesOf(args);
  const { transcript, path, resumed } = await applyBeacon({
    name,
    value: required(args.beacon, "--beacon"),
    iterationsExponent,
    source: required(args.source, "--source"),
    least: minimum,
    places,
    onStep: progress,
  });
  const { beacon, contributions } = transcript;
  return {
    json: { name, beacon, path, resumed },
    lines: [
      ...facts({
        ceremony: `${name}, closed after ${contributions.length} contributions`,
        beacon: `${beacon?.value}, hashed 2^${iterationsExponent} times`,
        source: beacon?.source,
        "final key": path,
        "SHA-256": beacon?.output,
        "verification key": beacon?.verificationKey,
      }),
      "",
      "Commit the transcript, and share the final key. Everyone who uses it runs `ceremony verify` first.",
    ],
  };
});

import { PUBLIC_PTAU, type PtauTable, verifyCeremony } from "../../src/ceremony/index.ts";
import { readTranscript } from "../../src/ceremony/transcript.ts";
import { action } from "../support/action.ts";
import { required } from "../support/arguments.ts";
import { facts } from "../support/output.ts";
import { compileInstance, placesOf, type StepArgs } from "./support.ts";

type Args = StepArgs & {
  ptau: string | undefined;
  unlistedPtau: boolean;
  minimum: number;
  unfinished: boolean;
};

/** Tests have a table of their own. */
export function verifyCeremonyAction(table: PtauTable) {
  return action<Args>(async ({ unlistedPtau, minimum, unfinished, ...args }, { progress }) => {
    const ptau = required(args.ptau, "--ptau");
    const { name, places } = placesOf(args);
    const { instance } = await readTranscript(name, places);
    progress(`compiling the circuit ${instance}`);
    const circuit = await compileInstance(instance);
    const verified = await verifyCeremony({
      name,
      circuit,
      ptau,
      unlistedPtau,
      table,
      least: minimum,
      unfinished,
      places,
      onStep: progress,
    });
    const { transcript, circuitHash, vkHash, contributors, finished, zkeyPath } = verified;
    const { contributions, beacon } = transcript;
    const listed = transcript.ptau.listed ?? "unlisted: nobody vouches for them, local chain only";
    return {
      json: { ok: true, name, instance, finished, contributors, circuitHash, vkHash, zkeyPath, transcript },
      lines: [
        ...facts({
          ceremony: `${name}, ${finished ? "finished" : "still open"}, every step follows from the one before`,
          circuit: `${instance}, SHA-256 ${circuitHash}`,
          "powers of tau": listed,
          contributors: `${contributors} by different names`,
          ...Object.fromEntries(contributions.map((one, i) => [`  ${i + 1} ${one.contributor}`, one.hash])),
          beacon: beacon === null ? "none yet" : `${beacon.value} (${beacon.source})`,
          "verification key": vkHash,
        }),
        "",
        ...(finished ? FINISHED : OPEN),
      ],
    };
  });
}

const FINISHED = [
  "Left to you: that contributors published these hashes, and that the beacon's source gave this value",
  "after the last contribution. A deployment's address book must name this circuit and verification key.",
];
const OPEN = ["The key is fit for the next contribution, and for nothing else."];

export default verifyCeremonyAction(PUBLIC_PTAU);

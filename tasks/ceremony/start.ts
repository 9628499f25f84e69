import { PUBLIC_PTAU, type PtauTable, startCeremony } from "../../src/ceremony/index.ts";
import { action } from "../support/action.ts";
import { required } from "../support/arguments.ts";
import { facts } from "../support/output.ts";
import { compileInstance, placesOf, type StepArgs } from "./support.ts";

type Args = StepArgs & { instance: string; ptau: string | undefined; unlistedPtau: boolean };

/** Tests have a table of their own. */
export function startCeremonyAction(table: PtauTable) {
  return action<Args>(async ({ instance, unlistedPtau, ...args }, { progress }) => {
    const ptau = required(args.ptau, "--ptau");
    const { name, places } = placesOf({ ...args, name: args.name ?? instance });
    progress("compiling the circuit");
    const circuit = await compileInstance(instance);
    const transcript = await startCeremony({
      name,
      circuit,
      ptau,
      unlistedPtau,
      table,
      places,
      onStep: progress,
    });
    const { listed, power } = transcript.ptau;
    return {
      json: { transcript, places },
      lines: [
        ...facts({
          ceremony: name,
          circuit: `${instance}, SHA-256 ${transcript.circuit.hash}`,
          "powers of tau": `${listed ?? "unlisted: nobody vouches for them"} (2^${power})`,
          "initial key": `SHA-256 ${transcript.initial.output}`,
          transcript: `${places.transcripts}/${name}`,
          zkeys: `${places.files}/${name}`,
        }),
        "",
        "Commit the transcript, and share the zkey with the first contributor.",
      ],
    };
  });
}

export default startCeremonyAction(PUBLIC_PTAU);

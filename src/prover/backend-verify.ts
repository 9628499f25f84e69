// Verification by barretenberg itself, which knows the ceremony's secret and no other.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isLuntraError } from "../errors.ts";
import { toBytes } from "../model/index.ts";
import { runBb } from "./bb.ts";
import { FLAVOUR, type Keys } from "./keys.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

/** Whether barretenberg accepts the proof under this verification key of a ceremony. */
export async function verifyByBackend(
  { vkPath, srs }: Pick<Keys, "vkPath" | "srs">,
  publicInputs: readonly bigint[],
  proof: Uint8Array,
): Promise<boolean> {
  return inTemporaryFolder(async (folder) => {
    const [proofPath, inputsPath] = [join(folder, "proof"), join(folder, "public_inputs")];
    await writeFile(proofPath, proof);
    await writeFile(inputsPath, Buffer.concat(publicInputs.map((input) => toBytes(input, 32))));
    try {
      await runBb(["verify", "-k", vkPath, "-p", proofPath, "-i", inputsPath, ...FLAVOUR], {
        srs: srs.folder,
      });
      return true;
    } catch (error) {
      if (isLuntraError(error, "BACKEND_FAILED") && /verification failed/i.test(error.args.output)) {
        return false;
      }
      throw error;
    }
  });
}

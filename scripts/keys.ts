// Production keys of the standard instance from the public ceremony's files: checks the files, derives the
// verification key, writes the verifier, and prints the hashes that an auditor compares with what is deployed.
// `npm run keys -- FOLDER`, where FOLDER has bn254_g1.dat and bn254_g2.dat.

import { isLuntraError } from "../src/errors.ts";
import { UltraHonk } from "../src/prover/ultra-honk.ts";
import { writeGenerated } from "./support/generated.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("Name the folder with the ceremony's bn254_g1.dat and bn254_g2.dat.");
  process.exitCode = 1;
} else {
  try {
    const system = new UltraHonk("standard", { type: "ceremony", folder });
    const hashes = await system.setup();
    const { contractName, source } = await system.exportVerifier();
    await writeGenerated("ceremony", contractName, source);
    console.log(JSON.stringify({ contractName, ...hashes }, undefined, 2));
  } catch (error) {
    if (!isLuntraError(error)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

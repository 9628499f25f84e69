// The seed of all random histories: fixed unless LUNTRA_SEED names another one, and always printed.

export const SEED = process.env.LUNTRA_SEED ?? "0x4c756e747261";

/** What a history comes to is known of the fixed seed; others may miss a rare call. */
export const IS_FIXED = process.env.LUNTRA_SEED === undefined || process.env.LUNTRA_SEED === "0x4c756e747261";

export function announce(): void {
  console.log(`      seed ${SEED}; LUNTRA_SEED=${SEED} replays these histories`);
}

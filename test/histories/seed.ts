// The seed of all random histories: fixed unless LUNTRA_SEED names another one, and always printed.

export const SEED = process.env.LUNTRA_SEED ?? "0x4c756e747261";

export function announce(): void {
  console.log(`      seed ${SEED}; LUNTRA_SEED=${SEED} replays these histories`);
}

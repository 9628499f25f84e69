// Durable storage.

export { databaseCheck } from "./health.ts";
export { type Lease, type LeaseOptions, leaderUrl, openLease } from "./lease.ts";
export {
  type EmbeddedStore,
  isConnectionString,
  openStore,
  type PostgresStore,
  type Store,
  type StoreOptions,
} from "./open.ts";
export { type FolderLock, lockFolder } from "./folder-lock.ts";
export type { Schema } from "./schema.ts";
export {
  insertTransactions,
  type InsertedTransaction,
  type InsertOptions,
  type NewTransaction,
} from "./transactions.ts";
export { serveStore, type ServeOptions, type StoreServer } from "./serve.ts";

// PostgreSQL by connection string. The pool outlives the server: connections that broke are replaced when next needed.

import { PostgresDialect, type PostgresPool, type PostgresPoolClient } from "kysely";
import { Pool, type PoolClient, types } from "pg";
import { isLuntraError } from "../errors.ts";
import { explainPostgres } from "./failures.ts";

const CONNECT_MS = 5_000;
/** A server that was stopped in the middle of an answer would otherwise be waited for without end. */
const QUERY_MS = 30_000;
const INT8 = 20;
const NUMERIC = 1700;

export interface RawResult {
  readonly rows: Record<string, unknown>[];
}

export interface PostgresConnections {
  readonly dialect: PostgresDialect;
  readonly raw: (text: string, values?: readonly unknown[]) => Promise<RawResult>;
}

export function openPool(connectionString: string, connections: number): PostgresConnections {
  const pool = new Pool({
    connectionString,
    max: connections,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
    keepAlive: true,
    application_name: "luntra",
    types: {
      getTypeParser: ((oid: number, format?: "text" | "binary") =>
        oid === INT8 || oid === NUMERIC
          ? BigInt
          : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
    },
  });
  // A connection that breaks while nobody uses it: the pool forgets it, and that is all there is to do.
  pool.on("error", () => undefined);
  return {
    dialect: new PostgresDialect({ pool: guarded(pool) }),
    async raw(text, values = []) {
      try {
        // The pool discards the connection of a statement that failed, and with it a transaction that the text began.
        const result = (await pool.query({ text, values: [...values], types })) as RawResult | RawResult[];
        return { rows: [result].flat().flatMap(({ rows }) => rows) };
      } catch (error) {
        throw explainPostgres(error);
      }
    },
  };
}

/** The pool as kysely uses it, with typed errors. */
function guarded(pool: Pool): PostgresPool {
  const clients = new WeakMap<PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect().catch((error: unknown) => {
        throw explainPostgres(error);
      });
      const known = clients.get(client) ?? guardedClient(client);
      clients.set(client, known);
      return known;
    },
  } as PostgresPool;
}

function guardedClient(client: PoolClient): PostgresPoolClient {
  let broken = false;
  client.on("error", () => {
    broken = true;
  });
  const query = async (text: string, values: readonly unknown[] = []) => {
    try {
      return await client.query(text, [...values]);
    } catch (error) {
      const explained = explainPostgres(error);
      broken ||= isLuntraError(explained, "STORE_UNAVAILABLE");
      throw explained;
    }
  };
  // Kysely's other form of `query`, with a cursor, is for streams, which need a package of their own.
  return { query: query as unknown as PostgresPoolClient["query"], release: () => client.release(broken) };
}

// The JSON-RPC server of a node: HTTP and WebSocket on one port.

import type { AddressInfo } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import type { ProofWork } from "../jobs/index.ts";
import type { L2Chain, Pool } from "../l2/types.ts";
import type { Node } from "../node/node.ts";
import { RiskMeter } from "../risk/index.ts";
import { createBudget } from "./budget.ts";
import type { RpcContext } from "./context.ts";
import { createDispatcher, type Observer } from "./dispatcher.ts";
import { rememberDropped } from "./dropped.ts";
import { followChain } from "./happenings.ts";
import { DEFAULT_LIMITS, type RpcLimits } from "./limits.ts";
import { requestId } from "./request-id.ts";
import { allMethods } from "./methods/index.ts";
import { rememberReceived } from "./received.ts";
import { watchStatus } from "./status-watch.ts";
import { trackSupplies } from "./supply.ts";
import { knownTokens, l1TokenReader, type TokenReader } from "./tokens.ts";
import { type CorsOrigins, type Page, serveHttp } from "./http.ts";

export interface RpcServerOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: a free one. */
  readonly port?: number;
  /** Web pages that may ask: their origins, or all of them, which is the default. */
  readonly corsOrigins?: CorsOrigins;
  /** Proxies whose word about a client's address is taken, as fastify's `trustProxy`; nobody's by default. */
  readonly trustProxy?: boolean | string | readonly string[];
  /** What is left out is as in DEFAULT_LIMITS. */
  readonly limits?: Partial<RpcLimits>;
  readonly chain: L2Chain;
  readonly pool: Pool;
  /** L1's view, synced. */
  readonly node: Node;
  /** What tokens say of themselves on L1; by default asks L1, once a token. */
  readonly tokens?: TokenReader;
  /** How unusual batches are, and what it pays to prove; by default as a node with one prover has it. */
  readonly risk?: RiskMeter;
  /** The leader's URL while this node does not lead: transactions go there. Undefined while it does. */
  readonly forward?: () => string | undefined;
  /** Whether this node leads, for luntra_status; by default if there is nobody to forward to. */
  readonly leading?: () => boolean;
  /** What is being proven, for luntra_proofJobs; by default nobody proves. */
  readonly proofs?: (() => Promise<ProofWork>) | undefined;
  /** Told of every call. */
  readonly observe?: Observer;
  /** For browsers that get `/`. */
  readonly page?: Page | undefined;
  /** More to serve beside JSON-RPC, behind the same limit of requests. */
  readonly routes?: (app: FastifyInstance) => void;
}

export interface RpcServer {
  readonly url: string;
  readonly wsUrl: string;
  readonly port: number;
  close(): Promise<void>;
}

export async function openRpcServer(options: RpcServerOptions): Promise<RpcServer> {
  const { host = "127.0.0.1", port = 0, corsOrigins = "*", trustProxy = false, chain, node } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const leader = options.forward ?? (() => undefined);
  const context: RpcContext = {
    chain,
    pool: options.pool,
    node,
    limits,
    happenings: followChain(chain, limits.journal),
    dropped: rememberDropped(chain, limits.journal),
    received: rememberReceived(chain, limits.journal),
    supplies: trackSupplies(chain),
    knownTokens: knownTokens(node),
    metadata: options.tokens ?? l1TokenReader(node.chain.provider),
    risk: options.risk ?? new RiskMeter(node),
    leader,
    leading: options.leading ?? (() => leader() === undefined),
    proofs: options.proofs ?? (async () => ({ prover: "none", jobs: [] })),
  };
  const status = watchStatus(context);
  const budget = createBudget(limits.callsPerSecond, limits.callsPerSecondInAll);
  const dispatcher = createDispatcher(allMethods(context, status), limits, budget, options.observe);
  const app = fastify({
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    // Also of those that do not take their answers.
    connectionTimeout: limits.requestTimeoutMs,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    requestIdHeader: false,
    genReqId: requestId,
    trustProxy: typeof trustProxy === "object" ? [...trustProxy] : trustProxy,
  });
  const close = async () => {
    await app.close();
    context.happenings.close();
    context.dropped.close();
    context.received.close();
    status.close();
    context.supplies.close();
  };

  try {
    const { page } = options;
    await serveHttp(app, { dispatcher, budget, limits, origins: corsOrigins, page });
    options.routes?.(app);
    await app.listen({ host, port });
  } catch (error) {
    await close();
    throw error;
  }
  const address = app.server.address() as AddressInfo;
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  const place = `${name}:${address.port}`;
  return { url: `http://${place}`, wsUrl: `ws://${place}`, port: address.port, close };
}

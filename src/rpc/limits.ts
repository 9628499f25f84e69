// What one client, and all of them together, may ask of the server.

export interface RpcLimits {
  /** Bytes of an HTTP request's body. */
  readonly bodyBytes: number;
  /** Calls in a batch. */
  readonly batchLength: number;
  /** HTTP requests and WebSocket connections opened, per second and IP address. */
  readonly requestsPerSecond: number;
  /** Calls per second, of one IP address and of all, over HTTP and WebSocket; costly ones count more than once, notifications as one. */
  readonly callsPerSecond: number;
  readonly callsPerSecondInAll: number;
  /** WebSocket connections, of all clients and of one IP address. */
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** Subscriptions of a connection. */
  readonly subscriptions: number;
  /** Bytes of a WebSocket message from a client. */
  readonly messageBytes: number;
  /** Bytes that wait to be taken by a WebSocket client; with more it is too slow, and is disconnected. */
  readonly backlogBytes: number;
  /** Calls of a WebSocket connection that are being worked on. */
  readonly callsAtOnce: number;
  /** Filters of all clients and of one IP address, and milliseconds after which one that nobody asks about is forgotten. */
  readonly filters: number;
  readonly filtersPerAddress: number;
  readonly filterExpiryMs: number;
  /** Things that happened, kept for filters: one that was asked longer ago than that is forgotten. */
  readonly journal: number;
  /** Blocks that eth_getLogs looks at, and logs that one answer holds. */
  readonly logRange: number;
  readonly logs: number;
  /** Searches for logs that wait for their turn, of all clients: there is one at a time. */
  readonly searches: number;
  /** Bytes of an answer, a batch's taken together. */
  readonly responseBytes: number;
  /** Milliseconds in which something must move on a connection for HTTP, and in which the leader must answer. */
  readonly requestTimeoutMs: number;
  readonly forwardTimeoutMs: number;
}

export const DEFAULT_LIMITS: RpcLimits = {
  bodyBytes: 2 * 1024 * 1024,
  batchLength: 1000,
  requestsPerSecond: 2000,
  callsPerSecond: 20_000,
  callsPerSecondInAll: 100_000,
  connections: 1000,
  connectionsPerAddress: 100,
  subscriptions: 32,
  messageBytes: 2 * 1024 * 1024,
  backlogBytes: 8 * 1024 * 1024,
  callsAtOnce: 2000,
  filters: 1000,
  filtersPerAddress: 100,
  filterExpiryMs: 300_000,
  journal: 20_000,
  logRange: 10_000,
  logs: 10_000,
  searches: 64,
  responseBytes: 16 * 1024 * 1024,
  requestTimeoutMs: 30_000,
  forwardTimeoutMs: 10_000,
};

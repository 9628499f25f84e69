// A sequencer at work with a JSON-RPC server in front of it, and a client that sends whatever it is told to.

import { JsonRpcProvider } from "ethers";
import type { Hex } from "../../src/chain/types.ts";
import { depositEth, depositToken } from "../../src/node/bridge.ts";
import { openRpcServer, type RpcServer, type RpcServerOptions } from "../../src/rpc/server.ts";
import { ETHER, startWorld, type World } from "./node-harness.ts";
import { type Rig, startRig, type Tuning, until } from "./sequencer-harness.ts";

export interface RpcRig extends Rig {
  readonly world: World;
  readonly server: RpcServer;
  /** Another server for the same node, closed with the first. */
  serve(options?: Partial<RpcServerOptions>): Promise<RpcServer>;
  /** Deposits for L2 accounts, and waits until they are there. */
  fund(addresses: readonly string[], amount?: bigint): Promise<void>;
  /** A token on L1 of which `owner` has `amount` on L2. */
  fundToken(owner: string, amount: bigint): Promise<Hex>;
  /** ethers' client, polling fast; destroyed with the rig. */
  provider(): JsonRpcProvider;
}

export interface RpcRigOptions extends Partial<RpcServerOptions> {
  readonly tuning?: Tuning;
}

export async function startRpcRig({ tuning = {}, ...options }: RpcRigOptions = {}): Promise<RpcRig> {
  const world = await startWorld();
  const rig = await startRig(world, tuning);
  const { engine, pool } = rig.service;
  const { chain, node } = engine;
  const servers: RpcServer[] = [];
  const providers: JsonRpcProvider[] = [];
  const serve = async (its: Partial<RpcServerOptions> = {}) => {
    const server = await openRpcServer({ chain, pool, node, ...its });
    servers.push(server);
    return server;
  };
  const server = await serve(options);
  const balance = (address: string) => chain.stateAt(chain.head.number).account(BigInt(address)).balance;

  return {
    ...rig,
    world,
    server,
    serve,
    async fund(addresses, amount = ETHER) {
      const own = await world.open();
      const before = addresses.map(balance);
      for (const address of addresses) await depositEth(own, world.user, amount, address);
      const there = () => addresses.every((address, i) => balance(address) === (before[i] ?? 0n) + amount);
      await until(there, "the deposits");
    },
    async fundToken(owner, amount) {
      const demo = await world.connection.ethers.deployContract("DemoToken");
      const token = (await demo.getAddress()).toLowerCase();
      await demo.getFunction("mint")(await world.user.getAddress(), amount);
      await depositToken(await world.open(), world.user, token, amount, owner);
      const held = () => chain.stateAt(chain.head.number).tokenBalance(BigInt(token), BigInt(owner));
      await until(() => held() === amount, "the token's deposit");
      return token;
    },
    provider() {
      const provider = new JsonRpcProvider(server.url, undefined, { pollingInterval: 20, cacheTimeout: -1 });
      providers.push(provider);
      return provider;
    },
    async close() {
      for (const provider of providers) provider.destroy();
      await Promise.all(servers.map((one) => one.close()));
      await rig.close();
    },
  };
}

export interface RpcAnswer {
  readonly jsonrpc: string;
  readonly id: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** Sends a body as it is. */
export async function post(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** One call, by itself: the answer whole. */
export async function ask(url: string, method: string, ...params: unknown[]): Promise<RpcAnswer> {
  const { text } = await post(url, JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
  return JSON.parse(text) as RpcAnswer;
}

/** One call that succeeds: its result, taken for what the test expects. */
export async function resultOf<T>(url: string, method: string, ...params: unknown[]): Promise<T> {
  const { result, error } = await ask(url, method, ...params);
  if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
  return result as T;
}

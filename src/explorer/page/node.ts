// What every part of the page knows of the node: its status, whether that is fresh, the time on L1, and how to ask for more.

import { createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { type Answer, type Asking, ask } from "./asking.ts";
import { connect, type Connection } from "./connection.ts";
import { integer } from "./format.ts";
import type { Status } from "./types.ts";

export interface NodeState {
  readonly status: Status | undefined;
  readonly connected: boolean;
  /** When the status came, by this browser's clock, in milliseconds; 0 before. */
  readonly heardAt: number;
  /** Grows with each status: answers are asked for again. */
  readonly version: number;
  /** What L1's clock is ahead of this browser's, in seconds. */
  readonly ahead: number;
  readonly call: Connection["call"];
}

const NOTHING: NodeState = {
  status: undefined,
  connected: false,
  heardAt: 0,
  version: 0,
  ahead: 0,
  call: () => new Promise(() => undefined),
};

export const NodeContext = createContext<NodeState>(NOTHING);

export function useNode(): NodeState {
  return useContext(NodeContext);
}

/** Once, by the page as a whole. */
export function useConnection(url: string): NodeState {
  const [state, change] = useState(NOTHING);
  useEffect(() => {
    const connection = connect(url, "luntraStatus", {
      told: (result) => change((old) => withStatus(old, result as Status)),
      connected: (connected) => change((old) => ({ ...old, connected })),
    });
    change((old) => ({ ...old, call: connection.call }));
    return () => connection.close();
  }, [url]);
  return state;
}

/**
 * L1's clock shows what its latest block says only at that block, so an old block says little: the node's own clock does, unless the
 * chain is ahead of it, as a local chain is that was made to leap.
 */
function withStatus(old: NodeState, status: Status): NodeState {
  const heardAt = Date.now();
  const server = integer(status.now) - heardAt / 1000;
  const leapt = integer(status.l1.timestamp) - heardAt / 1000;
  // As long as a chain that leapt makes no block, what its last one said is remembered.
  const idle = old.status?.l1.number === status.l1.number;
  const ahead = Math.max(server, leapt, ...(idle ? [old.ahead] : []));
  return { ...old, status, heardAt, version: old.version + 1, ahead };
}

/** Seconds on L1's clock, running. */
export function useL1Time(): number {
  const { ahead } = useNode();
  const [now, tick] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => tick(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now / 1000 + ahead;
}

/** Asks, and asks again whenever the node's status has changed; what it said before stays until it says something else. */
export function useAnswer<T>(method: string, ...params: readonly unknown[]): Answer<T> {
  return useAsked(JSON.stringify([method, params]), useNode().version);
}

/** Asks once: for what does not change. */
export function useOnce<T>(method: string, ...params: readonly unknown[]): Answer<T> {
  return useAsked(JSON.stringify([method, params]), 0);
}

function useAsked<T>(question: string, version: number): Answer<T> {
  const { call } = useNode();
  const [answer, change] = useState<Answer<T> & { readonly to: string }>();
  const asking = useRef<Asking>(undefined);

  useEffect(() => {
    const its = ask<T>(call, question, (told) => change({ ...told, to: question }));
    asking.current = its;
    return its.stop;
  }, [call, question]);
  useEffect(() => asking.current?.again(), [version]);

  return answer?.to === question ? answer : { data: undefined, error: undefined };
}

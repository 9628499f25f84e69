// The page's WebSocket connection: calls, one subscription, and reconnecting by itself.

export interface RpcFailure {
  readonly code: number;
  readonly message: string;
}

export interface Connection {
  /** Rejects with an RpcFailure; while nobody is connected it waits. */
  call(method: string, params: readonly unknown[]): Promise<unknown>;
  close(): void;
}

export interface Listener {
  /** What the subscription tells. */
  readonly told: (result: unknown) => void;
  readonly connected: (is: boolean) => void;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** A connection on which nothing comes for so long is asked whether it lives, and given up if it does not say so. */
const QUIET_MS = 15_000;
const ANSWER_MS = 10_000;
/** The call that subscribes; others are counted from 1. */
const SUBSCRIPTION = 0;

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: RpcFailure;
  readonly method?: string;
  readonly params?: { readonly result: unknown };
}

interface Waiting {
  readonly text: string;
  readonly done: (result: unknown) => void;
  readonly failed: (error: RpcFailure) => void;
}

export function connect(url: string, subscription: string, { told, connected }: Listener): Connection {
  const waiting = new Map<number, Waiting>();
  let [next, pause, closed] = [1, FIRST_PAUSE_MS, false];
  let socket: WebSocket | undefined;
  let heardAt = 0;

  function open(): void {
    const its = new WebSocket(url);
    socket = its;
    its.onopen = () => {
      heardAt = Date.now();
      its.send(textOf(SUBSCRIPTION, "eth_subscribe", [subscription]));
      for (const { text } of waiting.values()) its.send(text);
    };
    its.onmessage = ({ data }) => {
      heardAt = Date.now();
      const message = JSON.parse(String(data)) as Message;
      if (message.id === SUBSCRIPTION) subscribed(its, message);
      else hear(message);
    };
    its.onclose = () => lost(its);
  }

  /** Who is not told of changes is not live: it comes again, later and later. */
  function subscribed(its: WebSocket, { error }: Message): void {
    if (error !== undefined) {
      its.close();
      return;
    }
    pause = FIRST_PAUSE_MS;
    connected(true);
  }

  function lost(its: WebSocket): void {
    if (socket !== its) return;
    socket = undefined;
    connected(false);
    if (!closed) setTimeout(open, pause);
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  }

  function hear({ id, result, error, method, params }: Message): void {
    if (method === "eth_subscription") told(params?.result);
    const asked = waiting.get(id ?? -1);
    if (asked === undefined) return;
    waiting.delete(id ?? -1);
    if (error === undefined) asked.done(result);
    else asked.failed(error);
  }

  const pulse = setInterval(() => {
    const quiet = Date.now() - heardAt;
    if (socket?.readyState !== WebSocket.OPEN || quiet < QUIET_MS) return;
    if (quiet > QUIET_MS + ANSWER_MS) {
      // A peer that is gone would not take part in closing, either.
      const its = socket;
      lost(its);
      its.close();
    } else socket.send(textOf(-1, "eth_chainId", []));
  }, 5_000);

  open();
  return {
    call(method, params) {
      const id = next++;
      const text = textOf(id, method, params);
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      waiting.set(id, { text, done: resolve, failed: reject });
      if (socket?.readyState === WebSocket.OPEN) socket.send(text);
      return promise;
    },
    close() {
      closed = true;
      clearInterval(pulse);
      socket?.close();
    },
  };
}

function textOf(id: number, method: string, params: readonly unknown[]): string {
  return JSON.stringify({ jsonrpc: "2.0", id, method, params });
}

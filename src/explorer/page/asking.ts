// One question to the node, asked again when something has changed, but not more often than people can look.

import type { Connection, RpcFailure } from "./connection.ts";

export interface Answer<T> {
  /** Null: the node knows of no such thing. Undefined: it has not said yet. */
  readonly data: T | null | undefined;
  readonly error: RpcFailure | undefined;
}

export interface Asking {
  /** Soon, and once however often it is wished meanwhile. */
  again(): void;
  stop(): void;
}

const PAUSE_MS = 1_000;

/** Asks at once. `question` is the JSON text of method and parameters. */
export function ask<T>(
  call: Connection["call"],
  question: string,
  tell: (answer: Answer<T>) => void,
): Asking {
  const [method, params] = JSON.parse(question) as [string, unknown[]];
  let [stopped, wished, at] = [false, false, 0];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting = false;

  function go(): void {
    [timer, wished, waiting, at] = [undefined, false, true, Date.now()];
    const told = (answer: Answer<T>) => {
      waiting = false;
      if (stopped) return;
      tell(answer);
      if (wished) soon();
    };
    call(method, params).then(
      (data) => told({ data: data as T | null, error: undefined }),
      (error: RpcFailure) => told({ data: undefined, error }),
    );
  }

  function soon(): void {
    timer ??= setTimeout(go, Math.max(0, at + PAUSE_MS - Date.now()));
  }

  go();
  return {
    again() {
      if (waiting) wished = true;
      else soon();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

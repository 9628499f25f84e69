// Lets one in at a time, in the order of arrival.

export interface Gate {
  run<T>(action: () => Promise<T>): Promise<T>;
}

export function openGate(): Gate {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run<T>(action: () => Promise<T>): Promise<T> {
      const turn = last.then(action);
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

// An answer that costs something beyond this process, for all who ask within a while.

export function cached<T>(ms: number, read: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | undefined;
  return () => {
    const at = performance.now();
    if (last === undefined || at - last.at >= ms) last = { at, answer: read() };
    return last.answer;
  };
}

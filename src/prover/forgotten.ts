// For attempts whose results are kept.

/** A failed attempt must not be the answer to the next. */
export function forgotten<T>(attempt: Promise<T>, forget: () => void): Promise<T> {
  attempt.catch(forget);
  return attempt;
}

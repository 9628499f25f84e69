// Checks that a scenario collects; one that fails does not stop the play.

export interface Check {
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
  readonly ok: boolean;
}

export type Checkable = string | number | bigint | boolean | undefined;

export function check(what: string, expected: Checkable, actual: Checkable): Check {
  const same = normal(expected) === normal(actual);
  return { what, expected: String(expected), actual: String(actual), ok: same };
}

/** Integers compare by value, hex by its digits. */
function normal(value: Checkable): string {
  return String(value).toLowerCase();
}

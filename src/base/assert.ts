/**
 * Bugs, as opposed to bad input: a failed assertion means Shoal itself is wrong.
 * Untrusted bytes never reach an assertion; they end as a DecodeError or a Violation.
 */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

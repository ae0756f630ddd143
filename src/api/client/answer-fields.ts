/**
 * The fields of a JSON answer, each checked as it is taken out. Invariant: what comes back is of the
 * type asked for; anything else is an AnswerMismatch that names the key.
 */

export type Fields = Readonly<Record<string, unknown>>;

/** Not as the contract says; `message` names the key. */
export class AnswerMismatch extends Error {
  override readonly name = 'AnswerMismatch';
}

export function fields(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new AnswerMismatch(`${what} is no object`);
}

export function list(from: Fields, key: string): readonly unknown[] {
  const value = from[key];
  if (Array.isArray(value)) return value;
  throw new AnswerMismatch(`"${key}" is no list`);
}

export function text(from: Fields, key: string): string {
  const value = from[key];
  if (typeof value === 'string') return value;
  throw new AnswerMismatch(`"${key}" is no text`);
}

export function count(from: Fields, key: string): number {
  const value = from[key];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new AnswerMismatch(`"${key}" is no whole number`);
}

export function hex(from: Fields, key: string, digits: number): string {
  const value = text(from, key);
  if (value.length === digits && /^[0-9a-f]*$/.test(value)) return value;
  throw new AnswerMismatch(`"${key}" is no ${digits} hex digits`);
}

export function time(from: Fields, key: string): string {
  const value = text(from, key);
  if (!Number.isNaN(Date.parse(value))) return value;
  throw new AnswerMismatch(`"${key}" is no time`);
}

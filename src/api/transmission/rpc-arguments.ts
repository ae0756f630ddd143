/**
 * Arguments of requests, checked. Invariant: every complaint names the argument. Like Transmission, a
 * null is as good as nothing, and names that are not known are passed over.
 */
import { z } from 'zod';
import { DaemonRefusal } from '../service/refusal.ts';

const mostIndices = 1_000_000;
const mostIds = 100_000;

/** Also the 0 and 1 of old clients, and words. */
export const flag = z.preprocess(
  (value) => {
    if (value === 1 || value === 'true') return true;
    return value === 0 || value === 'false' ? false : value;
  },
  z.boolean({ error: 'is true or false' }),
);

/** Not negative; also as text. */
export function numberUpTo(most: number) {
  return z.preprocess(
    (value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value),
    z.number({ error: 'is a number' }).min(0, 'is not negative').max(most, `is at most ${most}`),
  );
}

export const whole = numberUpTo(1_000_000_000).transform(Math.round);

/** Kilobytes of 1000 bytes per second, as bytes per second; the least that the daemon takes instead of none. */
export const speed = numberUpTo(1_000_000_000).transform((kilobytes) =>
  Math.max(1, Math.round(kilobytes * 1000)),
);

/** One of few numbers that stand for words, or a position in a list. */
export function wordNumber(most: number, words: string) {
  return z.int({ error: words }).min(0, words).max(most, words);
}

/** Positions in the torrent's list of files. */
export const indices = z
  .array(wordNumber(mostIndices, 'is the position of a file, the first is 0'), {
    error: 'is a list of positions of files, the first is 0',
  })
  .max(mostIndices, `has more than ${mostIndices} positions`);

const id = z.union([z.int(), z.string()]);

export const ids = z
  .union([id, z.array(id).max(mostIds)], {
    error: 'is an id, a list of ids and info-hashes, or "recently-active"',
  })
  .optional();

/** Throws DaemonRefusal. */
export function parseArguments<S extends z.ZodType>(schema: S, args: object): z.output<S> {
  const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join('.') || 'arguments';
  throw new DaemonRefusal('BAD_REQUEST', `${field} ${issue?.message}`, { field });
}

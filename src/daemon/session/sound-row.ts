/**
 * Whether a row of the session database is one that the daemon wrote: a disk that fails, or a hand, may
 * have changed it. Invariant: what passes has the types that the program counts on, in its lists too.
 */
import { ClientError } from '../client/client-error.ts';

type Check = (value: unknown) => boolean;

/** Of a Date, in milliseconds. */
const latestMs = 8.64e15;

const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const isCount: Check = (value) => typeof value === 'number' && value >= 0;
const isTime: Check = (value) => isCount(value) && Number(value) <= latestMs;
const isBytes: Check = (value) => value instanceof Uint8Array;
const isStep: Check = (value) => isText(value) && /^(?!\.{1,2}$)[^/\0]+$/.test(String(value));
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.some((word) => word === value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const isSteps: Check = (value) => listOf(isStep)(value) && String(value) !== '';
const isPlace: Check = (value) =>
  Array.isArray(value) && value.length === 2 && isCount(value[0]) && isSteps(value[1]);

const isMove: Check = (value) => {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, from, to, isFolder } = value as Record<string, unknown>;
  if (kind === 'move') return isText(from) && isText(to);
  return kind === 'rename' && isSteps(from) && isSteps(to) && typeof isFolder === 'boolean';
};

const json =
  (check: Check): Check =>
  (value) => {
    try {
      return isText(value) && check(JSON.parse(String(value)));
    } catch {
      return false;
    }
  };

const columns: Readonly<Record<string, Check>> = {
  info_hash: (value) => /^[0-9a-f]{40}$/.test(String(value)),
  dir: isText,
  moving: orNull(json(isMove)),
  trackers: json(listOf(isText)),
  tiers: orNull(json(listOf(listOf(isText)))),
  first_tracker: orNull(isText),
  wanted: oneOf('started', 'stopped', 'removing'),
  recheck: isNumber,
  checks_alone: isNumber,
  forced: isNumber,
  goal_reached: orNull(oneOf('ratio', 'time')),
  goal_waived: isNumber,
  added_at_ms: isTime,
  completed_at_ms: orNull(isTime),
  active_at_ms: orNull(isTime),
  name: isText,
  given_name: orNull(isStep),
  paths: orNull(json(listOf(isPlace))),
  private: isNumber,
  labels: json(listOf(isText)),
  category: orNull(isText),
  queue_position: isNumber,
  sequential: isNumber,
  down_limit: orNull(isCount),
  up_limit: orNull(isCount),
  seed_ratio: orNull(isNumber),
  seed_time_s: orNull(isNumber),
  priorities: orNull(isBytes),
  length_bytes: isCount,
  wanted_bytes: isCount,
  done_bytes: isCount,
  uploaded_bytes: isCount,
  downloaded_bytes: isCount,
  wasted_bytes: isCount,
  seeding_ms: isCount,
  active_ms: isCount,
};

const checks = Object.entries(columns);

/** Throws ClientError DISK_SESSION, which names the first column that is not. */
export function requireSoundRow(row: Record<string, unknown>, path: string): void {
  const wrong = checks.find(([name, check]) => !check(row[name]));
  if (wrong !== undefined) throw damaged(path, `a torrent's ${wrong[0]} is not what was kept`);
}

/** Of any table. */
export function requireText(value: unknown, path: string, what: string): string {
  if (typeof value === 'string') return value;
  throw damaged(path, `the name of ${what} is no text`);
}

export function damaged(path: string, cause: string): ClientError {
  return new ClientError(
    'DISK_SESSION',
    `${path}, where the daemon keeps its torrents, is damaged: ${cause}. Put a copy of it from before in its place, or move it away and add the torrents again.`,
  );
}

/**
 * Whether a row of the session database is one that the daemon wrote: a disk that fails, or a hand, may
 * have changed it. Invariant: what passes has the types that the program counts on, in its lists too.
 */
import { z } from 'zod';
import { ClientError } from './client-error.ts';

const text = z.string();
const whole = z.number();
const time = z.number().min(0).max(8.64e15);
const orNull = <T extends z.ZodType>(type: T) => type.nullable();

function json<T extends z.ZodType>(type: T) {
  return z.string().transform((value, context) => {
    try {
      return type.parse(JSON.parse(value));
    } catch {
      context.addIssue({ code: 'custom', message: 'is no list that was kept' });
      return z.NEVER;
    }
  });
}

const steps = z.array(text.regex(/^(?!\.{1,2}$)[^/\0]+$/)).min(1);

const soundRow = z.object({
  info_hash: text.regex(/^[0-9a-f]{40}$/),
  dir: text,
  moving: orNull(
    json(
      z.union([
        z.object({ kind: z.literal('move'), from: text, to: text }),
        z.object({ kind: z.literal('rename'), from: steps, to: steps, isFolder: z.boolean() }),
      ]),
    ),
  ),
  trackers: json(z.array(text)),
  tiers: orNull(json(z.array(z.array(text)))),
  first_tracker: orNull(text),
  wanted: z.enum(['started', 'stopped', 'removing']),
  recheck: whole,
  checks_alone: whole,
  forced: whole,
  goal_reached: orNull(z.enum(['ratio', 'time'])),
  goal_waived: whole,
  added_at_ms: time,
  completed_at_ms: orNull(time),
  active_at_ms: orNull(time),
  name: text,
  given_name: orNull(text),
  paths: orNull(json(z.array(z.tuple([z.int().min(0), steps])))),
  private: whole,
  labels: json(z.array(text)),
  category: orNull(text),
  queue_position: whole,
  sequential: whole,
  down_limit: orNull(whole),
  up_limit: orNull(whole),
  seed_ratio: orNull(whole),
  seed_time_s: orNull(whole),
  priorities: orNull(z.instanceof(Uint8Array)),
  length_bytes: whole.min(0),
  wanted_bytes: whole.min(0),
  done_bytes: whole.min(0),
  uploaded_bytes: whole.min(0),
  downloaded_bytes: whole.min(0),
  wasted_bytes: whole.min(0),
  seeding_ms: whole.min(0),
  active_ms: whole.min(0),
});

/** Throws ClientError DISK_SESSION, which names the first column that is not. */
export function requireSoundRow(row: Record<string, unknown>, path: string): void {
  const issue = soundRow.safeParse(row).error?.issues[0];
  if (issue === undefined) return;
  throw damaged(path, `a torrent's ${issue.path.join('.')} is not what was kept`);
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

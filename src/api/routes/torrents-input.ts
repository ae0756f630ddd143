/** What is sent to the daemon's routes, checked. Invariant: every complaint names the field. */
import { z } from 'zod';
import { DaemonRefusal } from '../service/refusal.ts';
import type { AddTorrent } from '../service/torrents-port.ts';

const longestSource = 64 * 1024;
const longestPath = 4096;
const longestUrl = 2048;
const mostTrackers = 100;

const sourceWords =
  'a magnet link, an http(s) URL of a .torrent, or an info-hash of 40 hex digits (64 for version 2)';
const sourceForm =
  /^\s*(?:magnet:\?|https?:\/\/[^/\s]|(?:[0-9a-f]{40}|[a-z2-7]{32}|1220[0-9a-f]{64}|[0-9a-f]{64})\s*$)/i;

const source = z
  .string({ error: `is ${sourceWords}` })
  .max(longestSource, 'is too long for a link')
  .regex(sourceForm, `is ${sourceWords}`)
  .transform((text) => text.trim());
const dir = z
  .string({ error: 'is the path of a folder' })
  .min(1, 'is empty')
  .max(longestPath, 'is too long for a path')
  .refine((path) => !path.includes('\0'), 'is no path');
const tracker = z
  .string({ error: 'is an announce URL' })
  .max(longestUrl, 'is too long for an URL')
  .refine(isTrackerUrl, 'is an http, https or udp URL such as http://10.0.0.5:6969/announce');
const trackers = z
  .array(tracker, { error: 'is a list of announce URLs' })
  .max(mostTrackers, `has more than ${mostTrackers} URLs`);
const flag = z
  .enum(['true', 'false'], { error: 'is true or false' })
  .transform((text) => text === 'true');

const addBody = z.strictObject(
  {
    source,
    dir: dir.optional(),
    paused: z.boolean({ error: 'is true or false' }).default(false),
    trackers: trackers.default([]),
  },
  { error: unknownField('source, dir, paused and trackers') },
);
const addQuery = z.strictObject(
  {
    dir: dir.optional(),
    paused: flag.default(false),
    tracker: z.preprocess(asList, trackers).default([]),
  },
  { error: unknownField('dir, paused and tracker') },
);
const removeQuery = z.strictObject(
  { data: flag.default(false) },
  { error: unknownField('data only') },
);

/** Throws DaemonRefusal. */
export function parseAddBody(body: unknown): AddTorrent {
  const { source, dir, paused, trackers } = parsed(addBody, body, 'The body');
  return { source, dir, paused, trackers };
}

/** Throws DaemonRefusal. */
export function parseAddQuery(query: unknown): Omit<AddTorrent, 'source'> {
  const { dir, paused, tracker } = parsed(addQuery, query, 'The query');
  return { dir, paused, trackers: tracker };
}

/** Throws DaemonRefusal. */
export function parseRemoveQuery(query: unknown): { readonly data: boolean } {
  return parsed(removeQuery, query, 'The query');
}

/** Throws DaemonRefusal. */
export function parseHash(text: string): string {
  if (/^[0-9a-f]{40}$/i.test(text)) return text.toLowerCase();
  throw new DaemonRefusal('BAD_REQUEST', 'hash is an info-hash of 40 hex digits', {
    field: 'hash',
  });
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    throw new DaemonRefusal('BAD_REQUEST', issue.message, { field: issue.keys[0] ?? '' });
  }
  const field = issue?.path.join('.') ?? '';
  if (issue === undefined || field === '') {
    throw new DaemonRefusal('BAD_REQUEST', `${what} is not understood: it is no JSON object`);
  }
  throw new DaemonRefusal('BAD_REQUEST', `${field} ${issue.message}`, { field });
}

function unknownField(known: string) {
  return (issue: { code: string; keys?: unknown }): string | undefined =>
    issue.code === 'unrecognized_keys' && Array.isArray(issue.keys)
      ? `there is no field ${JSON.stringify(issue.keys[0])}; there are ${known}`
      : undefined;
}

function asList(value: unknown): unknown {
  return typeof value === 'string' ? [value] : value;
}

function isTrackerUrl(text: string): boolean {
  return /^(?:https?|udp):\/\/[^/\s]/i.test(text) && URL.canParse(text);
}

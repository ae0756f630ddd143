/** The kinds of values that the daemon's API takes and gives, with the sentence for whoever sends another. */
import { z } from 'zod';

const longestSource = 64 * 1024;
const longestPath = 4096;
const longestUrl = 2048;
const longestLabel = 100;
const mostTrackers = 100;
const mostLabels = 50;

const sourceWords =
  'a magnet link, an http(s) URL of a .torrent, or an info-hash of 40 hex digits (64 for version 2)';
const sourceForm =
  /^\s*(?:magnet:\?|https?:\/\/[^/\s]|(?:[0-9a-f]{40}|[a-z2-7]{32}|1220[0-9a-f]{64}|[0-9a-f]{64})\s*$)/i;

export const source = z
  .string({ error: `is ${sourceWords}` })
  .max(longestSource, 'is too long for a link')
  .regex(sourceForm, `is ${sourceWords}`)
  .transform((text) => text.trim());

export const hash = z
  .string({ error: 'is an info-hash of 40 hex digits' })
  .regex(/^[0-9a-f]{40}$/i, 'is an info-hash of 40 hex digits')
  .transform((text) => text.toLowerCase());

/** Absolute, or below the daemon's folder. */
export const dir = z
  .string({ error: 'is the path of a folder' })
  .min(1, 'is empty')
  .max(longestPath, 'is too long for a path')
  .refine((path) => !path.includes('\0'), 'is no path');

/** Steps joined by `/`, below a torrent's folder. */
export const innerPath = z
  .string({ error: 'is a path' })
  .min(1, 'is empty')
  .max(longestPath, 'is too long for a path')
  .refine((path) => !path.includes('\0'), 'is no path');

export const trackerUrl = z
  .string({ error: 'is an announce URL' })
  .max(longestUrl, 'is too long for an URL')
  .refine(
    (text) =>
      /^(?:https?|udp):\/\/(?:\[[0-9a-f:.]+\]|[^/?#@\s:[\]]+)(?::\d{1,5})?(?:[/?]\S*)?$/i.test(
        text,
      ),
    'is an http, https or udp URL such as http://10.0.0.5:6969/announce',
  );

export const trackerUrls = z
  .array(trackerUrl, { error: 'is a list of announce URLs' })
  .max(mostTrackers, `has more than ${mostTrackers} URLs`);

export const label = z
  .string({ error: 'is a text' })
  .trim()
  .min(1, 'is empty')
  .max(longestLabel, `is longer than ${longestLabel} characters`)
  .regex(/^[^\p{Cc},]+$/u, 'has a comma or a control character');

export const labels = z
  .array(label, { error: 'is a list of labels' })
  .max(mostLabels, `has more than ${mostLabels} labels`);

/** As a label; a category of a category has steps. */
export const category = label.describe('Steps joined by /');

/** Bytes per second; null is unlimited. */
export const rateLimit = z
  .int({ error: 'is a whole number of bytes per second, or null for no limit' })
  .min(1, 'is at least 1; stop the torrent instead of giving it nothing')
  .nullable();

export const ratioGoal = z
  .number({ error: 'is a number such as 1.5' })
  .min(0, 'is not negative')
  .max(10_000, 'is at most 10000');

export const timeGoalSeconds = z
  .int({ error: 'is a whole number of seconds' })
  .min(0, 'is not negative');

export const flag = z.boolean({ error: 'is true or false' });

/** In a query, where all is text. */
export const queryFlag = z
  .enum(['true', 'false'], { error: 'is true or false' })
  .transform((text) => text === 'true');

export const bytes = z.number().min(0).describe('Bytes');
export const rate = z.number().min(0).describe('Bytes per second');
export const time = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)), 'is no time')
  .describe('ISO 8601');
/** Of what is answered; lower case. */
export const knownHash = z.string().regex(/^[0-9a-f]{40}$/, 'is no info-hash');

export const cause = z
  .object({ code: z.string(), message: z.string() })
  .describe('One code and one sentence');

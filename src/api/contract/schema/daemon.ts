/** The daemon itself as its API gives it: session, settings, changes, shares and folders. */
import { z } from 'zod';
import { torrentStates } from '../torrent-words.ts';
import { torrentInfo } from './torrents.ts';
import {
  bytes,
  cause,
  dir,
  flag,
  innerPath,
  rate,
  rateLimit,
  ratioGoal,
  time,
  timeGoalSeconds,
  trackerUrl,
  trackerUrls,
} from './values.ts';

const counts = Object.fromEntries(torrentStates.map((state) => [state, z.int()])) as Record<
  (typeof torrentStates)[number],
  z.ZodInt
>;

export const sessionInfo = z.object({
  version: z.string(),
  pid: z.int(),
  startedAt: time.describe('The daemon began'),
  downRate: rate,
  upRate: rate,
  downLimit: rate.optional().describe('In force now; absent: unlimited'),
  upLimit: rate.optional().describe('In force now; absent: unlimited'),
  alternativeLimits: z.boolean().describe('The alternative limits are in force'),
  downloadedBytes: bytes.describe('Payload since the daemon began'),
  uploadedBytes: bytes.describe('Payload since the daemon began'),
  allDownloadedBytes: bytes.describe('Payload of all runs'),
  allUploadedBytes: bytes.describe('Payload of all runs'),
  torrents: z.int(),
  counts: z.object(counts).describe('How many torrents are in each state'),
  peers: z.int().describe('Connected'),
  peerPort: z.int(),
  dir: z.string().describe('Where downloads go unless told'),
  freeBytes: bytes.optional().describe('In that folder'),
  dataDir: z.string(),
});

const clock = z
  .string({ error: 'is a time such as 08:30' })
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is a time such as 08:30');
const many = z.int({ error: 'is a whole number, or null for no limit' }).min(0).nullable();

const schedule = z.object({
  enabled: flag,
  from: clock,
  to: clock.describe('On the next day when it is before `from`'),
  days: z
    .array(z.int().min(0).max(6), { error: 'is a list of days, 0 for Sunday to 6' })
    .describe('On which it begins; 0 is Sunday'),
});

export const settings = z.object({
  dir,
  downLimit: rateLimit,
  upLimit: rateLimit,
  alternative: z.object({ enabled: flag, downLimit: rateLimit, upLimit: rateLimit, schedule }),
  maxActiveDownloads: many,
  maxActiveSeeds: many,
  seedRatio: ratioGoal.nullable(),
  seedTimeSeconds: timeGoalSeconds.nullable(),
  maxPeers: z.int({ error: 'is a whole number' }).min(1).max(100_000),
  startAdded: flag.describe('What is added without `paused` is started'),
  tracker: trackerUrl
    .nullable()
    .describe('Announce URL for what is shared; its catalog is browsed'),
  fixed: z
    .object({
      allowDirs: z.array(z.string()),
      watchDir: z.string().nullable(),
      onComplete: z.boolean().describe('A command runs when a download is complete'),
      peerPort: z.int(),
    })
    .describe('Set by flag or in config.toml only'),
});

/** What is absent stays. */
export const settingsChange = z.strictObject({
  dir: dir.optional(),
  downLimit: rateLimit.optional(),
  upLimit: rateLimit.optional(),
  alternative: z
    .strictObject({
      enabled: flag.optional(),
      downLimit: rateLimit.optional(),
      upLimit: rateLimit.optional(),
      schedule: z.strictObject(schedule.partial().shape).optional(),
    })
    .optional(),
  maxActiveDownloads: many.optional(),
  maxActiveSeeds: many.optional(),
  seedRatio: ratioGoal.nullable().optional(),
  seedTimeSeconds: timeGoalSeconds.nullable().optional(),
  maxPeers: settings.shape.maxPeers.optional(),
  startAdded: flag.optional(),
  tracker: trackerUrl.nullable().optional(),
});

export const daemonHealth = z.object({ status: z.literal('ok') });

export const loginRequest = z.strictObject({
  password: z.string({ error: 'is the token of the daemon' }).min(1, 'is empty').max(1000),
});

export const eventsQuery = z.strictObject({
  since: z.coerce.number().int().min(0).optional(),
  intervalMs: z.coerce.number().int().min(250).max(60_000).default(1000),
});

export const torrentChanges = z.object({
  revision: z.int().describe('Ask for what comes after with ?since='),
  full: z.boolean().describe('`torrents` are all there are; else those that changed'),
  torrents: z.array(torrentInfo),
  removed: z.array(z.string()).describe('Hashes'),
  session: sessionInfo,
});

export const notice = z.object({
  kind: z.enum(['completed', 'error', 'added', 'removed', 'settings']),
  hash: z.string().optional(),
  message: z.string(),
});

export const shareRequest = z.strictObject({
  path: innerPath.optional().describe("On the daemon's machine, in an allowed folder; or `files`"),
  name: z.string().min(1, 'is empty').max(255).optional(),
  files: z
    .array(
      z.strictObject({
        path: innerPath,
        lengthBytes: z.int({ error: 'is a size in bytes' }).min(0),
      }),
    )
    .min(1, 'is empty')
    .max(10_000, 'has more than 10000 files; share a folder by its path instead')
    .optional()
    .describe('Sent afterwards, one by one'),
  private: flag.optional(),
  pieceLength: z.int().min(16_384).max(67_108_864).optional(),
  trackers: trackerUrls.optional(),
  comment: z.string().max(10_000).optional(),
});

export const share = z.object({
  id: z.string(),
  state: z.enum(['receiving', 'hashing', 'sharing', 'failed']),
  name: z.string(),
  lengthBytes: bytes,
  doneBytes: bytes.describe('Received, or hashed'),
  hash: z.string().optional().describe('Once it is shared'),
  magnet: z.string().optional(),
  listed: z.string().optional().describe("The catalog's page of it"),
  problem: cause.optional().describe('It failed; or it is shared, but not listed'),
});

export const folderQuery = z.strictObject({ path: dir.optional() });

export const folderListing = z.object({
  path: z.string(),
  parent: z.string().optional(),
  freeBytes: bytes,
  folders: z.array(z.object({ name: z.string(), path: z.string() })),
});

export const daemonFailure = z.object({
  error: z.object({
    code: z.string(),
    message: z.string().describe('What is wrong and what to do about it'),
    field: z.string().optional().describe('Of the body or the query'),
  }),
});

/** Torrents as the daemon's API gives them, and what can be asked of them. */
import { z } from 'zod';
import {
  filePriorities,
  queueMoves,
  torrentActions,
  torrentStates,
  trackerStates,
} from '../torrent-words.ts';
import {
  bytes,
  category,
  cause,
  dir,
  flag,
  hash,
  innerPath,
  knownHash,
  labels,
  queryFlag,
  rate,
  rateLimit,
  ratioGoal,
  source,
  time,
  timeGoalSeconds,
  trackerUrls,
} from './values.ts';

const state = z.enum(torrentStates);
const ratioWish = z.union([ratioGoal, z.literal('unlimited')], {
  error: 'is a number such as 1.5, "unlimited", or null for the daemon\'s own',
});
const timeWish = z.union([timeGoalSeconds, z.literal('unlimited')], {
  error: 'is a whole number of seconds, "unlimited", or null for the daemon\'s own',
});

export const torrentInfo = z.object({
  hash: knownHash,
  name: z.string().describe('The info-hash until the metadata of a magnet link is here'),
  state,
  lengthBytes: bytes.describe('0 until the metadata is here'),
  wantedBytes: bytes.describe('Of the files that are not skipped'),
  doneBytes: bytes.describe('Verified bytes of what is wanted'),
  progress: z
    .number()
    .describe(
      '0 to 1: of what is wanted; while checking of what is read, while moving of what is there',
    ),
  downRate: rate,
  upRate: rate,
  uploadedBytes: bytes.describe('Payload since it was added'),
  downloadedBytes: bytes.describe('Payload since it was added'),
  ratio: z.number().describe('Uploaded bytes over the size; 0 while that is unknown'),
  peers: z.int().describe('Connected'),
  seeds: z.int().describe('Of them, those who have everything'),
  swarmSeeders: z.int().optional().describe('As the trackers count them'),
  swarmLeechers: z.int().optional().describe('As the trackers count them'),
  etaSeconds: z.number().optional(),
  stalled: cause.optional().describe('Why it stands still, when it does'),
  error: cause.optional().describe('With the state error only'),
  addedAt: time,
  completedAt: time.optional(),
  activeAt: time.optional().describe('Payload moved the last time'),
  dir: z.string().describe("Holds the torrent's file or folder"),
  private: z.boolean(),
  sequential: z.boolean(),
  forced: z.boolean().describe('Runs whatever the queue says'),
  queuePosition: z.int().describe('0 is the first'),
  labels: z.array(z.string()),
  category: z.string().optional(),
  downLimit: rate.optional().describe('Absent: unlimited'),
  upLimit: rate.optional().describe('Absent: unlimited'),
  seedRatio: ratioWish.optional().describe("Absent: the daemon's own"),
  seedTimeSeconds: timeWish.optional().describe("Absent: the daemon's own"),
  tracker: z.string().optional().describe('URL of the one that works, or of the first'),
  trackerFailed: z.boolean().describe('All of its trackers fail'),
});

export const torrentDetail = torrentInfo.extend({
  hasMetadata: z.boolean(),
  infoHashV2: z.string().optional(),
  magnet: z.string(),
  contentPath: z.string().describe('Of its file or folder; absolute'),
  pieceCount: z.int(),
  pieceLength: z.int(),
  piecesDone: z.int(),
  wastedBytes: bytes,
  seedingSeconds: z.number(),
  activeSeconds: z.number(),
  availability: z.number().optional().describe('Copies of the rarest piece among us and our peers'),
  comment: z.string().optional(),
  createdBy: z.string().optional(),
  createdAt: time.optional(),
});

export const torrentList = z.object({ torrents: z.array(torrentInfo) });

export const addOptions = {
  dir: dir.optional().describe("Absolute, or below the daemon's folder; that folder unless told"),
  paused: flag.optional().describe('Added without being started'),
  trackers: trackerUrls.optional().describe("Beyond the torrent's own"),
  labels: labels.optional(),
  category: category.optional(),
  sequential: flag.optional(),
  downLimit: rateLimit.optional(),
  upLimit: rateLimit.optional(),
  skip: z
    .array(z.int().min(0), { error: 'is a list of numbers of files' })
    .max(1_000_000)
    .optional()
    .describe('Numbers of files that are not fetched; for a .torrent'),
};

export const addTorrentRequest = z.strictObject({ source, ...addOptions });

export const addTorrentQuery = z.strictObject({
  dir: dir.optional(),
  paused: queryFlag.optional(),
  tracker: z
    .preprocess((value) => (typeof value === 'string' ? [value] : value), trackerUrls)
    .optional(),
  label: z.preprocess((value) => (typeof value === 'string' ? [value] : value), labels).optional(),
  category: category.optional(),
  sequential: queryFlag.optional(),
  skip: z
    .string()
    .regex(/^\d{1,7}(-\d{1,7})?(,\d{1,7}(-\d{1,7})?)*$/, 'is numbers of files such as 0,3-5')
    .max(100_000)
    .optional(),
});

export const removeTorrentQuery = z.strictObject({ data: queryFlag.optional() });

/** Null takes a wish back; what is absent stays. */
export const torrentChange = z.strictObject({
  labels: labels.optional(),
  category: category.nullable().optional(),
  sequential: flag.optional(),
  forced: flag.optional(),
  downLimit: rateLimit.optional(),
  upLimit: rateLimit.optional(),
  seedRatio: ratioWish.nullable().optional(),
  seedTimeSeconds: timeWish.nullable().optional(),
});

export const torrentMove = z.strictObject({
  dir,
  data: flag.optional().describe('false: only look there from now on; true unless told'),
});

export const torrentRename = z.strictObject({
  path: innerPath.describe("Of a file or folder, or the torrent's name for its top"),
  name: z
    .string({ error: 'is a name' })
    .min(1, 'is empty')
    .max(255, 'is longer than a name can be')
    .refine(
      (name) => !/[/\\\0]/.test(name) && name !== '.' && name !== '..',
      'is no name for a file',
    ),
});

export const queueMove = z.strictObject({
  to: z.enum(queueMoves, { error: `is one of ${queueMoves.join(', ')}` }),
});

export const actionRequest = z.strictObject({
  action: z.enum(torrentActions, { error: `is one of ${torrentActions.join(', ')}` }),
  hashes: z.union([z.literal('all'), z.array(hash).max(5000, 'has more than 5000 hashes')], {
    error: 'is "all" or a list of info-hashes',
  }),
});

export const actionResult = z.object({
  done: z.int(),
  failed: z.array(z.object({ hash: z.string(), error: cause })),
});

const filePriority = z.enum(filePriorities, { error: `is one of ${filePriorities.join(', ')}` });

export const torrentFile = z.object({
  index: z.int(),
  path: z.string().describe("Steps joined by /, below the torrent's dir"),
  lengthBytes: bytes,
  doneBytes: bytes,
  priority: filePriority,
});

export const fileList = z.object({
  files: z.array(torrentFile).describe('Without padding; empty until the metadata is here'),
});

export const filesChange = z.strictObject({
  ranges: z
    .array(
      z
        .strictObject({
          first: z.int({ error: 'is the number of a file' }).min(0),
          last: z.int({ error: 'is the number of a file' }).min(0),
          priority: filePriority,
        })
        .refine(({ first, last }) => first <= last, 'has its last file before its first'),
      { error: 'is a list of { first, last, priority }' },
    )
    .min(1, 'is empty')
    .max(10_000, 'has more than 10000 ranges'),
});

export const torrentPeer = z.object({
  address: z.string().describe('host:port; IPv6 in brackets'),
  client: z.string(),
  incoming: z.boolean(),
  amChoking: z.boolean(),
  amInterested: z.boolean(),
  peerChoking: z.boolean(),
  peerInterested: z.boolean(),
  downRate: rate,
  upRate: rate,
  downloadedBytes: bytes,
  uploadedBytes: bytes,
  progress: z.number().describe('Share of the pieces it has, 0 to 1'),
});

export const peerList = z.object({ peers: z.array(torrentPeer) });

const endpoint = z
  .string({ error: 'is host:port' })
  .max(300)
  .regex(/^(\[[0-9a-f:.]+\]|[^\s:[\]]+):\d{1,5}$/i, 'is an address such as 10.0.0.5:6881');

export const addPeers = z.strictObject({
  peers: z.array(endpoint, { error: 'is a list of addresses' }).min(1, 'is empty').max(1000),
});

export const torrentTracker = z.object({
  url: z.string(),
  tier: z.int(),
  state: z.enum(trackerStates),
  message: z.string().describe("The failure, or the tracker's warning; empty for neither"),
  nextAnnounceInSeconds: z.number().optional(),
  lastAnswerAgoSeconds: z.number().optional().describe('Absent until it answered'),
  peersReceived: z.int().optional().describe('In its last answer'),
  seeders: z.int().optional(),
  leechers: z.int().optional(),
  downloads: z.int().optional(),
});

export const trackerList = z.object({ trackers: z.array(torrentTracker) });

export const trackerTiers = z.strictObject({
  tiers: z.array(trackerUrls, { error: 'is a list of tiers' }).max(100, 'has more than 100 tiers'),
});

export const pieceMap = z.object({
  pieceCount: z.int(),
  pieceLength: z.int(),
  states: z.string().describe('base64, a byte a piece: 0 missing, 1 partial, 2 here, 3 not wanted'),
  availability: z.string().describe('base64, a byte a piece: how many peers have it; at most 255'),
});

export const speedQuery = z.strictObject({
  seconds: z.coerce.number().int().min(60).max(604_800).default(3600),
});

export const speedHistory = z.object({
  intervalSeconds: z.number(),
  endsAt: time.describe('Of the last interval'),
  down: z.array(z.number()).describe('Bytes per second, the oldest first'),
  up: z.array(z.number()),
});

/**
 * torrent-set: what is wished of each of several torrents. Invariant: all arguments are checked before
 * anything changes; what fails with one torrent does not keep it from the others, and the first failure
 * is told. bandwidthPriority and peer-limit only tune; they are taken, and do nothing here.
 */
import { z } from 'zod';
import { dir, labels, trackerUrl } from '../contract/schema/values.ts';
import type { Settings, TorrentChange, TorrentInfo } from '../contract/torrents.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import { type FileWishes, fileArguments, wishedPriorities } from './file-choice.ts';
import { placeInQueue } from './queue-place.ts';
import {
  flag,
  ids,
  numberUpTo,
  parseArguments,
  speed,
  whole,
  wordNumber,
} from './rpc-arguments.ts';
import type { RpcContext } from './rpc-context.ts';
import { goalChange } from './seed-goals.ts';
import { selectTorrents } from './selected-torrents.ts';
import { wishedSpeed } from './speed-limits.ts';
import { parseTrackerList, type TrackerWishes, wishedTiers } from './tracker-list.ts';

const mode = wordNumber(2, 'is 0 (as the session), 1 (its own) or 2 (no limit)');
const trackerId = wordNumber(10_000, 'is the id of a tracker');
const trackerIds = z.array(trackerId, { error: 'is a list of ids of trackers' }).max(1000);
const replacements = z
  .array(z.union([trackerId, z.string()], { error: 'is an id or an announce URL' }), {
    error: 'is a list of ids and announce URLs',
  })
  .max(2000)
  .transform((list, context) => {
    const pairs: { id: number; url: string }[] = [];
    for (let at = 0; at < list.length; at += 2) {
      const url = trackerUrl.safeParse(list[at + 1]);
      const id = list[at];
      if (typeof id === 'number' && url.success) pairs.push({ id, url: url.data });
      else context.addIssue('is a list of ids, each followed by an announce URL');
    }
    return pairs;
  });
const trackerText = z.string({ error: 'is a text of announce URLs' }).refine(
  (text) =>
    parseTrackerList(text)
      .flat()
      .every((url) => trackerUrl.safeParse(url).success),
  'has a line that is no http, https or udp URL',
);

const setArguments = fileArguments.extend({
  ids,
  downloadLimit: speed.optional(),
  downloadLimited: flag.optional(),
  uploadLimit: speed.optional(),
  uploadLimited: flag.optional(),
  honorsSessionLimits: flag.optional(),
  group: z.string({ error: 'is a name' }).optional(),
  labels: labels.transform((list) => [...new Set(list)]).optional(),
  location: dir.optional(),
  queuePosition: whole.optional(),
  seedRatioLimit: numberUpTo(10_000).optional(),
  seedRatioMode: mode.optional(),
  seedIdleLimit: numberUpTo(10_000_000).optional(),
  seedIdleMode: mode.optional(),
  sequentialDownload: flag.optional(),
  sequential_download: flag.optional(),
  trackerAdd: z.array(trackerUrl, { error: 'is a list of announce URLs' }).max(100).optional(),
  trackerRemove: trackerIds.optional(),
  trackerReplace: replacements.optional(),
  trackerList: trackerText.optional(),
});

type SetArguments = z.output<typeof setArguments>;

export async function torrentSet(context: RpcContext, args: object): Promise<object> {
  const asked = parseArguments(setArguments, args);
  requirePossible(asked);
  const failures: unknown[] = [];
  for (const torrent of selectTorrents(context, asked.ids)) {
    try {
      await setOne(context, torrent, asked);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return {};
}

function requirePossible({ honorsSessionLimits, group }: SetArguments): void {
  if (honorsSessionLimits === false) {
    throw new DaemonRefusal(
      'BAD_REQUEST',
      'honorsSessionLimits cannot be switched off: the limits of the session hold for every torrent. Raise them, and limit the others',
      { field: 'honorsSessionLimits' },
    );
  }
  if (group !== undefined && group !== '') {
    throw new DaemonRefusal('BAD_REQUEST', `There is no bandwidth group ${group}`, {
      field: 'group',
    });
  }
}

async function setOne(
  context: RpcContext,
  torrent: TorrentInfo,
  asked: SetArguments,
): Promise<void> {
  const { torrents, settings } = context.ports;
  const { hash } = torrent;
  const change = changeOf(asked, torrent, settings.get());
  if (Object.keys(change).length > 0) await torrents.change(hash, change);
  await setFiles(context, hash, asked);
  const tiers = wishedTiers(trackerWishes(asked), torrents.trackers(hash));
  if (tiers !== undefined) await torrents.setTrackers(hash, tiers);
  const { location, queuePosition } = asked;
  if (location !== undefined) await torrents.move(hash, { dir: location, data: false });
  if (queuePosition !== undefined) await placeInQueue(torrents, hash, queuePosition);
}

async function setFiles({ ports }: RpcContext, hash: string, wishes: FileWishes): Promise<void> {
  const isAsked = Object.keys(fileArguments.shape).some(
    (name) => wishes[name as keyof FileWishes] !== undefined,
  );
  if (!isAsked) return;
  const ranges = wishedPriorities(wishes, await ports.torrents.files(hash));
  if (ranges.length > 0) await ports.torrents.setPriorities(hash, ranges);
}

function changeOf(asked: SetArguments, torrent: TorrentInfo, settings: Settings): TorrentChange {
  const { labels: given, downloadLimit, downloadLimited, uploadLimit, uploadLimited } = asked;
  const sequential = asked.sequentialDownload ?? asked.sequential_download;
  const downLimit = wishedSpeed(downloadLimit, downloadLimited, torrent.downLimit);
  const upLimit = wishedSpeed(uploadLimit, uploadLimited, torrent.upLimit);
  return {
    ...(given !== undefined && { labels: given }),
    ...(sequential !== undefined && { sequential }),
    ...(downLimit !== undefined && { downLimit }),
    ...(upLimit !== undefined && { upLimit }),
    ...goalChange(asked, torrent, settings),
  };
}

function trackerWishes(asked: SetArguments): TrackerWishes {
  return {
    list: asked.trackerList,
    remove: asked.trackerRemove,
    replace: asked.trackerReplace,
    add: asked.trackerAdd,
  };
}

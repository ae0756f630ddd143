/** torrents/*, as far as it is asked and nothing changes. */
import type { TorrentInfo } from '../contract/torrents.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import { type Asked, type Endpoints, torrentOf, torrentsOf } from './endpoints.ts';
import { categoriesObject } from './main-data.ts';
import {
  fileObject,
  peerSources,
  pieceStates,
  propertiesObject,
  trackerObject,
} from './properties-object.ts';
import { torrentObject } from './torrent-object.ts';
import { passesFilter } from './torrent-state.ts';

export const torrentReads: Endpoints['reads'] = {
  'torrents/info': async (asked) => withTimes(listed(asked), asked),
  'torrents/count': ({ ports }) => String(ports.torrents.list().length),
  'torrents/properties': async (asked) => {
    const { hash } = torrentOf(asked);
    const waits = asked.ports.torrents
      .trackers(hash)
      .flatMap(({ nextAnnounceInSeconds }) => nextAnnounceInSeconds ?? []);
    const next = waits.length === 0 ? 0 : Math.min(...waits);
    return propertiesObject(await asked.ports.torrents.detail(hash), Date.now(), next);
  },
  'torrents/files': async (asked) => {
    const { hash, completedAt } = torrentOf(asked);
    const wanted = new Set(asked.form.list('indexes', '|').map(Number));
    const files = await asked.ports.torrents.files(hash);
    return files
      .filter(({ index }) => wanted.size === 0 || wanted.has(index))
      .map((file, position) => fileObject(file, position, completedAt !== undefined));
  },
  'torrents/trackers': (asked) => {
    const torrent = torrentOf(asked);
    const trackers = asked.ports.torrents.trackers(torrent.hash);
    return [...peerSources(torrent.private), ...trackers.map(trackerObject)];
  },
  'torrents/webseeds': (asked) => {
    torrentOf(asked);
    return [];
  },
  'torrents/pieceStates': (asked) =>
    pieceStates(asked.ports.torrents.pieces(torrentOf(asked).hash)),
  'torrents/categories': ({ ports }) => categoriesObject(ports),
  'torrents/tags': ({ ports }) => ports.labels.labels(),
  'torrents/downloadLimit': (asked) => limits(asked, ({ downLimit }) => downLimit),
  'torrents/uploadLimit': (asked) => limits(asked, ({ upLimit }) => upLimit),
  'torrents/export': async (asked) => {
    const { hash, name } = torrentOf(asked);
    const bytes = await asked.ports.torrents.torrentFile(hash);
    if (bytes !== undefined) return Buffer.from(bytes);
    throw new DaemonRefusal('NO_METADATA', `The metadata of ${name} is not here yet`);
  },
};

function limits(asked: Asked, limit: (torrent: TorrentInfo) => number | undefined) {
  return Object.fromEntries(torrentsOf(asked).map((one) => [one.hash, limit(one) ?? 0]));
}

/** Whoever manages torrents asks for a category or a few; a page with thousands does without. */
const mostWithTimes = 500;

async function withTimes(
  objects: readonly Record<string, unknown>[],
  { ports }: Asked,
): Promise<readonly Record<string, unknown>[]> {
  if (objects.length > mostWithTimes) return objects;
  return Promise.all(
    objects.map(async (object) => {
      const { seedingSeconds, activeSeconds, comment } = await ports.torrents.outline(
        String(object.hash),
      );
      const seeding_time = Math.round(seedingSeconds);
      return {
        ...object,
        seeding_time,
        time_active: Math.round(activeSeconds),
        comment: comment ?? '',
      };
    }),
  );
}

function listed({ form, ports }: Asked): Record<string, unknown>[] {
  const goals = ports.settings.get();
  const filter = form.text('filter') ?? 'all';
  const category = form.text('category');
  const tag = form.text('tag');
  const hashes = new Set(form.list('hashes', '|').map((hash) => hash.toLowerCase()));
  const isAll = hashes.size === 0 || hashes.has('all');
  const objects = ports.torrents
    .list()
    .filter(
      (torrent) =>
        passesFilter(torrent, filter) &&
        (isAll || hashes.has(torrent.hash)) &&
        // Empty means those that have none.
        (category === undefined || (torrent.category ?? '') === category) &&
        (tag === undefined ||
          (tag === '' ? torrent.labels.length === 0 : torrent.labels.includes(tag))),
    )
    .map((torrent) => torrentObject(torrent, goals));
  return paged(sorted(objects, form.text('sort'), form.flag('reverse') === true), form);
}

function sorted(
  objects: Record<string, unknown>[],
  key: string | undefined,
  reverse: boolean,
): Record<string, unknown>[] {
  const way = reverse ? -1 : 1;
  if (key !== undefined && key !== '') {
    objects.sort((one, other) => way * compare(one[key], other[key]));
  }
  return objects;
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === 'string' && typeof other === 'string') return one.localeCompare(other);
  return Number(one) - Number(other) || 0;
}

/** A negative offset counts from the end. */
function paged(objects: Record<string, unknown>[], form: Asked['form']): Record<string, unknown>[] {
  const offset = form.number('offset') ?? 0;
  const limit = form.number('limit') ?? 0;
  const first = offset < 0 ? Math.max(0, objects.length + offset) : offset;
  return objects.slice(first, limit > 0 ? first + limit : undefined);
}

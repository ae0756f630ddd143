/**
 * sync/maindata: everything at once, then what changed since the answer whose `rid` the client sends back.
 * Invariant: a client that merges each answer into what it has, has what there is; an answer that is no
 * longer remembered is followed by everything.
 */
import type { TorrentInfo } from '../contract/torrents.ts';
import type { DaemonPorts } from '../service/daemon-ports.ts';
import { serverState } from './server-state.ts';
import { torrentObject } from './torrent-object.ts';

/** What a client knows that got this answer. Lists that did not change are shared between answers. */
interface Known {
  readonly revision: number;
  readonly labels: ReadonlyMap<string, string>;
  readonly categories: ReadonlyMap<string, string>;
  /** Hashes by URL, as JSON. */
  readonly trackers: ReadonlyMap<string, string>;
}

const mostRemembered = 500;
const nothing: Known = {
  revision: -1,
  labels: new Map(),
  categories: new Map(),
  trackers: new Map(),
};

/** What of the daemon is looked at. */
export interface MainDataPorts {
  readonly torrents: Pick<DaemonPorts['torrents'], 'changes'>;
  readonly settings: Pick<DaemonPorts['settings'], 'get'>;
  readonly labels: Pick<DaemonPorts['labels'], 'labels' | 'categories'>;
}

export class MainData {
  readonly #ports: MainDataPorts;
  /** By `rid`, the oldest first. */
  readonly #answers = new Map<number, Known>();
  readonly #trackers: TrackerMap;
  #nextRid: number;
  #last: Known = nothing;

  /** `firstRid` differs from run to run, so that an answer of an earlier one is not taken for ours. */
  constructor(ports: MainDataPorts, firstRid: number) {
    this.#ports = ports;
    this.#trackers = new TrackerMap(ports);
    this.#nextRid = firstRid;
  }

  answer(rid: number): Record<string, unknown> {
    const { torrents, settings } = this.#ports;
    const before = this.#answers.get(rid);
    const changes = torrents.changes(before?.revision);
    const base = before === undefined || changes.full ? nothing : before;
    const now = this.#remember(changes.revision);
    const goals = settings.get();
    const categories = difference(base.categories, now.categories);
    const labels = difference(base.labels, now.labels);
    const trackers = difference(base.trackers, now.trackers);
    return {
      rid: this.#nextRid,
      ...(base === nothing && { full_update: true }),
      server_state: serverState(changes.session, goals),
      torrents: Object.fromEntries(
        changes.torrents.map((torrent) => [
          torrent.hash,
          withoutHash(torrentObject(torrent, goals)),
        ]),
      ),
      ...(base !== nothing && changes.removed.length > 0 && { torrents_removed: changes.removed }),
      ...named('categories', categories),
      ...named('trackers', trackers),
      ...((labels.news.length > 0 || base === nothing) && {
        tags: labels.news.map(([name]) => name),
      }),
      ...(labels.gone.length > 0 && { tags_removed: labels.gone }),
    };
  }

  #remember(revision: number): Known {
    const { labels } = this.#ports;
    const now: Known = {
      revision,
      labels: same(this.#last.labels, new Map(labels.labels().map((name) => [name, '""']))),
      categories: same(this.#last.categories, asJson(categoriesObject(this.#ports))),
      trackers: same(this.#last.trackers, this.#trackers.byUrl()),
    };
    this.#last = now;
    this.#nextRid++;
    this.#answers.set(this.#nextRid, now);
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= mostRemembered) break;
      this.#answers.delete(oldest);
    }
    return now;
  }
}

/** Which torrents have which tracker, kept up with what changes. */
class TrackerMap {
  readonly #ports: MainDataPorts;
  readonly #urlOf = new Map<string, string>();
  #revision: number | undefined;
  #byUrl: ReadonlyMap<string, string> = new Map();

  constructor(ports: MainDataPorts) {
    this.#ports = ports;
  }

  byUrl(): ReadonlyMap<string, string> {
    const { revision, full, torrents, removed } = this.#ports.torrents.changes(this.#revision);
    this.#revision = revision;
    let isOther = full;
    if (full) this.#urlOf.clear();
    for (const hash of removed) isOther = this.#urlOf.delete(hash) || isOther;
    for (const torrent of torrents) isOther = this.#follow(torrent) || isOther;
    if (!isOther) return this.#byUrl;
    const hashes = new Map<string, string[]>();
    for (const [hash, url] of this.#urlOf) {
      const known = hashes.get(url);
      if (known === undefined) hashes.set(url, [hash]);
      else known.push(hash);
    }
    this.#byUrl = asJson(Object.fromEntries(hashes));
    return this.#byUrl;
  }

  #follow({ hash, tracker }: TorrentInfo): boolean {
    if (this.#urlOf.get(hash) === tracker) return false;
    if (tracker === undefined) this.#urlOf.delete(hash);
    else this.#urlOf.set(hash, tracker);
    return true;
  }
}

export function categoriesObject({
  labels,
}: Pick<MainDataPorts, 'labels'>): Record<string, unknown> {
  return Object.fromEntries(
    labels.categories().map(({ name, dir }) => [name, { name, savePath: dir ?? '' }]),
  );
}

function withoutHash({ hash, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return rest;
}

function asJson(values: Record<string, unknown>): ReadonlyMap<string, string> {
  return new Map(Object.entries(values).map(([key, value]) => [key, JSON.stringify(value)]));
}

interface Difference {
  readonly news: readonly (readonly [string, string])[];
  readonly gone: readonly string[];
}

function difference(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): Difference {
  if (before === now) return { news: [], gone: [] };
  return {
    news: [...now].filter(([key, value]) => before.get(key) !== value),
    gone: [...before.keys()].filter((key) => !now.has(key)),
  };
}

/** The older one when they say the same. */
function same(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const { news, gone } = difference(before, now);
  return news.length === 0 && gone.length === 0 ? before : now;
}

function named(name: string, { news, gone }: Difference): Record<string, unknown> {
  return {
    ...(news.length > 0 && {
      [name]: Object.fromEntries(news.map(([key, json]) => [key, JSON.parse(json)])),
    }),
    ...(gone.length > 0 && { [`${name}_removed`]: gone }),
  };
}

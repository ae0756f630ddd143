/** torrents/*, as far as it changes something. */
import type { QueueMove, TorrentAction, TorrentChange } from '../contract/torrents.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import { addTorrents } from './add-torrents.ts';
import { type Asked, type Endpoints, forEach, torrentOf, torrentsOf } from './endpoints.ts';
import { priorityOf } from './properties-object.ts';
import { goalChange, limitOf } from './torrent-wishes.ts';

export const torrentWrites: Endpoints['writes'] = {
  'torrents/add': ({ form, ports }) => addTorrents(form, ports),
  'torrents/delete': (asked) =>
    act(asked, asked.form.flag('deleteFiles') === true ? 'remove-with-data' : 'remove'),
  'torrents/start': (asked) => act(asked, 'start'),
  'torrents/resume': (asked) => act(asked, 'start'),
  'torrents/stop': (asked) => act(asked, 'stop'),
  'torrents/pause': (asked) => act(asked, 'stop'),
  'torrents/recheck': (asked) => act(asked, 'verify'),
  'torrents/reannounce': (asked) => act(asked, 'reannounce'),
  'torrents/setForceStart': (asked) =>
    asked.form.flag('value') === true
      ? act(asked, 'force-start')
      : change(asked, () => ({ forced: false })),
  'torrents/toggleSequentialDownload': (asked) =>
    change(asked, ({ sequential }) => ({ sequential: !sequential })),
  'torrents/setShareLimits': (asked) => change(asked, () => goalChange(asked.form)),
  'torrents/setDownloadLimit': (asked) => {
    const downLimit = limitOf(asked.form.number('limit'));
    return change(asked, () => (downLimit === undefined ? {} : { downLimit }));
  },
  'torrents/setUploadLimit': (asked) => {
    const upLimit = limitOf(asked.form.number('limit'));
    return change(asked, () => (upLimit === undefined ? {} : { upLimit }));
  },
  'torrents/topPrio': (asked) => moveInQueue(asked, 'top'),
  'torrents/bottomPrio': (asked) => moveInQueue(asked, 'bottom'),
  'torrents/increasePrio': (asked) => moveInQueue(asked, 'up'),
  'torrents/decreasePrio': (asked) => moveInQueue(asked, 'down'),
  'torrents/setLocation': (asked) => move(asked, asked.form.required('location'), 'hashes'),
  'torrents/setSavePath': (asked) => move(asked, asked.form.required('path'), 'id'),
  'torrents/rename': async (asked) => {
    const { hash, name } = torrentOf(asked);
    await asked.ports.torrents.rename(hash, { path: name, name: asked.form.required('name') });
  },
  'torrents/renameFile': (asked) => renamePath(asked),
  'torrents/renameFolder': (asked) => renamePath(asked),
  'torrents/filePrio': setPriorities,
  'torrents/addTrackers': async (asked) => {
    const { hash } = torrentOf(asked);
    const tiers = tiersOf(asked, hash);
    const known = new Set(tiers.flat());
    const news = asked.form.list('urls', '\n').filter((url) => !known.has(url));
    await asked.ports.torrents.setTrackers(hash, [...tiers, ...news.map((url) => [url])]);
  },
  'torrents/editTracker': async (asked) => {
    const { hash } = torrentOf(asked);
    const before = asked.form.text('origUrl') ?? asked.form.required('url');
    const after = asked.form.required('newUrl');
    const tiers = tiersOf(asked, hash);
    const known = new Set(tiers.flat());
    if (!known.has(before)) throw new DaemonRefusal('CONFLICT', `It has no tracker ${before}`);
    if (known.has(after)) throw new DaemonRefusal('CONFLICT', `It has ${after} already`);
    await asked.ports.torrents.setTrackers(
      hash,
      tiers.map((tier) => tier.map((url) => (url === before ? after : url))),
    );
  },
  'torrents/removeTrackers': async (asked) => {
    const { hash } = torrentOf(asked);
    const gone = new Set(asked.form.list('urls', '|').flatMap((url) => [url, decoded(url)]));
    const tiers = tiersOf(asked, hash).map((tier) => tier.filter((url) => !gone.has(url)));
    await asked.ports.torrents.setTrackers(
      hash,
      tiers.filter(({ length }) => length > 0),
    );
  },
  'torrents/addPeers': (asked) => {
    const peers = asked.form.list('peers', '|');
    return forEach(torrentsOf(asked), ({ hash }) => asked.ports.torrents.addPeers(hash, peers));
  },
  'torrents/setCategory': async (asked) => {
    const category = asked.form.required('category') || null;
    if (
      category !== null &&
      !asked.ports.labels.categories().some(({ name }) => name === category)
    ) {
      throw new DaemonRefusal('CONFLICT', `There is no category ${category}`, {
        field: 'category',
      });
    }
    return change(asked, () => ({ category }));
  },
  'torrents/createCategory': (asked) => putCategory(asked),
  'torrents/editCategory': (asked) => putCategory(asked),
  'torrents/removeCategories': ({ form, ports }) =>
    ports.labels.removeCategories(form.list('categories', '\n')),
  'torrents/createTags': ({ form, ports }) => ports.labels.addLabels(form.list('tags', ',')),
  'torrents/deleteTags': ({ form, ports }) => ports.labels.removeLabels(form.list('tags', ',')),
  'torrents/addTags': (asked) => {
    const tags = asked.form.list('tags', ',');
    return change(asked, ({ labels }) => ({ labels: [...new Set([...labels, ...tags])] }));
  },
  'torrents/setTags': (asked) => {
    const tags = asked.form.list('tags', ',');
    return change(asked, () => ({ labels: [...new Set(tags)] }));
  },
  'torrents/removeTags': (asked) => {
    const tags = new Set(asked.form.list('tags', ','));
    return change(asked, ({ labels }) => ({
      labels: tags.size === 0 ? [] : labels.filter((label) => !tags.has(label)),
    }));
  },
  // What Shoal does not have; clients send these along with other wishes.
  'torrents/toggleFirstLastPiecePrio': (asked) => void torrentsOf(asked),
  'torrents/setSuperSeeding': (asked) => void torrentsOf(asked),
  'torrents/setAutoManagement': (asked) => void torrentsOf(asked),
  'torrents/setDownloadPath': (asked) => void torrentsOf(asked, 'id'),
};

async function act(asked: Asked, action: TorrentAction): Promise<void> {
  const hashes = torrentsOf(asked).map(({ hash }) => hash);
  await asked.ports.torrents.actOnMany(action, hashes);
}

type Changed = ReturnType<typeof torrentsOf>[number];

function change(asked: Asked, changeOf: (torrent: Changed) => TorrentChange): Promise<void> {
  return forEach(torrentsOf(asked), (torrent) =>
    asked.ports.torrents.change(torrent.hash, changeOf(torrent)),
  );
}

function moveInQueue(asked: Asked, to: QueueMove): Promise<void> {
  const hashes = torrentsOf(asked).map(({ hash }) => hash);
  return asked.ports.torrents.moveInQueue(hashes, to);
}

function move(asked: Asked, dir: string, parameter: string): Promise<void> {
  const torrents = torrentsOf(asked, parameter);
  return forEach(torrents, ({ hash }) => asked.ports.torrents.move(hash, { dir }));
}

/** Only the last step of a path changes. */
async function renamePath(asked: Asked): Promise<void> {
  const { hash } = torrentOf(asked);
  const path = asked.form.required('oldPath');
  const after = asked.form.required('newPath').split('/');
  const name = after.pop() ?? '';
  if (after.join('/') !== path.split('/').slice(0, -1).join('/')) {
    throw new DaemonRefusal('CONFLICT', 'A file cannot go to another folder of its torrent', {
      field: 'newPath',
    });
  }
  await asked.ports.torrents.rename(hash, { path, name });
}

async function setPriorities(asked: Asked): Promise<void> {
  const { hash } = torrentOf(asked);
  const priority = priorityOf(asked.form.number('priority') ?? Number.NaN);
  const indexes = asked.form.list('id', '|').map(Number);
  if (priority === undefined) {
    throw new DaemonRefusal('BAD_REQUEST', 'priority is 0, 1, 6 or 7', { field: 'priority' });
  }
  if (
    indexes.length === 0 ||
    !indexes.every((index) => Number.isSafeInteger(index) && index >= 0)
  ) {
    throw new DaemonRefusal('BAD_REQUEST', 'id is numbers of files such as 0|2', { field: 'id' });
  }
  await asked.ports.torrents.setPriorities(
    hash,
    indexes.map((index) => ({ first: index, last: index, priority })),
  );
}

function tiersOf({ ports }: Asked, hash: string): string[][] {
  const tiers: string[][] = [];
  for (const { url, tier } of ports.torrents.trackers(hash)) {
    const urls = tiers[tier] ?? [];
    urls.push(url);
    tiers[tier] = urls;
  }
  return tiers.filter((urls) => urls !== undefined);
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

function putCategory({ form, ports }: Asked): Promise<void> {
  const name = form.required('category');
  const dir = form.text('savePath') || undefined;
  return ports.labels.putCategory({ name, ...(dir !== undefined && { dir }) });
}

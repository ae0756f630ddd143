/** What is in one torrent: files, peers, trackers, pieces. */
import { torrentMediaType } from '../contract/catalog.ts';
import {
  addPeers,
  fileList,
  filesChange,
  peerList,
  pieceMap,
  speedHistory,
  speedQuery,
  trackerList,
  trackerTiers,
} from '../contract/schema/torrents.ts';
import {
  type FileList,
  type PeerList,
  type TrackerList,
  torrentsPath,
} from '../contract/torrents.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import type { TorrentsPort } from '../service/torrents-port.ts';
import { attachmentOf } from './attachment-name.ts';
import type { ApiScope, DaemonRouteDeps } from './daemon-deps.ts';
import { about, ofTorrent, type RouteWords } from './route-words.ts';

const one = `${torrentsPath}/:hash`;

function words(summary: string, rest: Omit<RouteWords, 'tag' | 'summary'>) {
  const { refuses = [] } = rest;
  return about({ tag: 'In a torrent', summary, ...rest, refuses: ['NOT_FOUND', ...refuses] });
}

export function addTorrentPartsRoutes(app: ApiScope, { ports }: DaemonRouteDeps): void {
  addFiles(app, ports.torrents);
  addPeerRoutes(app, ports.torrents);
  addTrackers(app, ports.torrents);
  addFigures(app, ports.torrents);
}

function addFiles(app: ApiScope, torrents: TorrentsPort): void {
  app.get(
    `${one}/files`,
    { schema: { ...words('Its files', { answer: fileList }), params: ofTorrent } },
    async (request): Promise<FileList> => ({ files: await torrents.files(request.params.hash) }),
  );
  app.patch(
    `${one}/files`,
    {
      schema: {
        ...words('Which of its files are wanted, and how much', {
          answer: fileList,
          refuses: ['NO_METADATA'],
        }),
        params: ofTorrent,
        body: filesChange,
      },
    },
    async (request): Promise<FileList> => {
      const { hash } = request.params;
      await torrents.setPriorities(hash, request.body.ranges);
      return { files: await torrents.files(hash) };
    },
  );
  app.get(
    `${one}/torrent`,
    {
      schema: {
        ...words('The .torrent', { answer: torrentMediaType, refuses: ['NO_METADATA'] }),
        params: ofTorrent,
      },
    },
    async (request, reply) => {
      const { hash } = request.params;
      const { name } = torrents.get(hash);
      const bytes = await torrents.torrentFile(hash);
      if (bytes === undefined) {
        throw new DaemonRefusal(
          'NO_METADATA',
          'The metadata of the magnet link is not here yet. Ask again once a peer sent it',
        );
      }
      return reply
        .type(torrentMediaType)
        .header('content-disposition', attachmentOf(name))
        .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    },
  );
}

function addPeerRoutes(app: ApiScope, torrents: TorrentsPort): void {
  app.get(
    `${one}/peers`,
    { schema: { ...words('Its peers', { answer: peerList }), params: ofTorrent } },
    (request): PeerList => ({ peers: torrents.peers(request.params.hash) }),
  );
  app.post(
    `${one}/peers`,
    {
      schema: {
        ...words('Try these peers', { refuses: ['TORRENT_STOPPED'] }),
        params: ofTorrent,
        body: addPeers,
      },
    },
    async (request, reply) => {
      await torrents.addPeers(request.params.hash, request.body.peers);
      return reply.code(204).send();
    },
  );
}

function addTrackers(app: ApiScope, torrents: TorrentsPort): void {
  app.get(
    `${one}/trackers`,
    { schema: { ...words('Its trackers', { answer: trackerList }), params: ofTorrent } },
    (request): TrackerList => ({ trackers: torrents.trackers(request.params.hash) }),
  );
  app.put(
    `${one}/trackers`,
    {
      schema: {
        ...words('Other trackers in place of all it has', { answer: trackerList }),
        params: ofTorrent,
        body: trackerTiers,
      },
    },
    async (request): Promise<TrackerList> => {
      const { hash } = request.params;
      await torrents.setTrackers(hash, request.body.tiers);
      return { trackers: torrents.trackers(hash) };
    },
  );
}

function addFigures(app: ApiScope, torrents: TorrentsPort): void {
  app.get(
    `${one}/pieces`,
    {
      schema: {
        ...words('Which pieces are here, and how many peers have each', {
          answer: pieceMap,
          refuses: ['NO_METADATA'],
        }),
        params: ofTorrent,
      },
    },
    (request) => torrents.pieces(request.params.hash),
  );
  app.get(
    `${one}/speed`,
    {
      schema: {
        ...words('Its speed, over time', { answer: speedHistory }),
        params: ofTorrent,
        querystring: speedQuery,
      },
    },
    (request) => torrents.speed(request.params.hash, request.query.seconds),
  );
}

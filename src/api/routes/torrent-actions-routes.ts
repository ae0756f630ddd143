/** What is done to one torrent. */
import { queueMove, torrentInfo, torrentMove, torrentRename } from '../contract/schema/torrents.ts';
import { torrentsPath } from '../contract/torrents.ts';
import type { TorrentsPort } from '../service/torrents-port.ts';
import type { ApiScope, DaemonRouteDeps } from './daemon-deps.ts';
import { about, ofTorrent } from './route-words.ts';

const tag = 'Torrents';
const one = `${torrentsPath}/:hash`;

const plainActions = [
  ['start', 'start', 'Start it, as soon as the queue lets it'],
  ['force-start', 'forceStart', 'Start it now, whatever the queue says'],
  ['stop', 'stop', 'Stop it'],
  ['verify', 'verify', 'Check its data anew'],
  ['reannounce', 'reannounce', 'Ask its trackers for peers now'],
] as const;

export function addTorrentActionsRoutes(app: ApiScope, { ports }: DaemonRouteDeps): void {
  const { torrents } = ports;
  for (const [name, method, summary] of plainActions) {
    app.post(
      `${one}/${name}`,
      {
        bodyLimit: 1024,
        schema: {
          ...about({
            tag,
            summary,
            answer: torrentInfo,
            refuses: ['NOT_FOUND', 'TORRENT_STOPPED', 'TORRENT_MOVING'],
          }),
          params: ofTorrent,
        },
      },
      (request) => torrents[method](request.params.hash),
    );
  }
  addMoving(app, torrents);
}

function addMoving(app: ApiScope, torrents: TorrentsPort): void {
  const words = (summary: string) =>
    about({
      tag,
      summary,
      answer: torrentInfo,
      refuses: ['NOT_FOUND', 'FORBIDDEN_DIR', 'NAME_TAKEN', 'TORRENT_MOVING', 'DISK_FOLDER'],
    });
  app.post(
    `${one}/move`,
    {
      schema: {
        ...words('Move its files to another folder'),
        params: ofTorrent,
        body: torrentMove,
      },
    },
    (request) => torrents.move(request.params.hash, request.body),
  );
  app.post(
    `${one}/rename`,
    {
      schema: {
        ...words('Rename one of its files or folders, or itself'),
        params: ofTorrent,
        body: torrentRename,
      },
    },
    (request) => torrents.rename(request.params.hash, request.body),
  );
  app.post(
    `${one}/queue`,
    {
      schema: {
        ...about({
          tag,
          summary: 'Give it another place in the queue',
          answer: torrentInfo,
          refuses: ['NOT_FOUND'],
        }),
        params: ofTorrent,
        body: queueMove,
      },
    },
    async (request) => {
      const { hash } = request.params;
      torrents.get(hash);
      await torrents.moveInQueue([hash], request.body.to);
      return torrents.get(hash);
    },
  );
}

/** The list of torrents: what is in it, what comes to it and what leaves it. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { torrentMediaType } from '../contract/catalog.ts';
import {
  actionRequest,
  actionResult,
  addTorrentQuery,
  addTorrentRequest,
  removeTorrentQuery,
  torrentChange,
  torrentDetail,
  torrentInfo,
  torrentList,
} from '../contract/schema/torrents.ts';
import { torrentsPath } from '../contract/torrents.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import type { AddTorrent, TorrentsPort } from '../service/torrents-port.ts';
import type { ApiScope, DaemonRouteDeps } from './daemon-deps.ts';
import { parseNumbers } from './numbers-of-files.ts';
import { about, ofTorrent } from './route-words.ts';
import type { TorrentTexts } from './torrent-texts.ts';

const tag = 'Torrents';
const one = `${torrentsPath}/:hash`;
const defaultMaxTorrentBytes = 64 * 1024 ** 2;

export function addTorrentsRoutes(app: ApiScope, deps: DaemonRouteDeps, texts: TorrentTexts): void {
  const { torrents } = deps.ports;
  app.get(
    torrentsPath,
    {
      schema: about({
        tag,
        summary: 'All torrents, in the order they were added',
        answer: torrentList,
      }),
    },
    (_request, reply) =>
      reply.type('application/json; charset=utf-8').send(texts.listOf(torrents.list())),
  );
  addAdding(app, deps);
  app.post(
    `${torrentsPath}/actions`,
    {
      schema: {
        ...about({ tag, summary: 'Do one thing to many torrents', answer: actionResult }),
        body: actionRequest,
      },
    },
    ({ body }) => torrents.actOnMany(body.action, body.hashes),
  );
  addOne(app, torrents);
}

function addOne(app: ApiScope, torrents: TorrentsPort): void {
  app.get(
    one,
    {
      schema: {
        ...about({
          tag,
          summary: 'A torrent in detail',
          answer: torrentDetail,
          refuses: ['NOT_FOUND'],
        }),
        params: ofTorrent,
      },
    },
    (request) => torrents.detail(request.params.hash),
  );
  app.patch(
    one,
    {
      schema: {
        ...about({
          tag,
          summary: 'Change what is wanted of a torrent',
          answer: torrentInfo,
          refuses: ['NOT_FOUND'],
        }),
        params: ofTorrent,
        body: torrentChange,
      },
    },
    (request) => torrents.change(request.params.hash, request.body),
  );
  app.delete(
    one,
    {
      schema: {
        ...about({
          tag,
          summary: 'Remove a torrent; with data=true its files too',
          refuses: ['NOT_FOUND', 'DISK_FOLDER'],
        }),
        params: ofTorrent,
        querystring: removeTorrentQuery,
      },
    },
    async (request, reply) => {
      await torrents.remove(request.params.hash, request.query.data ?? false);
      return reply.code(204).send();
    },
  );
}

/** Only here a .torrent is taken as a body. */
function addAdding(app: ApiScope, { ports, maxTorrentBytes }: DaemonRouteDeps): void {
  app.register((scope: ApiScope, _options, done) => {
    scope.addContentTypeParser(
      torrentMediaType,
      { parseAs: 'buffer', bodyLimit: maxTorrentBytes ?? defaultMaxTorrentBytes },
      (_request, body, parsed) => parsed(null, body),
    );
    scope.post(
      torrentsPath,
      {
        schema: {
          ...about({
            tag,
            summary: 'Add a torrent',
            status: 201,
            answer: torrentInfo,
            consumes: ['application/json', torrentMediaType],
            refuses: [
              'BAD_TORRENT',
              'FORBIDDEN_DIR',
              'FORBIDDEN_URL',
              'TORRENT_DUPLICATE',
              'TOO_LARGE',
              'DISK_FOLDER',
              'SOURCE_UNREACHABLE',
              'SHUTTING_DOWN',
            ],
          }),
          querystring: addTorrentQuery,
          body: addTorrentRequest,
        },
      },
      (request, reply) => answerAdd(ports.torrents, wishOf(request.body, request), reply),
    );
    done();
  });
}

async function answerAdd(
  torrents: TorrentsPort,
  wish: AddTorrent,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const torrent = await torrents.add(wish);
  return reply.code(201).header('location', `${torrentsPath}/${torrent.hash}`).send(torrent);
}

function wishOf(
  body: z.output<typeof addTorrentRequest> | Uint8Array,
  { query }: Pick<FastifyRequest<{ Querystring: z.output<typeof addTorrentQuery> }>, 'query'>,
): AddTorrent {
  if (!(body instanceof Uint8Array)) return body;
  if (body.length === 0) {
    throw new DaemonRefusal('BAD_REQUEST', 'The body is empty. Send the .torrent as the body');
  }
  const { tracker, label, skip, ...same } = query;
  return {
    source: new Uint8Array(body),
    ...same,
    ...(tracker !== undefined && { trackers: tracker }),
    ...(label !== undefined && { labels: label }),
    ...(skip !== undefined && { skip: parseNumbers(skip) }),
  };
}

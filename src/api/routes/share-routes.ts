/**
 * Sharing over the API: data that is sent, or lies on this machine, becomes a torrent here.
 * Invariant: what is sent goes on as it comes, never more of it than was announced, and one who stops
 * sending does not hold a place for long.
 */
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { share, shareRequest } from '../contract/schema/daemon.ts';
import { type Share, sharesPath } from '../contract/torrents.ts';
import type { SharesPort } from '../service/daemon-ports.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import type { ApiScope, DaemonRouteDeps } from './daemon-deps.ts';
import { about } from './route-words.ts';

const tag = 'Shares';
const one = `${sharesPath}/:id`;
const ofShare = z.object({ id: z.string().min(1).max(100) });
const ofShareFile = ofShare.extend({
  index: z.coerce
    .number({ error: 'is the number of a file' })
    .int('is the number of a file')
    .min(0),
});
/** 10,000 files with long names. */
const maxRequestBytes = 8 * 1024 ** 2;
const defaultUploadIdleMs = 60_000;

export function addShareRoutes(app: ApiScope, deps: DaemonRouteDeps): void {
  const { shares } = deps.ports;
  app.post(
    sharesPath,
    {
      bodyLimit: maxRequestBytes,
      schema: {
        ...about({
          tag,
          summary: 'Begin to share a path, or files that are sent afterwards',
          status: 201,
          answer: share,
          refuses: ['FORBIDDEN_DIR', 'NAME_TAKEN', 'TOO_LARGE', 'DISK_FOLDER'],
        }),
        body: shareRequest,
      },
    },
    async (request, reply) => {
      const begun = await shares.begin(request.body);
      return reply.code(201).header('location', `${sharesPath}/${begun.id}`).send(begun);
    },
  );
  app.get(
    one,
    {
      schema: {
        ...about({
          tag,
          summary: 'How far a share is',
          answer: share,
          refuses: ['NOT_FOUND'],
        }),
        params: ofShare,
      },
    },
    (request) => shares.get(request.params.id),
  );
  app.delete(
    one,
    {
      schema: {
        ...about({
          tag,
          summary: 'Take back what is not shared yet',
          refuses: ['NOT_FOUND'],
        }),
        params: ofShare,
      },
    },
    async (request, reply) => {
      await shares.cancel(request.params.id);
      return reply.code(204).send();
    },
  );
  addUpload(app, shares, deps.uploadIdleMs ?? defaultUploadIdleMs);
}

/** Only here a body is a stream of any type. */
function addUpload(app: ApiScope, shares: SharesPort, idleMs: number): void {
  app.register((scope: ApiScope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
    scope.put(
      `${one}/files/:index`,
      {
        config: { streamsBody: true },
        schema: {
          ...about({
            tag,
            summary: 'Send a file that was announced',
            answer: share,
            consumes: ['application/octet-stream'],
            refuses: ['NOT_FOUND', 'TOO_LARGE', 'DISK_FOLDER'],
          }),
          params: ofShareFile,
          body: z.unknown(),
        },
      },
      async (request, reply): Promise<Share> => {
        const { id, index } = request.params;
        const { lengthBytes } = shares.get(id);
        const { socket } = request.raw;
        socket.setTimeout(idleMs);
        try {
          return await shares.receive(id, index, upTo(lengthBytes, request.body as Readable));
        } catch (error) {
          // The rest of what is sent is not waited for.
          reply.header('connection', 'close');
          throw error;
        } finally {
          socket.setTimeout(0);
        }
      },
    );
    done();
  });
}

async function* upTo(
  maxBytes: number,
  bytes: Readable | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  let length = 0;
  // Left undone it stays open, so that the refusal can still be told.
  for await (const chunk of bytes?.iterator({ destroyOnReturn: false }) ?? []) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new DaemonRefusal('TOO_LARGE', 'More was sent than was announced for this share');
    }
    yield chunk as Uint8Array;
  }
}

/**
 * The bytes of a torrent's files, also while they are still coming, for players and browsers.
 * Invariant: what is sent was verified; nothing is read faster than it is taken, nor once nobody takes it;
 * a stranger's file never runs as a page of the daemon.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { torrentsPath } from '../contract/torrents.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import type { FileReader, TorrentsPort } from '../service/torrents-port.ts';
import { disposition } from './attachment-name.ts';
import { strangerHeaders } from './browser-safety.ts';
import { type ByteSpan, byteRange } from './byte-range.ts';
import type { ApiScope, DaemonRouteDeps } from './daemon-deps.ts';
import { harmlessMediaType } from './media-type.ts';
import { about, ofFile } from './route-words.ts';

const maxStreams = 100;

export function addFileRoutes(app: ApiScope, { ports }: DaemonRouteDeps): void {
  const files = new FileStreams(ports.torrents);
  app.route({
    method: ['GET', 'HEAD'],
    url: `${torrentsPath}/:hash/files/:index`,
    schema: {
      ...about({
        tag: 'In a torrent',
        summary: 'The bytes of a file, also while they are still coming; takes Range',
        answer: 'application/octet-stream',
        refuses: ['NOT_FOUND', 'NO_METADATA', 'RANGE_NOT_SATISFIABLE', 'TORRENT_STOPPED'],
      }),
      params: ofFile,
    },
    handler: (request, reply) => {
      const { hash, index } = request.params;
      return files.answer(request, reply, hash, index);
    },
  });
}

class FileStreams {
  readonly #torrents: TorrentsPort;
  #open = 0;

  constructor(torrents: TorrentsPort) {
    this.#torrents = torrents;
  }

  async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    hash: string,
    index: number,
  ): Promise<FastifyReply> {
    const file = await this.#torrents.openFile(hash, index);
    const tag = `"${hash}-${index}"`;
    const ifRange = request.headers['if-range'];
    const header = ifRange === undefined || ifRange === tag ? request.headers.range : undefined;
    const span = byteRange(header, file.lengthBytes);
    if (span === 'unsatisfiable') {
      reply.header('content-range', `bytes */${file.lengthBytes}`);
      throw new DaemonRefusal(
        'RANGE_NOT_SATISFIABLE',
        `The file has ${file.lengthBytes} bytes. Ask for a part of them`,
      );
    }
    reply.code(span === undefined ? 200 : 206).headers(headersOf(file, span, tag));
    if (request.method === 'HEAD') return reply.send();
    await this.#send(reply, file, span ?? { begin: 0, end: file.lengthBytes });
    return reply;
  }

  async #send(reply: FastifyReply, file: FileReader, { begin, end }: ByteSpan): Promise<void> {
    if (this.#open >= maxStreams) {
      throw new DaemonRefusal(
        'TOO_MANY_REQUESTS',
        `${maxStreams} files are being read at once. Try again when one of them is done`,
        { retryAfterSeconds: 5 },
      );
    }
    this.#open++;
    const { raw } = reply;
    const gone = new AbortController();
    raw.once('close', () => gone.abort());
    reply.hijack();
    raw.writeHead(reply.statusCode, reply.getHeaders() as Record<string, string>);
    // A player wants to know what it is before the first piece is here.
    raw.flushHeaders();
    try {
      await pipeline(Readable.from(file.read(begin, end, gone.signal)), raw);
    } catch {
      // The head is out: all that can be said is that this is not all of it.
      raw.destroy();
    } finally {
      this.#open--;
    }
  }
}

function headersOf({ name, lengthBytes }: FileReader, span: ByteSpan | undefined, tag: string) {
  const { begin, end } = span ?? { begin: 0, end: lengthBytes };
  const mediaType = harmlessMediaType(name);
  return {
    ...strangerHeaders,
    'accept-ranges': 'bytes',
    etag: tag,
    'content-length': String(end - begin),
    'content-type': mediaType ?? 'application/octet-stream',
    'content-disposition': disposition(mediaType === undefined ? 'attachment' : 'inline', name),
    ...(span !== undefined && { 'content-range': `bytes ${begin}-${end - 1}/${lengthBytes}` }),
  };
}

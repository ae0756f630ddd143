/**
 * What a person names as a torrent, loaded: a .torrent file, standard input (`-`), an http(s) URL of
 * one, a magnet link or a bare info-hash. Sizes are bounded before anything is parsed.
 *
 * Codes of ClientError: SOURCE_NOT_FOUND, SOURCE_IS_FOLDER, SOURCE_TOO_LARGE, SOURCE_NEEDS_FILE,
 * SOURCE_UNREACHABLE; those of DecodeError keep theirs, with the name of the source in the message.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DecodeError } from '../../base/decode-error.ts';
import { nodeHashes } from '../../node/hashes.ts';
import { errorCode } from '../../node/socket-cause.ts';
import { type Magnet, parseMagnet } from '../../protocol/magnet.ts';
import { type Metainfo, type MetainfoOptions, parseMetainfo } from '../../protocol/metainfo.ts';
import { ClientError } from '../client/client-error.ts';
import { downloadTorrentFile } from './download-torrent-file.ts';

export interface LoadedTorrent {
  readonly kind: 'torrent';
  readonly bytes: Uint8Array;
  readonly metainfo: Metainfo;
}

export interface LoadedMagnet {
  readonly kind: 'magnet';
  /** The link; a bare info-hash as the link it stands for. */
  readonly text: string;
  readonly magnet: Magnet;
}

export type LoadedSource = LoadedTorrent | LoadedMagnet;

export interface LoadOptions extends MetainfoOptions {
  readonly signal?: AbortSignal;
}

/** 100,000 files with long names and all their hashes stay far below it. */
export const maxTorrentFileBytes = 128 * 1024 * 1024;

export async function loadSource(source: string, options: LoadOptions = {}): Promise<LoadedSource> {
  if (/^magnet:/i.test(source)) return loadMagnet(source, source);
  if (isInfoHash(source) && !(await exists(source))) {
    return loadMagnet(`magnet:?xt=urn:${topicOf(source)}`, source);
  }
  return loadTorrent(source, options);
}

/** A .torrent only; a magnet link is refused, because what is asked for needs the pieces' hashes. */
export async function loadTorrent(
  source: string,
  options: LoadOptions = {},
): Promise<LoadedTorrent> {
  if (/^magnet:/i.test(source)) {
    throw new ClientError(
      'SOURCE_NEEDS_FILE',
      'this needs a .torrent file: a magnet link does not hold what is in the torrent.',
    );
  }
  const bytes = await readSource(source, options.signal);
  return readTorrent(bytes, source === '-' ? 'standard input' : source, options);
}

/** Bytes that are there already; errors say `source`. */
export function readTorrent(
  bytes: Uint8Array,
  source: string,
  options: MetainfoOptions = {},
): LoadedTorrent {
  try {
    return { kind: 'torrent', bytes, metainfo: parseMetainfo(bytes, nodeHashes, options) };
  } catch (error) {
    throw named(error, source);
  }
}

/** Where the content of a .torrent is looked for when nobody says: beside it, or here. */
export function folderBeside(source: string): string {
  return source === '-' || isWebAddress(source) ? '.' : dirname(source);
}

function isWebAddress(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

function loadMagnet(text: string, source: string): LoadedMagnet {
  try {
    return { kind: 'magnet', text, magnet: parseMagnet(text) };
  } catch (error) {
    throw named(error, source.length > 60 ? `${source.slice(0, 60)}…` : source);
  }
}

/** Hex or base32, v1 or v2. */
export function isInfoHash(source: string): boolean {
  return /^([0-9a-f]{40}|[a-z2-7]{32}|1220[0-9a-f]{64}|[0-9a-f]{64})$/i.test(source);
}

function topicOf(hash: string): string {
  if (hash.length === 64) return `btmh:1220${hash}`;
  return hash.length === 68 ? `btmh:${hash}` : `btih:${hash}`;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function readSource(source: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  if (source === '-') return readBounded(process.stdin, 'standard input');
  if (isWebAddress(source)) {
    return downloadTorrentFile(source, { limitBytes: maxTorrentFileBytes, signal });
  }
  try {
    const stats = await stat(source);
    if (stats.isDirectory()) {
      throw new ClientError(
        'SOURCE_IS_FOLDER',
        `${source} is a folder, not a .torrent file. To share a folder, use shoal seed or shoal create.`,
      );
    }
    if (stats.size > maxTorrentFileBytes) throw tooLarge(source);
    return await readBounded(createReadStream(source), source);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    throw new ClientError(
      'SOURCE_NOT_FOUND',
      `${source}: there is no such file. Name a .torrent file, a magnet link, an http(s) URL or an info-hash.`,
    );
  }
}

async function readBounded(stream: AsyncIterable<Uint8Array>, source: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let lengthBytes = 0;
  for await (const chunk of stream) {
    lengthBytes += chunk.length;
    if (lengthBytes > maxTorrentFileBytes) throw tooLarge(source);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, lengthBytes);
}

function tooLarge(source: string): ClientError {
  const limit = `${maxTorrentFileBytes / 1024 / 1024} MiB`;
  return new ClientError(
    'SOURCE_TOO_LARGE',
    `${source} is larger than ${limit}, too large for a .torrent file. Is it the content itself? Then use shoal seed.`,
  );
}

/** The same failure, said of the thing that was opened. */
function named(error: unknown, source: string): unknown {
  if (!(error instanceof DecodeError)) return error;
  const isTorrent = error.code.startsWith('METAINFO_') && error.code !== 'METAINFO_NOT_A_TORRENT';
  const what = error.code.startsWith('MAGNET_') ? 'is not a usable link' : 'is not a torrent';
  const verdict = isTorrent ? 'is not a sound torrent' : what;
  return new ClientError(error.code, `${source} ${verdict}: ${error.message}`, { cause: error });
}

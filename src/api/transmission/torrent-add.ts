/**
 * torrent-add: a magnet link, an URL or an info-hash as `filename`, or a .torrent in base64 as `metainfo`.
 * Paths on the daemon's machine are not read. A torrent that is here already is no error.
 */
import { z } from 'zod';
import { dir, labels, source } from '../contract/schema/values.ts';
import type { TorrentInfo } from '../contract/torrents.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import { chosenFiles, fileArguments, wishedPriorities } from './file-choice.ts';
import { flag, parseArguments } from './rpc-arguments.ts';
import type { RpcContext } from './rpc-context.ts';

const addArguments = fileArguments.extend({
  filename: source.optional(),
  metainfo: z.string({ error: 'is a .torrent in base64' }).optional(),
  'download-dir': dir.optional(),
  paused: flag.optional(),
  labels: labels.transform((list) => [...new Set(list)]).optional(),
  sequentialDownload: flag.optional(),
  sequential_download: flag.optional(),
});

type AddArguments = z.output<typeof addArguments>;

export async function torrentAdd(context: RpcContext, args: object): Promise<object> {
  const asked = parseArguments(addArguments, withoutEmpty(args));
  try {
    const torrent = await add(context, asked);
    return { 'torrent-added': nameOf(context, torrent) };
  } catch (error) {
    const here = duplicateOf(context, error);
    if (here === undefined) throw error;
    return { 'torrent-duplicate': nameOf(context, here) };
  }
}

/** Clients send every field of their forms. */
function withoutEmpty(args: object): object {
  return Object.fromEntries(
    Object.entries(args).filter(
      ([name, value]) => value !== '' || !/^(filename|metainfo|download-dir)$/.test(name),
    ),
  );
}

async function add(context: RpcContext, asked: AddArguments): Promise<TorrentInfo> {
  const { torrents, settings } = context.ports;
  const { paused, labels: given, 'download-dir': folder } = asked;
  const sequential = asked.sequentialDownload ?? asked.sequential_download;
  const chosen = chosenFiles(asked);
  const choosing = chosen !== undefined;
  const torrent = await torrents.add({
    source: sourceOf(asked, choosing),
    ...(folder !== undefined && { dir: folder }),
    ...((choosing || paused !== undefined) && { paused: choosing || paused === true }),
    ...(given !== undefined && given.length > 0 && { labels: given }),
    ...(sequential !== undefined && { sequential }),
  });
  if (chosen === undefined) return torrent;
  // Nothing unwanted is fetched meanwhile: it is started when its files are chosen.
  try {
    const ranges = wishedPriorities(chosen, await torrents.files(torrent.hash));
    if (ranges.length > 0) await torrents.setPriorities(torrent.hash, ranges);
  } catch (error) {
    await torrents.remove(torrent.hash, false);
    throw error;
  }
  const starts = paused === undefined ? settings.get().startAdded : !paused;
  return starts ? torrents.start(torrent.hash) : torrent;
}

function sourceOf({ filename, metainfo }: AddArguments, choosing: boolean): Uint8Array | string {
  if (metainfo !== undefined) {
    const bytes = Buffer.from(metainfo, 'base64');
    if (bytes.length > 0) return new Uint8Array(bytes);
    throw new DaemonRefusal('BAD_TORRENT', 'metainfo is no .torrent in base64', {
      field: 'metainfo',
    });
  }
  if (filename === undefined) {
    throw new DaemonRefusal('BAD_REQUEST', 'no filename or metainfo specified', {
      field: 'filename',
    });
  }
  if (choosing && !/^https?:/i.test(filename)) {
    throw new DaemonRefusal(
      'NO_METADATA',
      'The files of a magnet link are not known yet. Add it without choosing files, and choose when they are listed',
      { field: 'files-unwanted' },
    );
  }
  return filename;
}

function duplicateOf({ ports }: RpcContext, error: unknown): TorrentInfo | undefined {
  if (!(error instanceof DaemonRefusal) || error.code !== 'TORRENT_DUPLICATE') return undefined;
  const { hash } = error.details;
  return hash === undefined ? undefined : ports.torrents.get(hash);
}

function nameOf({ ids }: RpcContext, { hash, name }: TorrentInfo): object {
  return { id: ids.idOf(hash), name, hashString: hash };
}

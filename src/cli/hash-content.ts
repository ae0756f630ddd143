/** Makes a torrent of a file or folder while a live line shows how hashing goes. */

import type { MetainfoVersion } from '../daemon/client/client-types.ts';
import type { CreatedTorrent, CreateProgress } from '../daemon/torrent-files/create-torrent.ts';
import type { ContentOptions } from './content-options.ts';
import { formatBytes, formatCount } from './format.ts';
import type { Terminal } from './terminal.ts';
import { workLine } from './work-line.ts';

/** Rejects with ClientError, or the signal's reason. */
export async function hashContent(
  terminal: Terminal,
  path: string,
  options: ContentOptions,
  signal: AbortSignal,
): Promise<CreatedTorrent> {
  const { createTorrent } = await import('../daemon/torrent-files/create-torrent.ts');
  const live = terminal.liveLine('hashing');
  const startedAtMs = performance.now();
  let last: CreateProgress | undefined;
  const draw = (progress: CreateProgress) => (columns: number) => {
    const seconds = Math.max(0.001, (performance.now() - startedAtMs) / 1000);
    const facts = [
      formatCount(progress.fileCount, 'file'),
      formatBytes(progress.totalBytes),
      `${formatBytes(progress.pieceLength)} pieces`,
    ];
    const work = { ...progress, facts, verb: 'hashing', rate: progress.doneBytes / seconds };
    return workLine(work, columns, terminal.noteStyle);
  };
  try {
    const torrent = await createTorrent(path, {
      ...createOptions(options),
      signal,
      onProgress: (progress) => {
        last = progress;
        live?.update('hashing', draw(progress));
      },
    });
    if (last !== undefined) live?.finish(draw({ ...last, doneBytes: last.totalBytes }));
    return torrent;
  } catch (error) {
    live?.leave();
    throw error;
  }
}

function createOptions(options: ContentOptions) {
  const { pieceLength, name, comment, source } = options;
  return {
    trackers: options.tracker ?? [],
    webSeeds: options.webSeed ?? [],
    exclude: options.exclude ?? [],
    private: options.private === true,
    version: versionOf(options),
    pieceLength: pieceLength ?? ('auto' as const),
    ...(name === undefined ? {} : { name }),
    ...(comment === undefined ? {} : { comment }),
    ...(source === undefined ? {} : { source }),
    ...(options.date === false ? {} : { creationDateMs: Date.now() }),
  };
}

function versionOf({ v2, hybrid }: ContentOptions): MetainfoVersion {
  if (hybrid === true) return 'hybrid';
  return v2 === true ? '2' : '1';
}

/**
 * The bytes of one file of a torrent as they come, for players and downloads: each read is a reader of
 * the engine's, whose pieces are fetched first.
 * Invariant: at most one run of 128 KiB is held for a read; a read that ends, however, leaves nothing.
 */
import type { FileReader } from '../../api/service/torrents-port.ts';
import type { Content } from '../../engine/content.ts';
import type { ContentReader } from '../../engine/content-reader.ts';
import type { MetainfoFile } from '../../protocol/metainfo.ts';
import { ChangeSignal } from './change-signal.ts';
import { ClientError } from './client-error.ts';

/** A wait looks again after this long, whatever happens. */
const patienceMs = 10_000;

/** `content` gives the content as it is then, and rejects with ClientError when there is none any more. */
export function readFileOf(
  file: Pick<MetainfoFile, 'path' | 'offsetBytes' | 'lengthBytes'>,
  content: () => Promise<Content>,
): FileReader {
  const { offsetBytes, lengthBytes } = file;
  return {
    name: file.path.at(-1) ?? '',
    lengthBytes,
    async *read(begin, end, signal) {
      const from = Math.max(0, begin);
      const to = Math.min(end, lengthBytes);
      if (from >= to) return;
      const changed = new ChangeSignal();
      const opened = await content();
      signal.throwIfAborted();
      const reader = opened.openReader(offsetBytes + from, offsetBytes + to, () =>
        changed.notify(),
      );
      try {
        yield* bytesOf(reader, changed, signal);
      } finally {
        reader.close();
      }
    },
  };
}

async function* bytesOf(
  reader: ContentReader,
  changed: ChangeSignal,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  while (!reader.isAtEnd) {
    signal.throwIfAborted();
    if (reader.closed) throw new ClientError('TORRENT_REMOVED', 'the torrent was stopped');
    if (reader.error !== undefined) throw new ClientError('DISK_READ', reader.error.message);
    const lease = reader.take();
    if (lease !== undefined) {
      // The memory behind the lease is used again once it is released.
      const bytes = new Uint8Array(lease.bytes);
      lease.release();
      yield bytes;
    } else if (!reader.isAtEnd) await changed.wait(patienceMs, signal);
  }
}

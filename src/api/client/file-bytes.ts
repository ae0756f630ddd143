/** The bytes of one file of a torrent, as they come from the daemon. */
import { fetchFailureOf } from './bounded-fetch.ts';
import type { DaemonAsker } from './daemon-asker.ts';

/** From `begin` up to but without `end`; the whole file unless told. */
export interface ByteRange {
  readonly begin?: number;
  readonly end?: number;
}

/** Throws DaemonError, or the reason of `signal`. */
export async function* readFileBytes(
  asker: DaemonAsker,
  path: string,
  { begin = 0, end }: ByteRange,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const headers = { range: `bytes=${begin}-${end === undefined ? '' : end - 1}` };
  const isPart = begin > 0 || end !== undefined;
  const stopping = new AbortController();
  const response = await asker.stream({
    method: 'GET',
    path,
    signal: signal === undefined ? stopping.signal : AbortSignal.any([stopping.signal, signal]),
    ...(isPart && { headers }),
  });
  if (isPart && response.status !== 206) throw asker.absent(response.status);
  try {
    for await (const chunk of response.body ?? []) yield chunk;
  } catch (error) {
    signal?.throwIfAborted();
    throw asker.noAnswer(fetchFailureOf(error));
  } finally {
    stopping.abort();
  }
}

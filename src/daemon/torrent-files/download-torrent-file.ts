/**
 * Fetches a .torrent over HTTP(S): bounded in size, time and redirects. A server on the internet may
 * not send us on to an address of the local network, neither by a redirect nor by a name whose address
 * changes between being judged and being asked.
 */
import { BoundedGetter, type GetReply } from '../../node/bounded-get.ts';
import { packageVersion } from '../../node/package-version.ts';
import { asTrackerError, TrackerError } from '../../node/tracker-error.ts';
import { ClientError } from '../client/client-error.ts';

export interface DownloadLimits {
  readonly limitBytes: number;
  readonly signal: AbortSignal | undefined;
}

const maxRedirects = 5;
const timeoutMs = 30_000;
const totalTimeoutMs = 60_000;

/** Rejects with ClientError SOURCE_UNREACHABLE or SOURCE_TOO_LARGE, or the reason of `signal`. */
export async function downloadTorrentFile(
  url: string,
  { limitBytes, signal = new AbortController().signal }: DownloadLimits,
): Promise<Uint8Array> {
  const { status, body } = await get(url, limitBytes, signal);
  if (status < 200 || status > 299) throw unreachable(url, `the server answers HTTP ${status}`);
  return body;
}

async function get(url: string, limitBytes: number, signal: AbortSignal): Promise<GetReply> {
  const limits = { timeoutMs, totalTimeoutMs, bodyLimitBytes: limitBytes, maxRedirects };
  const getter = new BoundedGetter({ ...limits, checksPath: false }, `Shoal/${packageVersion()}`);
  try {
    return await getter.get(url, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TrackerError && error.code === 'TRACKER_TOO_BIG') {
      throw new ClientError(
        'SOURCE_TOO_LARGE',
        `${url} is larger than ${limitBytes / 1024 / 1024} MiB, too large for a .torrent file.`,
      );
    }
    throw unreachable(url, asTrackerError(error).message);
  } finally {
    getter.close();
  }
}

function unreachable(url: string, cause: string): ClientError {
  return new ClientError('SOURCE_UNREACHABLE', `cannot fetch ${url}: ${cause}.`);
}

/**
 * A .torrent from an URL that came over the daemon's API, which must not become a way to ask services of
 * the daemon's own machine: bounded, and only hosts of the internet and of private networks.
 */
import { DaemonRefusal } from '../../api/service/refusal.ts';
import { BoundedGetter } from '../../node/bounded-get.ts';
import { packageVersion } from '../../node/package-version.ts';
import { asTrackerError } from '../../node/tracker-error.ts';

const limits = {
  timeoutMs: 15_000,
  totalTimeoutMs: 60_000,
  bodyLimitBytes: 64 * 1024 ** 2,
  maxRedirects: 5,
  refusesOwn: true,
};

/** Rejects with DaemonRefusal. */
export async function fetchSource(url: string, signal: AbortSignal): Promise<Uint8Array> {
  const getter = new BoundedGetter(limits, `shoal/${packageVersion()}`);
  try {
    const { status, body } = await getter.get(url, signal);
    if (status === 200) return body;
    throw unreachable(`the server answers HTTP ${status}`);
  } catch (error) {
    if (error instanceof DaemonRefusal) throw error;
    const { code, message } = asTrackerError(error);
    if (code !== 'TRACKER_FORBIDDEN') throw unreachable(message);
    throw new DaemonRefusal(
      'FORBIDDEN_URL',
      `source is not fetched: ${message}. Fetch the .torrent yourself, and send it as the body`,
      { field: 'source' },
    );
  } finally {
    getter.close();
  }
}

function unreachable(cause: string): DaemonRefusal {
  return new DaemonRefusal('SOURCE_UNREACHABLE', `source cannot be fetched: ${cause}`, {
    field: 'source',
  });
}

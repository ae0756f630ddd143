/**
 * Fetches a .torrent over HTTP(S): bounded in size, time and redirects. A server on the internet may
 * not send us on to an address of the local network.
 */
import { checkAddresses, resolveHost } from '../node/tracker-address.ts';
import { asTrackerError } from '../node/tracker-error.ts';
import { ClientError } from './client-error.ts';

export interface DownloadLimits {
  readonly limitBytes: number;
  readonly signal: AbortSignal | undefined;
}

const maxRedirects = 5;
const totalTimeoutMs = 60_000;

/** Rejects with ClientError SOURCE_UNREACHABLE or SOURCE_TOO_LARGE. */
export async function downloadTorrentFile(
  url: string,
  { limitBytes, signal }: DownloadLimits,
): Promise<Uint8Array> {
  const deadline = AbortSignal.timeout(totalTimeoutMs);
  const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  try {
    const response = await follow(url, either);
    if (!response.ok) throw unreachable(url, `the server answers HTTP ${response.status}`);
    return await readBody(response, url, limitBytes);
  } catch (error) {
    if (error instanceof ClientError || signal?.aborted === true) throw error;
    if (deadline.aborted) throw unreachable(url, `not done after ${totalTimeoutMs / 1000} s`);
    // fetch wraps what the socket said.
    const cause = error instanceof TypeError && error.cause !== undefined ? error.cause : error;
    throw unreachable(url, asTrackerError(cause).message);
  }
}

async function follow(firstUrl: string, signal: AbortSignal): Promise<Response> {
  let url = new URL(firstUrl);
  let wasGlobal = false;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const addresses = await resolveHost(url, signal);
    const isGlobal = checkAddresses(url, addresses, { mustBeGlobal: wasGlobal, checksPath: false });
    wasGlobal ||= isGlobal;
    const response = await fetch(url.href, { redirect: 'manual', signal });
    const location = response.headers.get('location');
    if (location === null || response.status < 300 || response.status > 399) return response;
    await response.body?.cancel();
    if (!URL.canParse(location, url.href)) {
      throw unreachable(firstUrl, 'it redirects to something that is no URL');
    }
    url = new URL(location, url.href);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      throw unreachable(firstUrl, `it redirects to ${url.protocol} which is not fetched`);
    }
  }
  throw unreachable(firstUrl, `it redirects more than ${maxRedirects} times`);
}

async function readBody(response: Response, url: string, limitBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let lengthBytes = 0;
  for await (const chunk of response.body ?? []) {
    lengthBytes += chunk.length;
    if (lengthBytes > limitBytes) {
      throw new ClientError(
        'SOURCE_TOO_LARGE',
        `${url} is larger than ${limitBytes / 1024 / 1024} MiB, too large for a .torrent file.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, lengthBytes);
}

function unreachable(url: string, cause: string): ClientError {
  return new ClientError('SOURCE_UNREACHABLE', `cannot fetch ${url}: ${cause}.`);
}

/** Shares of a daemon: data that it makes a torrent of, lists and seeds. */
import { share } from '../contract/schema/daemon.ts';
import { type Share, type ShareRequest, sharesPath } from '../contract/torrents.ts';
import { readBody } from './bounded-fetch.ts';
import type { DaemonAsker } from './daemon-asker.ts';

const maxAnswerBytes = 1024 ** 2;

export class SharesClient {
  readonly #asker: DaemonAsker;

  constructor(asker: DaemonAsker) {
    this.#asker = asker;
  }

  /** A path on the daemon's machine; or files that `upload` sends afterwards. */
  async begin(request: ShareRequest, signal?: AbortSignal): Promise<Share> {
    return this.#asker.read({ method: 'POST', path: sharesPath, json: request, signal }, share);
  }

  async get(id: string, signal?: AbortSignal): Promise<Share> {
    return this.#asker.read({ method: 'GET', path: pathOf(id), signal }, share);
  }

  /** All bytes of the file with this number among those announced. */
  async upload(
    id: string,
    index: number,
    bytes: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<Share> {
    const response = await this.#asker.stream({
      method: 'PUT',
      path: `${pathOf(id)}/files/${index}`,
      mediaType: 'application/octet-stream',
      body: bytes,
      signal,
    });
    const text = new TextDecoder().decode(await readBody(response, maxAnswerBytes));
    return this.#asker.check(share, parseJson(text), response.status);
  }

  /** Takes back what is not shared yet. */
  async cancel(id: string, signal?: AbortSignal): Promise<void> {
    await this.#asker.ask({ method: 'DELETE', path: pathOf(id), signal });
  }
}

function pathOf(id: string): string {
  return `${sharesPath}/${encodeURIComponent(id)}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * An announce over HTTP as the tracker's logic sees it. One is used again and again; the text of the
 * URL, which only hooks read, is made when one asks for it.
 */
import type { HttpAnnounceQuery } from '../../protocol/http-tracker-request.ts';
import type { TrackerEvent } from '../../protocol/tracker-event.ts';
import type { AnnounceRequest } from '../../tracker/announce.ts';

const noBytes = Buffer.alloc(0);

export class HttpAnnounce implements AnnounceRequest {
  readonly transport = 'http';
  infoHash: Uint8Array = noBytes;
  peerId: Uint8Array = noBytes;
  address: Uint8Array = noBytes;
  port = 0;
  uploadedBytes = 0;
  downloadedBytes = 0;
  leftBytes: number | undefined;
  event: TrackerEvent = 'none';
  numWant: number | undefined;
  wantsBothFamilies = false;
  wantsPeerIds = false;
  #url: Buffer = noBytes;
  #urlStart = 0;
  #urlEnd = 0;

  get urlData(): string {
    return this.#url.toString('latin1', this.#urlStart, this.#urlEnd);
  }

  /** The hashes stay the query's. */
  setQuery(query: HttpAnnounceQuery, address: Uint8Array, wantsBothFamilies: boolean): void {
    this.infoHash = query.infoHash;
    this.peerId = query.peerId;
    this.address = address;
    this.port = query.port;
    this.uploadedBytes = query.uploadedBytes;
    this.downloadedBytes = query.downloadedBytes;
    this.leftBytes = query.leftBytes;
    this.event = query.event;
    this.numWant = query.numWant;
    this.wantsBothFamilies = wantsBothFamilies;
    this.wantsPeerIds = !query.isCompact && !query.omitsPeerIds;
  }

  /** Path and query, in the bytes of the request. */
  setUrl(bytes: Buffer, start: number, end: number): void {
    this.#url = bytes;
    this.#urlStart = start;
    this.#urlEnd = end;
  }
}

/** What a client tells a tracker in an announce, whichever way it is sent (BEP 3, 7, 15). */
import type { TrackerEvent } from './tracker-event.ts';

export interface AnnounceFields {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  readonly port: number;
  readonly uploadedBytes: number;
  readonly downloadedBytes: number;
  readonly leftBytes: number;
  readonly event: TrackerEvent;
  readonly numWant: number;
  /** Unsigned 32 bits, the same for the life of a torrent's session (BEP 7). */
  readonly key: number;
  /** What an HTTP tracker sent before, one character a byte. */
  readonly trackerId?: string;
}

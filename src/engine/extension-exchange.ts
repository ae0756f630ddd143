/**
 * The extension protocol on a torrent's sessions (BEP 10): sends our handshake, remembers what the
 * peer offers, and routes its extended messages to metadata exchange (BEP 9) and peer exchange
 * (BEP 11).
 * Invariant: an extension is used only on sessions whose peer announced it and has not turned it off.
 */
import { parseIp } from '../base/ip-address.ts';
import type { ExtensionHandshake } from '../protocol/extension.ts';
import {
  decodeExtensionHandshake,
  EXTENSION_HANDSHAKE_ID,
  encodeExtensionHandshake,
} from '../protocol/extension.ts';
import type { MetadataMessage } from '../protocol/metadata-exchange.ts';
import { decodeMetadataMessage, METADATA_EXTENSION } from '../protocol/metadata-exchange.ts';
import { encodeExtended } from '../protocol/peer-wire-encoder.ts';
import type { PexMessage } from '../protocol/pex.ts';
import { decodePex, PEX_EXTENSION } from '../protocol/pex.ts';
import { isViolation, violation } from '../protocol/violation.ts';
import { floodCost } from './flood-guard.ts';
import type { PeerSession } from './peer-session.ts';
import { maxQueuedRequests } from './upload-queue.ts';

/** The ids under which peers address us. */
const metadataId = 1;
const pexId = 2;

export const clientVersion = 'Shoal 0.1.0';

/** What a peer announced in its extension handshake; later handshakes update it. */
export interface RemoteExtensions {
  readonly metadataId: number | undefined;
  readonly pexId: number | undefined;
  readonly handshake: ExtensionHandshake;
}

export interface ExtensionExchangeHost {
  /** BEP 27: a private torrent's peers come from its trackers only. */
  isPrivate(): boolean;
  listenPort(): number;
  /** Undefined until a magnet's metadata arrived. */
  metadataSizeBytes(): number | undefined;
  isUploadOnly(): boolean;
  onExtensionHandshake(session: PeerSession, remote: RemoteExtensions): void;
  onMetadataMessage(session: PeerSession, message: MetadataMessage): void;
  onPex(session: PeerSession, message: PexMessage): void;
}

export class ExtensionExchange {
  readonly #host: ExtensionExchangeHost;
  readonly #remotes = new Map<PeerSession, RemoteExtensions>();

  constructor(host: ExtensionExchangeHost) {
    this.#host = host;
  }

  remote(session: PeerSession): RemoteExtensions | undefined {
    return this.#remotes.get(session);
  }

  /** The first message after the handshake; also later, when something in it changed. */
  sendHandshake(session: PeerSession): void {
    const messageIds = new Map([[METADATA_EXTENSION, metadataId]]);
    if (!this.#host.isPrivate()) messageIds.set(PEX_EXTENSION, pexId);
    const metadataSizeBytes = this.#host.metadataSizeBytes();
    const listenPort = this.#host.listenPort();
    const host = session.endpoint.host;
    const payload = encodeExtensionHandshake({
      messageIds,
      clientName: clientVersion,
      reqq: maxQueuedRequests,
      ...(listenPort > 0 && { listenPort }),
      ...(metadataSizeBytes !== undefined && { metadataSizeBytes }),
      ...(this.#host.isUploadOnly() && { uploadOnly: true }),
      ...(parseIp(host) !== undefined && { yourIp: host }),
    });
    session.send(encodeExtended(EXTENSION_HANDSHAKE_ID, payload));
  }

  sendMetadata(session: PeerSession, payload: Uint8Array): void {
    const id = this.#remotes.get(session)?.metadataId;
    if (id !== undefined) session.send(encodeExtended(id, payload));
  }

  sendPex(session: PeerSession, payload: Uint8Array): void {
    const id = this.#remotes.get(session)?.pexId;
    if (id !== undefined) session.send(encodeExtended(id, payload));
  }

  onExtended(session: PeerSession, id: number, payload: Uint8Array): void {
    if (session.handshake?.extension !== true) {
      session.violate(
        violation('EXTENSION_MALFORMED', 'used the extension protocol without announcing it'),
      );
      return;
    }
    if (id === EXTENSION_HANDSHAKE_ID) {
      this.#onHandshake(session, payload);
    } else if (id === metadataId) {
      const message = decodeMetadataMessage(payload);
      if (isViolation(message)) session.violate(message);
      else this.#host.onMetadataMessage(session, message);
    } else if (id === pexId && !this.#host.isPrivate()) {
      const message = decodePex(payload);
      if (isViolation(message)) session.violate(message);
      else this.#host.onPex(session, message);
    } else session.onUseless(floodCost.strange);
  }

  onGone(session: PeerSession): void {
    this.#remotes.delete(session);
  }

  #onHandshake(session: PeerSession, payload: Uint8Array): void {
    const decoded = decodeExtensionHandshake(payload);
    if (isViolation(decoded)) {
      session.violate(decoded);
      return;
    }
    const before = this.#remotes.get(session);
    if (before !== undefined) session.onUseless(floodCost.extensionHandshake);
    if (session.closed) return;
    const messageIds = new Map(before?.handshake.messageIds);
    // Only what is used: each handshake could bring other names.
    for (const name of [METADATA_EXTENSION, PEX_EXTENSION]) {
      const id = decoded.messageIds.get(name);
      if (id !== undefined) messageIds.set(name, id);
    }
    const handshake = { ...before?.handshake, ...decoded, messageIds };
    const remote: RemoteExtensions = {
      handshake,
      metadataId: offered(messageIds, METADATA_EXTENSION),
      pexId: offered(messageIds, PEX_EXTENSION),
    };
    this.#remotes.set(session, remote);
    this.#host.onExtensionHandshake(session, remote);
  }
}

function offered(messageIds: ReadonlyMap<string, number>, name: string): number | undefined {
  const id = messageIds.get(name);
  return id === 0 ? undefined : id;
}

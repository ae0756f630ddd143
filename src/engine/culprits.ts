/**
 * Finds and bans the peers behind bad blocks, also those that left meanwhile. The last thousand
 * departed senders are remembered; beyond that a block can be held against nobody.
 */
import type { Endpoint } from '../base/endpoint.ts';
import type { Connections } from './connections.ts';
import type { PeerBook } from './peer-book.ts';
import type { PeerSession } from './peer-session.ts';

const maxDeparted = 1000;

export interface CulpritsHost {
  readonly book: PeerBook;
  readonly connections: Connections;
  onBanned(endpoint: Endpoint): void;
  /** Blocks of this session can no longer be held against anybody. */
  onForgotten(sessionId: number): void;
}

export class Culprits {
  readonly #host: CulpritsHost;
  readonly #departed = new Map<number, Endpoint>();

  constructor(host: CulpritsHost) {
    this.#host = host;
  }

  ban(sessionIds: readonly number[]): void {
    for (const id of sessionIds) {
      const session = this.#host.connections.byId(id);
      const endpoint = session?.endpoint ?? this.#departed.get(id);
      if (endpoint === undefined) continue;
      // What it sent before it was banned may come to light piece by piece.
      if (!this.#host.book.bans.isBanned(endpoint)) {
        this.#host.book.ban(endpoint, 'sent corrupt data');
        this.#host.onBanned(endpoint);
      }
      session?.close('banned: it sent corrupt data');
    }
  }

  onGone(session: PeerSession): void {
    if (session.down.totalBytes === 0) return;
    this.#departed.set(session.id, session.endpoint);
    if (this.#departed.size <= maxDeparted) return;
    const oldest = this.#departed.keys().next();
    if (oldest.done) return;
    this.#departed.delete(oldest.value);
    this.#host.onForgotten(oldest.value);
  }
}

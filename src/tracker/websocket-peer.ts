/**
 * A WebRTC peer in one swarm, and the connection over which it speaks. A connection may carry many
 * peers: browsers share one socket for all their torrents.
 */
import type { MessageAllowance } from './message-allowance.ts';
import type { WebSocketSwarm } from './websocket-swarm.ts';

/** What is known of a socket when it opens. */
export interface WebSocketClient {
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  /** 1 to 65535: of the TCP connection, as a WebRTC peer listens nowhere. */
  readonly port: number;
  /** Path and query of the URL; for hooks. */
  readonly urlData: string | undefined;
}

export interface WebSocketConnection {
  readonly id: number;
  readonly client: WebSocketClient;
  readonly peers: Set<WebSocketPeer>;
  readonly allowance: MessageAllowance;
}

export interface WebSocketPeer {
  /** Names the peer in keys; never used again. */
  readonly serial: number;
  readonly swarm: WebSocketSwarm;
  readonly connection: WebSocketConnection;
  /** Binary string. */
  readonly peerId: string;
  /** Where it stands in its swarm. */
  place: number;
  isSeeder: boolean;
  hasCompleted: boolean;
  lastSeenMs: number;
  /** Offers of the last while: made by it, and passed to it. */
  offersMade: number;
  offersGot: number;
}

/**
 * The datagram sockets of the UDP tracker client, one a family, shared by all trackers, and the
 * transactions on them (BEP 15). Invariants: a transaction ends exactly once, with a reply or an error,
 * unless it is cancelled; a packet counts as reply only when its source address and its random
 * transaction id both match. Everything else is counted and dropped.
 */
import { randomInt } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { displayText } from '../base/display-text.ts';
import { decodeUdpTrackerReply, type UdpTrackerReply } from '../protocol/udp-tracker-reply.ts';
import { canonicalHost } from './remote-endpoint.ts';
import type { ResolvedAddress } from './tracker-address.ts';
import { TrackerError } from './tracker-error.ts';

export interface UdpTarget extends ResolvedAddress {
  readonly port: number;
}

export interface Transaction {
  readonly target: UdpTarget;
  /** Errors are accepted besides. */
  readonly expects: 'connect' | 'announce' | 'scrape';
  readonly timeoutMs: number;
  encode(transactionId: number): Uint8Array;
  /** `undefined` when nothing came in time. */
  done(reply: UdpTrackerReply | undefined, error: Error | undefined): void;
}

interface Pending {
  readonly transaction: Transaction;
  readonly timer: NodeJS.Timeout;
}

export class UdpTrackerSocket {
  readonly #sockets = new Map<4 | 6, Socket>();
  readonly #pending = new Map<number, Pending>();
  #ignoredPackets = 0;
  #isClosed = false;

  /** Packets that were no answer to anything: late, doubled, spoofed, cut off. */
  get ignoredPackets(): number {
    return this.#ignoredPackets;
  }

  /** Sends once. The returned function gives up without calling `done`. */
  start(transaction: Transaction): () => void {
    let transactionId = randomInt(0x1_0000_0000);
    while (this.#pending.has(transactionId)) transactionId = randomInt(0x1_0000_0000);
    const finish = (reply: UdpTrackerReply | undefined, error: Error | undefined): void => {
      if (this.#take(transactionId)) transaction.done(reply, error);
    };
    const timer = setTimeout(() => finish(undefined, undefined), transaction.timeoutMs);
    this.#pending.set(transactionId, { transaction, timer });
    this.#send(transaction, transactionId, (error) => finish(undefined, error));
    return () => {
      this.#take(transactionId);
    };
  }

  close(): void {
    this.#isClosed = true;
    for (const { timer } of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }

  #send(transaction: Transaction, transactionId: number, fail: (error: Error) => void): void {
    if (this.#isClosed) return;
    const { address, port, family } = transaction.target;
    const packet = transaction.encode(transactionId);
    // Errors must not arrive inside `start`, whose caller has no cancel function yet.
    this.#socket(family).send(packet, port, address, (error) => {
      if (error !== null) setImmediate(fail, error);
    });
  }

  #socket(family: 4 | 6): Socket {
    const existing = this.#sockets.get(family);
    if (existing !== undefined) return existing;
    const socket = createSocket(family === 4 ? { type: 'udp4' } : { type: 'udp6', ipv6Only: true });
    socket.on('message', (packet, from) => this.#onPacket(packet, from));
    socket.on('error', () => this.#drop(family, socket));
    // Timers of what is under way keep the process alive; an idle socket does not.
    socket.unref();
    this.#sockets.set(family, socket);
    return socket;
  }

  /** A broken socket is replaced by the next send; what waits on it runs into its time-out. */
  #drop(family: 4 | 6, socket: Socket): void {
    if (this.#sockets.get(family) !== socket) return;
    this.#sockets.delete(family);
    socket.close();
  }

  #onPacket(packet: Uint8Array, from: RemoteInfo): void {
    const reply = decodeUdpTrackerReply(packet);
    const waiting = reply === undefined ? undefined : this.#pending.get(reply.transactionId);
    if (reply === undefined || waiting === undefined || !isAnswer(waiting, reply, from)) {
      this.#ignoredPackets++;
      return;
    }
    this.#take(reply.transactionId);
    waiting.transaction.done(reply, undefined);
  }

  #take(transactionId: number): boolean {
    const waiting = this.#pending.get(transactionId);
    if (waiting === undefined) return false;
    clearTimeout(waiting.timer);
    return this.#pending.delete(transactionId);
  }
}

function isAnswer(waiting: Pending, reply: UdpTrackerReply, from: RemoteInfo): boolean {
  const { target, expects } = waiting.transaction;
  if (reply.action !== expects && reply.action !== 'error') return false;
  return from.port === target.port && bareHost(from.address) === bareHost(target.address);
}

/** Without the zone that link-local addresses carry. */
function bareHost(address: string): string {
  return canonicalHost(address.split('%', 1)[0]!);
}

/** The error of an `error` packet, in the tracker's words. */
export function saidByTracker(message: string): TrackerError {
  const shown = displayText(message, 500);
  return new TrackerError('TRACKER_SAID_NO', shown === '' ? 'refused without a reason' : shown);
}

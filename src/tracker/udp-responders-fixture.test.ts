/** Both ways to answer a datagram behind one face, with clients that know how to ask. */
import { readUint64 } from '../base/bytes.ts';
import { SeededRandom } from '../base/random.ts';
import { decodeUdpTrackerReply } from '../protocol/udp-tracker-reply.ts';
import {
  encodeUdpAnnounceRequest,
  encodeUdpConnectRequest,
  type UdpAnnounceRequest,
} from '../protocol/udp-tracker-request.ts';
import type { AnnouncePolicy } from './announce.ts';
import { ConnectionIds } from './connection-id.ts';
import { noHooks, type TrackerHooks } from './hooks.ts';
import { MemorySwarmStore } from './memory-swarm-store.ts';
import { TrackerLogic } from './tracker-logic.ts';
import { UdpLateResponder } from './udp-late-responder.ts';
import { type AddressLimit, maxUdpReplyBytes, UdpResponder } from './udp-responder.ts';

export interface RigOptions {
  readonly hooks?: TrackerHooks;
  readonly limit?: AddressLimit;
  readonly policy?: Partial<AnnouncePolicy>;
}

export interface Rig {
  readonly logic: TrackerLogic;
  /** Undefined is silence. */
  ask(packet: Uint8Array, source?: Uint8Array, port?: number, second?: number): Reply;
}

export type Reply = Uint8Array | undefined;

export const client4 = Uint8Array.of(8, 8, 4, 4);
export const client6 = Uint8Array.from({ length: 16 }, (_, i) => (i === 0 ? 0x2a : i));
export const startSecond = 1_790_000_000;

const plainPolicy = {
  intervalMs: 1_800_000,
  intervalJitter: 0,
  minIntervalMs: 60_000,
  defaultNumWant: 50,
  maxNumWant: 200,
};

function makeLogic(options: RigOptions): TrackerLogic {
  const random = new SeededRandom(3);
  const store = new MemorySwarmStore({ random: random.fork(), peerTimeoutMs: 3_600_000 });
  const policy = { ...plainPolicy, ...options.policy };
  return new TrackerLogic({ store, hooks: options.hooks ?? noHooks, policy, random }, () => 5000);
}

/** Around the packets lie bytes that must stay as they are. */
const margin = 7;
const marked = 0xa5;

function nowRig(options: RigOptions): Rig {
  const logic = makeLogic(options);
  const { limit } = options;
  const connectionIds = new ConnectionIds(new Uint8Array(32));
  const responder = new UdpResponder({ logic, connectionIds, limit });
  const output = new Uint8Array(maxUdpReplyBytes + 2 * margin);
  return {
    logic,
    ask: (packet, source = client4, port = 6881, second = startSecond) => {
      const input = new Uint8Array(packet.length + 2 * margin).fill(marked);
      input.set(packet, margin);
      output.fill(marked);
      responder.setTime(5000, second);
      const length = responder.respond(input, margin, packet.length, source, port, output, margin);
      const outside = [output.subarray(0, margin), output.subarray(margin + maxUdpReplyBytes)];
      if (outside.some((bytes) => bytes.some((byte) => byte !== marked))) {
        throw new Error('the reply left its room');
      }
      return length === 0 ? undefined : output.slice(margin, margin + length);
    },
  };
}

function laterRig(options: RigOptions): Rig {
  const logic = makeLogic(options);
  const connectionIds = new ConnectionIds(new Uint8Array(32));
  const responder = new UdpLateResponder({ logic, connectionIds, limit: options.limit });
  return {
    logic,
    ask: (packet, source = client4, port = 6881, second = startSecond) => {
      let sent: Reply;
      responder.respond(packet, source, port, 5000, second, (reply) => {
        if (sent !== undefined) throw new Error('answered twice');
        sent = reply;
      });
      return sent;
    },
  };
}

export const rigs = { 'answers at once': nowRig, 'answers later': laterRig } as const;

export function connect(rig: Rig, source = client4, second = startSecond): bigint {
  const reply = rig.ask(encodeUdpConnectRequest(77), source, 6881, second);
  if (reply?.length !== 16) throw new Error('no reply to a connect');
  return readUint64(reply, 8);
}

export function announcePacket(
  connectionId: bigint,
  more: Partial<Omit<UdpAnnounceRequest, 'action'>> = {},
): Uint8Array {
  return encodeUdpAnnounceRequest({
    connectionId,
    transactionId: 5,
    infoHash: new Uint8Array(20).fill(3),
    peerId: new Uint8Array(20).fill(4),
    downloadedBytes: 0,
    leftBytes: 1,
    uploadedBytes: 0,
    event: 'started',
    ipv4: 0,
    key: 0,
    numWant: -1,
    port: 6881,
    ...more,
  });
}

export function decoded(reply: Reply): ReturnType<typeof decodeUdpTrackerReply> {
  return reply === undefined ? undefined : decodeUdpTrackerReply(reply);
}

/** One text for each, sorted: the order of peers is drawn. */
export function peersOf(packed: Uint8Array, recordBytes: number): string[] {
  const count = packed.length / recordBytes;
  return Array.from({ length: count }, (_, i) =>
    packed.subarray(i * recordBytes, (i + 1) * recordBytes).join('.'),
  ).sort();
}

/** Both ways to answer UDP clients against any bytes at all, and against each other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SeededRandom } from '../base/random.ts';
import {
  encodeUdpConnectRequest,
  encodeUdpScrapeRequest,
} from '../protocol/udp-tracker-request.ts';
import {
  announcePacket,
  client4,
  client6,
  connect,
  decoded,
  peersOf,
  type Reply,
  type Rig,
  rigs,
} from './udp-responders-fixture.test.ts';

const sources = fc.constantFrom(client4, client6);
const anyBytes = fc.uint8Array({ maxLength: 200 });
const changes = fc.array(fc.tuple(fc.nat(150), fc.nat(255)), { maxLength: 4 });

function changed(packet: Uint8Array, where: readonly (readonly [number, number])[]): Uint8Array {
  const copy = packet.slice();
  for (const [at, byte] of where) copy[at % copy.length] = byte;
  return copy;
}

/** Valid ones under the id, to be changed. */
function samples(connectionId: bigint): Uint8Array[] {
  const infoHashes = [1, 2, 3].map((byte) => new Uint8Array(20).fill(byte));
  return [
    encodeUdpConnectRequest(7),
    announcePacket(connectionId),
    announcePacket(connectionId, { urlData: new Uint8Array(300).fill(0x61) }),
    encodeUdpScrapeRequest({ connectionId, transactionId: 1, infoHashes }),
  ];
}

test('before an id proved the address, no reply is larger than its request', () => {
  for (const makeRig of Object.values(rigs)) {
    const rig = makeRig({});
    const guess = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
    fc.assert(
      fc.property(guess, fc.nat(3), changes, sources, (id, which, where, source) => {
        // An id proves nothing from an address that was never told one.
        const packet = changed(samples(id)[which]!, where);
        const reply = rig.ask(packet, source);
        assert.ok(reply === undefined || reply.length <= packet.length);
        assert.ok(reply === undefined || decoded(reply)?.action === 'connect');
      }),
    );
    fc.assert(
      fc.property(anyBytes, sources, (packet, source) => {
        assert.ok((rig.ask(packet, source)?.length ?? 0) <= packet.length);
      }),
    );
  }
});

test('both answer any bytes under a good id alike, with replies that a client can read', () => {
  const now = rigs['answers at once']({});
  const later = rigs['answers later']({});
  fc.assert(
    fc.property(fc.nat(3), changes, sources, anyBytes, (which, where, source, tail) => {
      const ask = (rig: Rig): Reply => {
        const packet = changed(samples(connect(rig, source))[which]!, where);
        const longer = new Uint8Array(packet.length + tail.length);
        longer.set(packet);
        longer.set(tail, packet.length);
        return rig.ask(longer, source);
      };
      const size = source.length + 2;
      assert.deepEqual(readable(ask(now), size), readable(ask(later), size));
    }),
    { numRuns: 1000 },
  );
  assert.deepEqual(now.logic.counts().udp, later.logic.counts().udp);
});

/** What a client makes of a reply; which peers were drawn depends on chance, so only how many counts. */
function readable(reply: Reply, recordBytes: number): unknown {
  if (reply === undefined) return 'silence';
  const read = decoded(reply);
  assert.ok(read !== undefined);
  if (read.action !== 'announce') return read;
  assert.equal(read.peers.length % recordBytes, 0);
  return { ...read, peers: peersOf(read.peers, recordBytes).length };
}

test('a hundred thousand packets of garbage leave the tracker standing', () => {
  const rig = rigs['answers at once']({});
  const random = new SeededRandom(11);
  const id = connect(rig);
  const valid = samples(id);
  for (let i = 0; i < 100_000; i++) {
    const sample = valid[i & 3]!;
    const packet = i % 5 === 0 ? new Uint8Array(random.below(120)) : sample.slice();
    const from = i % 5 === 0 || i % 7 === 0 ? 0 : 16;
    for (let n = random.below(12); n >= 0 && packet.length > from; n--) {
      packet[from + random.below(packet.length - from)] = random.below(256);
    }
    rig.ask(packet, i % 3 === 0 ? client6 : client4);
  }
  assert.equal(decoded(rig.ask(announcePacket(id)))?.action, 'announce');
});

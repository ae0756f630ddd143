/** What both ways to answer UDP clients have in common: who is answered, with what, and who is not. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encodeLatin1 } from '../base/text.ts';
import {
  encodeUdpConnectRequest,
  encodeUdpScrapeRequest,
} from '../protocol/udp-tracker-request.ts';
import type { AnnounceRequest } from './announce.ts';
import {
  announcePacket,
  client4,
  client6,
  connect,
  decoded,
  peersOf,
  rigs,
  startSecond,
} from './udp-responders-fixture.test.ts';

for (const [name, makeRig] of Object.entries(rigs)) {
  describe(`a responder that ${name}`, () => {
    test('a connection id opens announces from its address for two minutes', () => {
      const rig = makeRig({});
      const id = connect(rig);
      const packet = announcePacket(id);
      const reply = decoded(rig.ask(packet, client4, 1234, startSecond + 120));
      assert.ok(reply?.action === 'announce' && reply.transactionId === 5);
      assert.deepEqual([reply.intervalSeconds, reply.seeders, reply.leechers], [1800, 0, 1]);
      assert.equal(rig.ask(packet, client4, 1234, startSecond + 121), undefined);
      assert.equal(rig.ask(packet, Uint8Array.of(8, 8, 4, 5)), undefined);
      assert.equal(rig.ask(packet, client6), undefined);
      assert.equal(rig.ask(announcePacket(id ^ 1n)), undefined);
      assert.equal(rig.ask(announcePacket(0x417_2710_1980n)), undefined);
      assert.equal(rig.logic.counts().udp.invalid, 5);
      assert.equal(rig.logic.totals().leechers, 1);
    });

    test('peers come in the family of the asker, never the asker itself', () => {
      const rig = makeRig({});
      for (const [source, recordBytes] of [
        [client4, 6],
        [client6, 18],
      ] as const) {
        const id = connect(rig, source);
        const ask = (port: number) => decoded(rig.ask(announcePacket(id, { port }), source));
        ask(0x0102);
        ask(0x0304);
        const reply = ask(0x0506);
        assert.ok(reply?.action === 'announce');
        const expected = [[...source, 1, 2].join('.'), [...source, 3, 4].join('.')].sort();
        assert.deepEqual(peersOf(reply.peers, recordBytes), expected);
      }
    });

    test('a reply has at most as many peers as fit one datagram', () => {
      const rig = makeRig({ policy: { defaultNumWant: 200 } });
      for (const [source, most, bytesEach] of [
        [client4, 200, 6],
        [client6, 78, 18],
      ] as const) {
        const id = connect(rig, source);
        for (let port = 1; port <= 230; port++) {
          rig.ask(announcePacket(id, { port, numWant: 0 }), source);
        }
        for (const [numWant, count] of [
          [-1, most],
          [-0x8000_0000, most],
          [0x7fff_ffff, most],
          [0, 0],
          [7, 7],
        ] as const) {
          const reply = rig.ask(announcePacket(id, { port: 300, numWant }), source);
          assert.equal(reply?.length, 20 + count * bytesEach);
        }
      }
    });

    test('packets too short for what they say meet silence', () => {
      const rig = makeRig({});
      const id = connect(rig);
      const scrape = encodeUdpScrapeRequest({
        connectionId: id,
        transactionId: 1,
        infoHashes: [new Uint8Array(20)],
      });
      let cut = 0;
      for (const packet of [encodeUdpConnectRequest(1), announcePacket(id), scrape]) {
        for (let length = 0; length < packet.length; length++, cut++) {
          assert.equal(rig.ask(packet.subarray(0, length)), undefined, `${length} bytes`);
        }
        assert.ok(rig.ask(packet));
      }
      assert.equal(rig.logic.counts().udp.invalid, cut);
    });

    test('unknown actions and events, and a source port of 0, meet silence', () => {
      const rig = makeRig({});
      const id = connect(rig);
      const action = announcePacket(id);
      action[11] = 7;
      const event = announcePacket(id);
      event[83] = 4;
      for (const packet of [action, event]) assert.equal(rig.ask(packet), undefined);
      assert.equal(rig.ask(encodeUdpConnectRequest(1), client4, 0), undefined);
      assert.equal(rig.logic.counts().udp.invalid, 3);
    });

    test('port 0 is refused in words', () => {
      const rig = makeRig({});
      const reply = decoded(rig.ask(announcePacket(connect(rig), { port: 0 })));
      assert.ok(reply?.action === 'error' && reply.transactionId === 5);
      assert.match(reply.message, /port/);
      assert.equal(rig.logic.totals().leechers, 0);
    });

    test('the address field counts within a private network only', () => {
      const rig = makeRig({});
      const near = Uint8Array.of(192, 168, 1, 9);
      const nearId = connect(rig, near);
      const farId = connect(rig, client4);
      rig.ask(announcePacket(nearId, { port: 1, ipv4: 0x0a00_0005 }), near);
      rig.ask(announcePacket(nearId, { port: 2, ipv4: 0x0909_0909 }), near);
      rig.ask(announcePacket(farId, { port: 3, ipv4: 0x0a00_0005 }), client4);
      const reply = decoded(rig.ask(announcePacket(farId, { port: 4 }), client4));
      assert.ok(reply?.action === 'announce');
      assert.deepEqual(peersOf(reply.peers, 6), ['10.0.0.5.0.1', '192.168.1.9.0.2', '8.8.4.4.0.3']);
    });

    test('hooks see what was asked, with path and query, and refuse in words', () => {
      const seen: AnnounceRequest[] = [];
      const announce = (request: AnnounceRequest) => {
        seen.push({ ...request, infoHash: request.infoHash.slice() });
        return request.event === 'completed' ? { reason: 'no — '.repeat(400) } : undefined;
      };
      const rig = makeRig({ hooks: { announce: [announce], scrape: [() => false] } });
      const id = connect(rig);
      const urlData = encodeLatin1('/key0123456789/announce?a=b');
      const asked = { leftBytes: 5e12, downloadedBytes: 7, uploadedBytes: 8, port: 99 };
      assert.ok(rig.ask(announcePacket(id, { ...asked, event: 'none', urlData })));
      const refused = rig.ask(announcePacket(id, { event: 'completed' }));
      const { infoHash, peerId, address, ...rest } = seen[0]!;
      assert.deepEqual(rest, {
        ...asked,
        transport: 'udp',
        event: 'none',
        numWant: 50,
        wantsBothFamilies: false,
        wantsPeerIds: false,
        urlData: '/key0123456789/announce?a=b',
      });
      assert.deepEqual([infoHash[0], infoHash.length, peerId.length], [3, 20, 20]);
      assert.deepEqual(address, client4);
      assert.equal(seen[1]?.urlData, undefined);
      const reply = decoded(refused);
      assert.ok(reply?.action === 'error' && reply.message.startsWith('no — no — '));
      assert.ok(refused!.length <= 8 + 512 && !reply.message.includes('\ufffd'));
      const scrape = {
        connectionId: id,
        transactionId: 1,
        infoHashes: [new Uint8Array(20).fill(3)],
      };
      const counts = decoded(rig.ask(encodeUdpScrapeRequest(scrape)));
      assert.ok(counts?.action === 'scrape' && counts.swarms[0]?.leechers === 0);
      assert.equal(rig.logic.counts().udp.refused, 1);
    });

    test('a scrape answers in the order asked, at most 74', () => {
      const rig = makeRig({});
      const connectionId = connect(rig);
      rig.ask(announcePacket(connectionId));
      rig.ask(announcePacket(connectionId, { port: 2, leftBytes: 0, event: 'completed' }));
      for (const count of [1, 2, 74, 80]) {
        const infoHashes = Array.from({ length: count }, (_, i) =>
          new Uint8Array(20).fill(i === count - 1 || i === 73 ? 3 : 200),
        );
        const packet = encodeUdpScrapeRequest({ connectionId, transactionId: 9, infoHashes });
        const reply = decoded(rig.ask(packet));
        assert.ok(reply?.action === 'scrape' && reply.transactionId === 9);
        assert.equal(reply.swarms.length, Math.min(count, 74));
        assert.deepEqual(reply.swarms.at(-1), { seeders: 1, leechers: 1, downloads: 1 });
        if (count > 1) assert.equal(reply.swarms[0]!.leechers, 0);
      }
    });

    test('a network over its limit meets silence, whatever it sends', () => {
      let left = 2;
      const rig = makeRig({ limit: { take: (address) => address[0] !== 8 || left-- > 0 } });
      const id = connect(rig);
      assert.ok(rig.ask(announcePacket(id)));
      assert.equal(rig.ask(announcePacket(id)), undefined);
      assert.equal(rig.ask(new Uint8Array(3)), undefined);
      assert.ok(connect(rig, client6));
      const { limited, invalid } = rig.logic.counts().udp;
      assert.deepEqual([limited, invalid], [2, 0]);
    });
  });
}

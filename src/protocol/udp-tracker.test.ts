/** The UDP tracker codecs of both sides against BEP 15 and BEP 41, and against any bytes at all. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { fromHex, toHex } from '../base/hex.ts';
import { encodeLatin1 } from '../base/text.ts';
import { trackerEvents } from './tracker-event.ts';
import { decodeUrlDataOption, encodeUrlDataOption } from './udp-tracker-options.ts';
import {
  decodeUdpTrackerReply,
  encodeUdpAnnounceReply,
  encodeUdpConnectReply,
  encodeUdpErrorReply,
  encodeUdpScrapeReply,
} from './udp-tracker-reply.ts';
import {
  decodeUdpTrackerRequest,
  encodeUdpAnnounceRequest,
  encodeUdpConnectRequest,
  encodeUdpScrapeRequest,
} from './udp-tracker-request.ts';

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const connectionId = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
const twenty = fc.uint8Array({ minLength: 20, maxLength: 20 });
const byteCount = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

const announce = fc.record({
  connectionId,
  transactionId: uint32,
  infoHash: twenty,
  peerId: twenty,
  downloadedBytes: byteCount,
  leftBytes: byteCount,
  uploadedBytes: byteCount,
  event: fc.constantFrom(...trackerEvents),
  ipv4: uint32,
  key: uint32,
  numWant: fc.integer({ min: -1, max: 0x7fff_ffff }),
  port: fc.integer({ min: 0, max: 65_535 }),
  urlData: fc.uint8Array({ maxLength: 700 }),
});

const swarm = fc.record(
  { seeders: uint32, downloads: uint32, leechers: uint32 },
  { noNullPrototype: true },
);

describe('requests', () => {
  test('connect has the layout of BEP 15', () => {
    const packet = encodeUdpConnectRequest(0x01020304);
    assert.equal(toHex(packet), '00000417271019800000000001020304');
    assert.deepEqual(decodeUdpTrackerRequest(packet), {
      action: 'connect',
      transactionId: 0x01020304,
    });
  });

  test('connect under any other constant is no request', () => {
    const packet = encodeUdpConnectRequest(1);
    packet[7]! ^= 1;
    assert.equal(decodeUdpTrackerRequest(packet), undefined);
  });

  test('announce has the layout of BEP 15', () => {
    const packet = encodeUdpAnnounceRequest({
      connectionId: 0x1122_3344_5566_7788n,
      transactionId: 5,
      infoHash: new Uint8Array(20).fill(0xaa),
      peerId: new Uint8Array(20).fill(0xbb),
      downloadedBytes: 1,
      leftBytes: 2,
      uploadedBytes: 3,
      event: 'stopped',
      ipv4: 0,
      key: 6,
      numWant: -1,
      port: 6881,
    });
    const expected = [
      '1122334455667788',
      '00000001',
      '00000005',
      'aa'.repeat(20),
      'bb'.repeat(20),
      '0000000000000001',
      '0000000000000002',
      '0000000000000003',
      '00000003',
      '00000000',
      '00000006',
      'ffffffff',
      '1ae1',
    ];
    assert.equal(toHex(packet), expected.join(''));
  });

  test('announce survives the round trip', () => {
    fc.assert(
      fc.property(announce, (request) => {
        const decoded = decodeUdpTrackerRequest(encodeUdpAnnounceRequest(request));
        assert.deepEqual(decoded, { action: 'announce', ...request });
      }),
    );
  });

  test('scrape survives the round trip, up to 74 info-hashes', () => {
    const hashes = fc.array(twenty, { minLength: 1, maxLength: 100, size: 'max' });
    fc.assert(
      fc.property(connectionId, uint32, hashes, (id, transactionId, infoHashes) => {
        const scrape = { connectionId: id, transactionId, infoHashes };
        const decoded = decodeUdpTrackerRequest(encodeUdpScrapeRequest(scrape));
        assert.deepEqual(decoded, {
          action: 'scrape',
          ...scrape,
          infoHashes: infoHashes.slice(0, 74),
        });
      }),
    );
  });

  test('byte counts that no client should send still make a packet', () => {
    fc.assert(
      fc.property(announce, fc.double(), (request, strange) => {
        const packet = encodeUdpAnnounceRequest({ ...request, leftBytes: strange });
        assert.equal(decodeUdpTrackerRequest(packet)?.action, 'announce');
      }),
    );
  });

  test('every shorter packet and unknown event is refused', () => {
    const [request] = fc.sample(announce, { numRuns: 1, seed: 1 });
    const packet = encodeUdpAnnounceRequest(request!);
    for (let length = 0; length < 98; length++) {
      assert.equal(decodeUdpTrackerRequest(packet.subarray(0, length)), undefined);
    }
    packet[83] = 4;
    assert.equal(decodeUdpTrackerRequest(packet), undefined);
  });

  test('any bytes, and any change to a good packet, decode or are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        decodeUdpTrackerRequest(bytes);
      }),
    );
    fc.assert(
      fc.property(announce, fc.nat(), fc.nat(255), (request, at, value) => {
        const packet = encodeUdpAnnounceRequest(request);
        packet[at % packet.length] = value;
        decodeUdpTrackerRequest(packet.subarray(0, packet.length - (at % 3)));
      }),
    );
  });
});

describe('options', () => {
  const path = '/dir?a=b&c=d';
  const encoded = `020c${toHex(encodeLatin1(path))}`;

  // The three examples of BEP 41.
  for (const [hex, text] of [
    [encoded, path],
    [`${encoded}010100`, path],
    ['0200', ''],
  ] as const) {
    test(`${hex} is ${JSON.stringify(text)}`, () => {
      assert.deepEqual(decodeUrlDataOption(fromHex(hex)!, 0), encodeLatin1(text));
    });
  }

  test('what follows the end, unknown options and cut-off ones do not disturb', () => {
    const cases: [string, string | undefined][] = [
      [`00${encoded}`, undefined],
      [`7703aabbcc${encoded}`, path],
      [`${encoded}02ff41`, path],
      [`${encoded}02`, path],
      ['', undefined],
    ];
    for (const [hex, text] of cases) {
      const expected = text === undefined ? undefined : encodeLatin1(text);
      assert.deepEqual(decodeUrlDataOption(fromHex(hex)!, 0), expected, hex);
    }
  });

  test('long data is split and joined', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1200, size: 'max' }), (data) => {
        assert.deepEqual(decodeUrlDataOption(encodeUrlDataOption(data), 0), data);
      }),
    );
  });
});

describe('replies', () => {
  test('all kinds survive the round trip', () => {
    fc.assert(
      fc.property(
        uint32,
        connectionId,
        fc.array(swarm, { maxLength: 74 }),
        fc.uint8Array({ maxLength: 600 }),
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        (transactionId, id, swarms, peers, message) => {
          const fields = { transactionId, intervalSeconds: 1800, leechers: 4, seeders: 5, peers };
          const pairs = [
            [encodeUdpConnectReply(transactionId, id), { action: 'connect', connectionId: id }],
            [encodeUdpAnnounceReply(fields), { action: 'announce', ...fields }],
            [encodeUdpScrapeReply({ transactionId, swarms }), { action: 'scrape', swarms }],
            [encodeUdpErrorReply(transactionId, message), { action: 'error', message }],
          ] as const;
          for (const [packet, expected] of pairs) {
            assert.deepEqual(decodeUdpTrackerReply(packet), { ...expected, transactionId });
          }
        },
      ),
    );
  });

  test('short packets and unknown actions are refused', () => {
    for (const hex of ['', '00000000000001', '000000000000000100', '0000000900000001']) {
      assert.equal(decodeUdpTrackerReply(fromHex(hex)!), undefined, hex);
    }
    const short = encodeUdpAnnounceReply({
      transactionId: 1,
      intervalSeconds: 1,
      leechers: 1,
      seeders: 1,
      peers: new Uint8Array(0),
    });
    for (let length = 0; length < 20; length++) {
      assert.equal(decodeUdpTrackerReply(short.subarray(0, length)), undefined);
    }
  });

  test('any bytes decode or are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        decodeUdpTrackerReply(bytes);
      }),
    );
  });
});

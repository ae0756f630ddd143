/** The HTTP tracker codecs of both sides (BEP 3, 7, 23, 24, 31, 48), and against any text at all. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { concatBytes } from '../base/bytes.ts';
import { DecodeError } from '../base/decode-error.ts';
import { fromHex } from '../base/hex.ts';
import { encodeLatin1, encodeUtf8 } from '../base/text.ts';
import {
  encodeHttpAnnounceReply,
  encodeHttpFailure,
  encodeHttpScrapeReply,
} from './http-tracker-reply.ts';
import { decodeHttpAnnounceReply, decodeHttpScrapeReply } from './http-tracker-reply-reader.ts';
import { HttpAnnounceQuery } from './http-tracker-request.ts';
import { buildAnnounceUrl, hasPresetInfoHash, scrapeUrlOf } from './http-tracker-url.ts';
import { percentDecode, percentEncode } from './percent-encoding.ts';

const twenty = fc.uint8Array({ minLength: 20, maxLength: 20 });
const noPeers = { addresses: new Uint8Array(0), peerIds: new Uint8Array(0) };

/** The readers throw DecodeError and nothing else. */
function readOrRefuse(bytes: Uint8Array): void {
  for (const read of [decodeHttpAnnounceReply, (b: Uint8Array) => decodeHttpScrapeReply(b, [])]) {
    try {
      read(bytes);
    } catch (error) {
      assert.ok(error instanceof DecodeError, String(error));
    }
  }
}

describe('percent-encoding', () => {
  test('all bytes survive, and only unreserved ones stay as they are', () => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const text = percentEncode(all);
    assert.match(text, /^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*$/);
    assert.deepEqual(percentDecode(text), all);
    const lower = text.replace(/%../g, (escaped) => escaped.toLowerCase());
    assert.deepEqual(percentDecode(lower), all);
  });

  test('either case and raw bytes are read, a plus is a plus', () => {
    assert.deepEqual(percentDecode('%fF+\xe4'), Uint8Array.of(255, 0x2b, 0xe4));
  });

  test('broken escapes and wide characters are refused', () => {
    for (const text of ['%', '%4', '%4g', '%%41', 'a%', '\u0100', '%-1', '% 1']) {
      assert.equal(percentDecode(text), undefined, text);
    }
  });
});

/** As the tracker reads the query of `url`. */
function readQuery(url: string): HttpAnnounceQuery {
  const query = new HttpAnnounceQuery();
  assert.equal(query.read(encodeLatin1(url), url.indexOf('?') + 1), undefined);
  return query;
}

describe('URLs', () => {
  const parameters = {
    infoHash: fromHex('00ff7e20'.repeat(5))!,
    peerId: encodeLatin1('-SH0100-abcdefghijkl'),
    port: 6881,
    uploadedBytes: 1,
    downloadedBytes: 2,
    leftBytes: 3,
    event: 'started',
    numWant: 50,
    key: 0xabc,
  } as const;

  test('what the client builds is what the tracker reads', () => {
    const url = buildAnnounceUrl('http://t.example/announce', parameters);
    const { infoHash, peerId, ...read } = readQuery(url);
    assert.deepEqual([infoHash, peerId], [parameters.infoHash, parameters.peerId]);
    assert.deepEqual(read, {
      port: 6881,
      uploadedBytes: 1,
      downloadedBytes: 2,
      leftBytes: 3,
      event: 'started',
      numWant: 50,
      isCompact: true,
      omitsPeerIds: true,
      claimedAddresses: [],
    });
  });

  test('any info-hash and peer id arrive unchanged', () => {
    fc.assert(
      fc.property(twenty, twenty, (infoHash, peerId) => {
        const url = buildAnnounceUrl('http://t/announce?k=1', { ...parameters, infoHash, peerId });
        const read = readQuery(url);
        assert.deepEqual([read.infoHash, read.peerId], [infoHash, peerId]);
      }),
    );
  });

  test('the query of the announce URL stays in front', () => {
    const starts: [string, string][] = [
      ['http://t/a/announce?passkey=x', 'http://t/a/announce?passkey=x&info_hash='],
      ['http://t/announce?', 'http://t/announce?info_hash='],
      ['http://t/announce?a&', 'http://t/announce?a&info_hash='],
      ['http://t/announce#frag', 'http://t/announce?info_hash='],
    ];
    for (const [from, start] of starts) {
      assert.ok(buildAnnounceUrl(from, parameters).startsWith(start), from);
    }
  });

  // The examples of the original scrape convention, which BEP 48 wrote down.
  for (const [announceUrl, scrapeUrl] of [
    ['http://example.com/announce', 'http://example.com/scrape'],
    ['http://example.com/x/announce', 'http://example.com/x/scrape'],
    ['http://example.com/announce.php', 'http://example.com/scrape.php'],
    ['http://example.com/a', undefined],
    ['http://example.com/announce?x2%0644', 'http://example.com/scrape?x2%0644'],
    ['http://example.com/announce?x=2/4', 'http://example.com/scrape?x=2/4'],
    ['http://example.com/x%064announce', undefined],
    ['http://announce', undefined],
    ['http://announce.example/', undefined],
    ['http://announce.example/announce', 'http://announce.example/scrape'],
  ] as const) {
    test(`scrape of ${announceUrl} is ${scrapeUrl}`, () => {
      assert.equal(scrapeUrlOf(announceUrl), scrapeUrl);
    });
  }

  test('an info-hash in the announce URL is noticed', () => {
    assert.ok(hasPresetInfoHash('http://t/announce?x=1&info_hash=abc'));
    assert.ok(!hasPresetInfoHash('http://t/announce?x=info_hash'));
  });
});

describe('replies', () => {
  const fields = {
    seeders: 3,
    leechers: 4,
    downloads: 5,
    intervalSeconds: 1800,
    minIntervalSeconds: 60,
    ipv4: {
      addresses: fromHex('010203041ae1050607080050')!,
      peerIds: new Uint8Array(40).fill(65),
    },
    ipv6: {
      addresses: fromHex('20010db8000000000000000000000001ffff')!,
      peerIds: new Uint8Array(20).fill(66),
    },
    externalIp: Uint8Array.of(9, 9, 9, 9),
  };
  const peers = [
    { host: '1.2.3.4', port: 6881 },
    { host: '5.6.7.8', port: 80 },
    { host: '2001:db8::1', port: 65_535 },
  ];

  for (const isCompact of [true, false]) {
    test(`what the tracker writes is what the client reads, compact: ${isCompact}`, () => {
      const bytes = encodeHttpAnnounceReply(fields, isCompact);
      assert.deepEqual(decodeHttpAnnounceReply(bytes), {
        intervalSeconds: 1800,
        minIntervalSeconds: 60,
        seeders: 3,
        leechers: 4,
        downloads: 5,
        externalIp: '9.9.9.9',
        peers,
      });
    });
  }

  test('compact answers always have peers, and peers6 when there are some', () => {
    const bytes = encodeHttpAnnounceReply({ ...fields, ipv4: noPeers, ipv6: noPeers }, true);
    const text = String.fromCharCode(...bytes);
    assert.ok(text.includes('5:peers0:') && !text.includes('peers6'));
  });

  test('failures carry the reason and when to come back', () => {
    for (const [minutes, read] of [
      [undefined, {}],
      [0.2, { retryMinutes: 1 }],
      [5, { retryMinutes: 5 }],
      ['never', { retryMinutes: 'never' }],
    ] as const) {
      const bytes = encodeHttpFailure('Overloaded', minutes);
      assert.deepEqual(decodeHttpAnnounceReply(bytes), { failureReason: 'Overloaded', ...read });
    }
  });

  test('the string form of retry in is read as well', () => {
    const reply = encodeLatin1('d14:failure reason4:busy8:retry in2:15e');
    assert.deepEqual(decodeHttpAnnounceReply(reply), { failureReason: 'busy', retryMinutes: 15 });
  });

  test('the words of a tracker are fit to show', () => {
    const words = 'no\u202Eevil\u001b[31m\r\nsecond line\u200b';
    const shown = 'no evil [31m second line';
    const text = encodeUtf8(words);
    const failure = concatBytes([
      encodeLatin1(`d14:failure reason${text.length}:`),
      text,
      encodeLatin1('e'),
    ]);
    assert.deepEqual(decodeHttpAnnounceReply(failure), { failureReason: shown });
    const warning = concatBytes([
      encodeLatin1(`d15:warning message${text.length}:`),
      text,
      encodeLatin1('e'),
    ]);
    assert.deepEqual(decodeHttpAnnounceReply(warning), { warning: shown, peers: [] });
  });

  test('sloppy answers are read', () => {
    const cases: [string, object][] = [
      ['d8:interval4:1800e', { intervalSeconds: 1800, peers: [] }],
      ['d8:intervali-5e5:peers0:e', { peers: [] }],
      ['d8:intervali99999999ee\r\n', { intervalSeconds: 604_800, peers: [] }],
      [
        'd5:peersld2:ip7:1.2.3.44:porti5eed2:ip9:localhost4:porti5eed4:porti5ee3:abcee',
        { peers: [{ host: '1.2.3.4', port: 5 }] },
      ],
      ['d5:peers7:\x01\x02\x03\x04\x00\x05zee', { peers: [{ host: '1.2.3.4', port: 5 }] }],
      ['d5:peersli1ei2ee6:peers6i3ee', { peers: [] }],
      [
        'd10:tracker id2:ab15:warning message3:a\x07be',
        { trackerId: 'ab', warning: 'a b', peers: [] },
      ],
    ];
    for (const [text, expected] of cases) {
      assert.deepEqual(decodeHttpAnnounceReply(encodeLatin1(text)), expected, text);
    }
  });

  test('a peer that is listed twice appears once', () => {
    const reply = encodeLatin1(`d5:peers12:${'\x01\x02\x03\x04\x00\x05'.repeat(2)}e`);
    const read = decodeHttpAnnounceReply(reply);
    assert.ok('peers' in read && read.peers.length === 1);
  });

  test('peers and texts of an answer are bounded', () => {
    const many = new Uint8Array(60_000).map((_, index) => (index * 31 + (index >> 8)) & 255);
    const header = encodeLatin1('d5:peers60000:');
    const reply = Uint8Array.of(...header, ...many, 0x65);
    const read = decodeHttpAnnounceReply(reply);
    assert.ok('peers' in read && read.peers.length <= 2000 && read.peers.length > 100);
    const long = encodeHttpFailure('x'.repeat(100_000));
    const failure = decodeHttpAnnounceReply(long);
    assert.ok('failureReason' in failure && failure.failureReason.length === 500);
  });

  test('what is no dictionary is refused', () => {
    for (const text of ['', 'i5e', 'le', '<html>', 'd', 'd8:intervali5e']) {
      assert.throws(() => decodeHttpAnnounceReply(encodeLatin1(text)), DecodeError, text);
    }
    const deep = encodeLatin1(`d1:a${'l'.repeat(100_000)}`);
    assert.throws(() => decodeHttpAnnounceReply(deep), { code: 'BENCODE_DEPTH' });
  });

  test('scrape answers keep the order asked', () => {
    const hashes = [1, 2, 3].map((byte) => new Uint8Array(20).fill(byte * 60));
    const counts = [1, 2].map((n) => ({ seeders: n, leechers: n + 1, downloads: n + 2 }));
    const bytes = encodeHttpScrapeReply(hashes, counts);
    assert.deepEqual(decodeHttpScrapeReply(bytes, [hashes[1]!, hashes[2]!, hashes[0]!]), [
      counts[1],
      undefined,
      counts[0],
    ]);
    // The example of BEP 48.
    const example = encodeUtf8(
      `d5:filesd20:${'x'.repeat(20)}d8:completei11e10:downloadedi13772e10:incompletei19eeee`,
    );
    assert.deepEqual(decodeHttpScrapeReply(example, [encodeLatin1('x'.repeat(20))]), [
      { seeders: 11, leechers: 19, downloads: 13_772 },
    ]);
    // As the npm package bittorrent-tracker writes a hash: each of its bytes as a character of UTF-8.
    const raw = new Uint8Array(20).fill(0xa6);
    const twice = encodeUtf8(`d5:filesd40:${'\xa6'.repeat(20)}d8:completei1e10:incompletei2eeee`);
    assert.deepEqual(decodeHttpScrapeReply(twice, [raw]), [
      { seeders: 1, leechers: 2, downloads: 0 },
    ]);
    assert.deepEqual(decodeHttpScrapeReply(encodeHttpFailure('no'), []), { failureReason: 'no' });
  });

  test('any bytes, and any change to a good answer, are read or refused', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), readOrRefuse));
    const reply = encodeHttpAnnounceReply(fields, false);
    fc.assert(
      fc.property(fc.nat(reply.length - 1), fc.nat(255), fc.nat(5), (at, value, cut) => {
        const changed = reply.slice(0, reply.length - cut);
        if (at < changed.length) changed[at] = value;
        readOrRefuse(changed);
      }),
      { numRuns: 500 },
    );
  });
});

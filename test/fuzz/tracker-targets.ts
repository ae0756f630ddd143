/** What trackers and their clients send each other, over HTTP and UDP. */
import assert from 'node:assert/strict';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { DecodeError } from '../../src/base/decode-error.ts';
import { decodeLatin1, encodeLatin1 } from '../../src/base/text.ts';
import { inflateBody } from '../../src/node/inflate-body.ts';
import { TrackerError } from '../../src/node/tracker-error.ts';
import { decodeCompactPeersV4 } from '../../src/protocol/compact-peers.ts';
import {
  encodeHttpAnnounceReply,
  encodeHttpFailure,
  encodeHttpScrapeReply,
} from '../../src/protocol/http-tracker-reply.ts';
import {
  decodeHttpAnnounceReply,
  decodeHttpScrapeReply,
  isHttpTrackerFailure,
} from '../../src/protocol/http-tracker-reply-reader.ts';
import {
  HttpAnnounceQuery,
  isProblem,
  parseHttpScrape,
} from '../../src/protocol/http-tracker-request.ts';
import { HttpTrackerTarget } from '../../src/protocol/http-tracker-target.ts';
import {
  buildAnnounceUrl,
  hasPresetInfoHash,
  scrapeUrlOf,
} from '../../src/protocol/http-tracker-url.ts';
import {
  decodeUdpTrackerReply,
  encodeUdpAnnounceReply,
  encodeUdpConnectReply,
  encodeUdpErrorReply,
  encodeUdpScrapeReply,
} from '../../src/protocol/udp-tracker-reply.ts';
import {
  decodeUdpTrackerRequest,
  encodeUdpAnnounceRequest,
  encodeUdpConnectRequest,
  encodeUdpScrapeRequest,
} from '../../src/protocol/udp-tracker-request.ts';
import type { FuzzTarget } from './campaign.ts';

const infoHash = new Uint8Array(20).fill(0xe9);
const peerId = encodeLatin1('-SH0100-abcdefghijkl');
const counts = { seeders: 3, leechers: 4, downloads: 5 };
export const announceParameters = {
  infoHash,
  peerId,
  port: 6881,
  uploadedBytes: 1,
  downloadedBytes: 2,
  leftBytes: 3,
  event: 'started',
  numWant: 50,
  key: 0xdead_beef,
} as const;

export const queryTokens = [
  'info_hash=',
  '%',
  '%e9',
  '&',
  '=',
  '?',
  '/',
  'peer_id=',
  'port=',
  'left=',
  '-1',
  '99999999999999999999',
  'event=',
  'compact=',
  'numwant=',
  '+',
  'http://',
  '\0',
];

const httpRequest: FuzzTarget = {
  name: 'http-tracker-request',
  samples: [
    `${buildAnnounceUrl('/announce', announceParameters)}&ip=::1&compact=0&no_peer_id=1`,
    `http://h/announce?info_hash=${'%01'.repeat(20)}&peer_id=${'a'.repeat(20)}&port=1&left=0`,
    `/scrape?info_hash=${'%01'.repeat(20)}&info_hash=${'b'.repeat(20)}`,
  ].map(encodeLatin1),
  tokens: queryTokens,
  take(bytes) {
    const text = decodeLatin1(bytes);
    const target = new HttpTrackerTarget();
    target.read(bytes, 0, bytes.length);
    assert.ok(target.queryStart <= bytes.length);
    const announce = new HttpAnnounceQuery();
    if (announce.read(bytes, target.queryStart) === undefined) {
      assert.ok(announce.port >= 1 && announce.port <= 65_535);
    }
    const scrape = parseHttpScrape(bytes, target.queryStart);
    if (!isProblem(scrape)) for (const hash of scrape.infoHashes) assert.equal(hash.length, 20);
    scrapeUrlOf(text);
    hasPresetInfoHash(text);
  },
};

const addresses = { addresses: Uint8Array.of(1, 2, 3, 4, 0x1a, 0xe1), peerIds: peerId };
const announceReply = {
  ...counts,
  intervalSeconds: 1800,
  minIntervalSeconds: 60,
  ipv4: addresses,
  ipv6: { addresses: new Uint8Array(18).fill(1), peerIds: peerId },
  externalIp: Uint8Array.of(9, 9, 9, 9),
};
const httpReplies = [
  encodeHttpAnnounceReply(announceReply, true),
  encodeHttpAnnounceReply(announceReply, false),
  encodeHttpScrapeReply([infoHash], [counts]),
  encodeHttpFailure('no such torrent', 5),
  encodeHttpFailure('go away', 'never'),
];

const httpReply: FuzzTarget = {
  name: 'http-tracker-reply',
  samples: httpReplies,
  tokens: [
    'd',
    'l',
    'i',
    'e',
    '5:peers',
    '6:peers6',
    '8:interval',
    'i-1e',
    'i1e',
    '2:ip',
    '4:port',
    '14:failure reason',
    '15:warning message',
    '11:external ip',
    '5:files',
    '0:',
  ],
  take(bytes) {
    try {
      const announce = decodeHttpAnnounceReply(bytes);
      if (!isHttpTrackerFailure(announce)) {
        for (const { host, port } of announce.peers) assert.ok(host !== '' && port > 0);
      } else assert.ok(announce.failureReason.length <= 1000);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
    try {
      decodeHttpScrapeReply(bytes, [infoHash]);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
  },
};

const announceRequest = { ...announceParameters, connectionId: 0x1234n, transactionId: 7, ipv4: 0 };

export const udpRequestSamples: readonly Uint8Array[] = [
  encodeUdpConnectRequest(1),
  encodeUdpAnnounceRequest(announceRequest),
  encodeUdpAnnounceRequest({
    ...announceRequest,
    urlData: encodeLatin1(`/a?${'x'.repeat(300)}`),
  }),
  encodeUdpScrapeRequest({
    connectionId: 1n,
    transactionId: 2,
    infoHashes: [infoHash, infoHash],
  }),
];
export const udpRequestTokens = [
  '\0\0\0\x01',
  '\x02\xff',
  '\x02\0',
  '\x01',
  '\0',
  '\xff\xff\xff\xff',
];

const udpRequest: FuzzTarget = {
  name: 'udp-tracker-request',
  samples: udpRequestSamples,
  tokens: udpRequestTokens,
  take(bytes) {
    const request = decodeUdpTrackerRequest(bytes);
    if (request?.action === 'scrape') assert.ok(request.infoHashes.length <= 74);
    if (request?.action === 'announce') {
      assert.equal(request.infoHash.length, 20);
      assert.ok((request.urlData?.length ?? 0) <= bytes.length);
    }
  },
};

const udpReply: FuzzTarget = {
  name: 'udp-tracker-reply',
  samples: [
    encodeUdpConnectReply(1, 99n),
    encodeUdpAnnounceReply({
      ...counts,
      transactionId: 1,
      intervalSeconds: 9,
      peers: new Uint8Array(12).fill(3),
    }),
    encodeUdpScrapeReply({ transactionId: 1, swarms: [counts, counts] }),
    encodeUdpErrorReply(1, 'not allowed'),
  ],
  take(bytes) {
    const reply = decodeUdpTrackerReply(bytes);
    if (reply?.action === 'announce') decodeCompactPeersV4(reply.peers);
    if (reply?.action === 'error') assert.ok(reply.message.length <= bytes.length);
  },
};

const inflateLimit = 64 * 1024;
const large = new Uint8Array(4 * inflateLimit);

const inflate: FuzzTarget = {
  name: 'inflate',
  samples: [
    ...httpReplies.flatMap((reply) => [gzipSync(reply), deflateSync(reply), deflateRawSync(reply)]),
    ...[gzipSync(large), deflateSync(large)],
  ],
  tokens: ['\x1f\x8b\x08', '\x78\x9c', '\xff\xff', '\0\0'],
  async take(bytes, random) {
    const encodings = ['gzip', 'x-gzip', 'deflate', ' GZIP ', 'br', 'identity', undefined];
    try {
      const body = await inflateBody(
        bytes,
        encodings[random.below(encodings.length)],
        inflateLimit,
      );
      assert.ok(body === bytes || body.length <= inflateLimit);
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error;
    }
  },
};

export const trackerTargets: readonly FuzzTarget[] = [
  ...[httpRequest, httpReply, udpRequest, udpReply, inflate],
];

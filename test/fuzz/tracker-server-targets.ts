/** What a tracker reads before it knows who asks: datagrams, HTTP heads, WebSocket messages, torrents. */
import assert from 'node:assert/strict';
import { DecodeError } from '../../src/base/decode-error.ts';
import { SeededRandom } from '../../src/base/random.ts';
import { decodeUtf8Lossy, encodeUtf8 } from '../../src/base/text.ts';
import { parseRef } from '../../src/node/catalog/entry-ref.ts';
import { queryPhrases, searchTokens } from '../../src/node/catalog/search-tokens.ts';
import { readTorrentFacts } from '../../src/node/catalog/torrent-facts.ts';
import { HttpRequestHead, maxHeadBytes } from '../../src/protocol/http-request-head.ts';
import {
  isWebSocketProblem,
  maxOffers,
  maxScrapedTorrents,
  parseWebSocketRequest,
} from '../../src/protocol/websocket-tracker.ts';
import { ConnectionIds } from '../../src/tracker/connection-id.ts';
import { noHooks } from '../../src/tracker/hooks.ts';
import { MemorySwarmStore } from '../../src/tracker/memory-swarm-store.ts';
import { TrackerLogic } from '../../src/tracker/tracker-logic.ts';
import { maxUdpReplyBytes, UdpResponder } from '../../src/tracker/udp-responder.ts';
import type { FuzzTarget } from './campaign.ts';
import { torrentSamples } from './document-samples.ts';
import { httpSamples, httpTokens } from './http-samples.ts';
import { udpRequestSamples, udpRequestTokens } from './tracker-targets.ts';
import { webSocketSamples, webSocketTokens } from './websocket-samples.ts';

const second = 1_790_000_000;
const client = Uint8Array.of(203, 0, 113, 9);
const policy = {
  ...{ intervalMs: 1_800_000, intervalJitter: 0.1, minIntervalMs: 60_000 },
  ...{ defaultNumWant: 50, maxNumWant: 200 },
};
const mark = 0xa5;
const margin = 8;

const udpResponder: FuzzTarget = {
  name: 'udp-responder',
  samples: udpRequestSamples,
  tokens: udpRequestTokens,
  take(bytes, random) {
    const own = new SeededRandom(random.below(2 ** 32));
    const store = new MemorySwarmStore({
      random: own,
      peerTimeoutMs: 3_600_000,
      budgetBytes: 512 * 1024,
    });
    const logic = new TrackerLogic({ store, hooks: noHooks, policy, random: own }, () => 5000);
    const connectionIds = new ConnectionIds(new Uint8Array(32));
    const responder = new UdpResponder({ logic, connectionIds });
    responder.setTime(5000, second);
    const input = new Uint8Array(bytes.length + 2 * margin).fill(mark);
    const output = new Uint8Array(maxUdpReplyBytes + 2 * margin).fill(mark);
    input.set(bytes, margin);
    const isProven = bytes.length >= 16 && random.below(4) > 0;
    // A second one finds the first one's peer.
    for (let round = 0; round < 2; round++) {
      if (isProven) connectionIds.issue(client, second, input, margin);
      const length = responder.respond(
        ...([input, margin, bytes.length, client, 6881, output, margin] as const),
      );
      assert.ok(length >= 0 && length <= maxUdpReplyBytes);
      if (!isProven)
        assert.ok(length <= bytes.length, 'no more than came from an unproven address');
      const outside = [output.subarray(0, margin), output.subarray(margin + maxUdpReplyBytes)];
      for (const rest of outside) assert.ok(rest.every((byte) => byte === mark));
    }
    const { swarms, seeders, leechers } = store.totals();
    assert.ok(swarms <= 1 && seeders + leechers <= 2);
  },
};

/** What was found, as far as it decides anything. */
function headFields(head: HttpRequestHead): unknown[] {
  return [
    ...[head.length, head.method, head.targetStart, head.targetEnd, head.minorVersion],
    ...[head.keepsAlive, head.hasBody, head.wantsUpgrade, head.hasUnknownExpectation],
    ...head.forwardedFor,
  ];
}

const httpHead: FuzzTarget = {
  name: 'http-request-head',
  samples: httpSamples,
  tokens: httpTokens,
  take(bytes, random) {
    const whole = new HttpRequestHead();
    const found = whole.scan(bytes, 0, bytes.length);
    assert.ok(whole.length <= Math.min(bytes.length, maxHeadBytes));
    if (found === 'complete') {
      assert.ok(whole.targetStart < whole.targetEnd && whole.targetEnd < whole.length);
      for (const offset of whole.forwardedFor) assert.ok(offset > 0 && offset < whole.length);
    }
    const parts = new HttpRequestHead();
    let state = parts.scan(bytes, 0, 0);
    for (let end = 0; state === 'incomplete' && end < bytes.length; ) {
      end = Math.min(bytes.length, end + 1 + random.below(random.below(2) === 0 ? 4 : 400));
      // Between two pieces the bytes move to another place.
      const moved = new Uint8Array(margin + end);
      moved.set(bytes.subarray(0, end), margin);
      state = parts.scan(moved, margin, margin + end);
    }
    assert.equal(state, found, 'it matters how the head is cut');
    if (found === 'complete') assert.deepEqual(headFields(parts), headFields(whole));
  },
};

const webSocket: FuzzTarget = {
  name: 'websocket-tracker',
  samples: webSocketSamples,
  tokens: webSocketTokens,
  take(bytes) {
    const parsed = parseWebSocketRequest(decodeUtf8Lossy(bytes));
    if (isWebSocketProblem(parsed)) {
      assert.ok(parsed.problem !== '' && parsed.problem.length < 200);
    } else if (parsed.action === 'scrape') {
      assert.ok(parsed.infoHashes.length <= maxScrapedTorrents);
      for (const hash of parsed.infoHashes) assert.equal(hash.length, 20);
    } else {
      assert.equal(parsed.infoHash.length + parsed.peerId.length, 40);
      if ('offers' in parsed) assert.ok(parsed.offers.length <= maxOffers);
    }
  },
};

const catalogTorrent: FuzzTarget = {
  name: 'catalog-torrent',
  samples: torrentSamples.map(({ bytes }) => bytes),
  tokens: ['d', 'l', 'i', 'e', '4:name', '5:files', '4:path', '7:comment', '10:created by', '0:'],
  take(bytes) {
    try {
      const facts = readTorrentFacts(bytes);
      assert.match(facts.infoHash, /^[0-9a-f]{40}$/);
      assert.ok(facts.name !== '' && facts.files.length <= facts.fileCount);
      assert.ok((facts.comment ?? '').length <= 4000);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
    }
  },
};

const catalogSearch: FuzzTarget = {
  name: 'catalog-search',
  samples: [
    'Sintel (2010) 4K',
    '第2巻abc',
    'Ångström ÅNGSTRÖM',
    '"a" OR b*',
    '42',
    'e9'.repeat(20),
  ].map(encodeUtf8),
  tokens: ['"', "'", '*', 'NEAR(', '\0', ' - ', '\u0301', '\ud83d', 'ﷺ', '\u200d', '%', '_'].map(
    (text) => Buffer.from(text).toString('latin1'),
  ),
  take(bytes) {
    const text = decodeUtf8Lossy(bytes);
    assert.ok(searchTokens(text, 1000).length <= 1000);
    for (const phrase of queryPhrases(text)) {
      for (const token of phrase) assert.ok(/^[\p{L}\p{N}\p{M}\p{So}]{1,64}$/u.test(token), token);
    }
    for (const attempt of parseRef(text)) {
      if (attempt.by === 'id') assert.ok(Number.isSafeInteger(attempt.id));
    }
  },
};

export const trackerServerTargets: readonly FuzzTarget[] = [
  ...[udpResponder, httpHead, webSocket, catalogTorrent, catalogSearch],
];

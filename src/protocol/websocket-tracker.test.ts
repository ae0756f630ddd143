/** The JSON of WebRTC trackers: what clients send, what they are told, and any text at all. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  isWebSocketProblem,
  maxOffers,
  maxScrapedTorrents,
  maxSdpLength,
  maxWebSocketMessageBytes,
  parseWebSocketRequest,
  type WebSocketAnnounce,
  type WebSocketProblem,
} from './websocket-tracker.ts';
import {
  encodeRelayedAnswer,
  encodeRelayedOffer,
  encodeWebSocketAnnounceReply,
  encodeWebSocketFailure,
  encodeWebSocketScrapeReply,
} from './websocket-tracker-reply.ts';

const infoHash = String.fromCharCode(...Array.from({ length: 20 }, (_, i) => 13 * i));
const peerId = '-WW0208-\u0000\u00ff"\\\n\u0080abcdef';
const offerId = '\u00e9'.repeat(20);
const binary20 = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => String.fromCharCode(...bytes));
const sdp = fc.string({ unit: 'binary', minLength: 1, maxLength: 300 });

function offersOf(count: number, text = 'v=0\r\n'): unknown[] {
  const offers: unknown[] = [];
  for (let i = 0; i < count; i++) {
    const id = String(i).padStart(20, '0');
    offers.push({ offer: { type: 'offer', sdp: text }, offer_id: id });
  }
  return offers;
}

/** As the npm package bittorrent-tracker 11 writes it. */
function announceText(more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    numwant: 5,
    uploaded: 1,
    downloaded: 2,
    left: 3,
    event: 'started',
    action: 'announce',
    info_hash: infoHash,
    peer_id: peerId,
    offers: offersOf(5),
    ...more,
  });
}

function parsedAnnounce(more: Readonly<Record<string, unknown>> = {}): WebSocketAnnounce {
  const parsed = parseWebSocketRequest(announceText(more));
  assert.ok(!isWebSocketProblem(parsed) && parsed.action === 'announce');
  return parsed;
}

function problemOf(text: string): WebSocketProblem {
  const parsed = parseWebSocketRequest(text);
  assert.ok(isWebSocketProblem(parsed), text);
  return parsed;
}

describe('announces', () => {
  test('all fields are read', () => {
    const offers = offersOf(5) as { offer_id: string }[];
    assert.deepEqual(parsedAnnounce(), {
      action: 'announce',
      infoHash,
      peerId,
      uploadedBytes: 1,
      downloadedBytes: 2,
      leftBytes: 3,
      event: 'started',
      offers: offers.map(({ offer_id }) => ({ offerId: offer_id, sdp: 'v=0\r\n' })),
    });
  });

  test('what is left may be unknown', () => {
    for (const left of [null, undefined, -1, Number.NaN, Infinity]) {
      assert.equal(parsedAnnounce({ left }).leftBytes, undefined, String(left));
    }
    const huge = announceText().replace('"left":3', '"left":1e999');
    assert.equal((parseWebSocketRequest(huge) as WebSocketAnnounce).leftBytes, undefined);
    assert.equal(parsedAnnounce({ left: 0 }).leftBytes, 0);
    assert.equal(parsedAnnounce({ left: 1.5 }).leftBytes, 1);
    assert.match(problemOf(announceText({ left: '0' })).problem, /left/);
  });

  test('unknown events mean that the peer is still here', () => {
    for (const event of ['update', 'paused', '', null, 7, ['started'], undefined]) {
      assert.equal(parsedAnnounce({ event }).event, 'none');
    }
    assert.equal(parsedAnnounce({ event: 'stopped' }).event, 'stopped');
    assert.equal(parsedAnnounce({ event: 'completed' }).event, 'completed');
  });

  test('no more offers are read than asked for or allowed', () => {
    assert.equal(parsedAnnounce({ offers: offersOf(9), numwant: 4 }).offers.length, 4);
    assert.equal(parsedAnnounce({ offers: offersOf(9), numwant: 0 }).offers.length, 0);
    assert.equal(parsedAnnounce({ offers: offersOf(9), numwant: null }).offers.length, 9);
    assert.equal(parsedAnnounce({ offers: offersOf(50), numwant: 1e9 }).offers.length, maxOffers);
    assert.equal(parsedAnnounce({ offers: undefined }).offers.length, 0);
    assert.equal(parsedAnnounce({ offers: null, numwant: 5 }).offers.length, 0);
  });

  test('ten offers of browsers with many addresses fit in a message', () => {
    const candidate = `a=candidate:1 1 udp 2122260223 2001:db8::1 50000 typ host\r\n`.repeat(50);
    const text = announceText({ numwant: 10, offers: offersOf(10, candidate) });
    assert.ok(candidate.length > 2500 && text.length < maxWebSocketMessageBytes);
  });

  test('ids of the wrong form are refused by name', () => {
    const bad = [undefined, null, 7, '', 'a'.repeat(19), 'a'.repeat(21), `${'a'.repeat(19)}\u0100`];
    for (const id of [...bad, ['a'.repeat(20)], { length: 20 }]) {
      assert.match(problemOf(announceText({ info_hash: id })).problem, /^info_hash/);
      const problem = problemOf(announceText({ peer_id: id }));
      assert.match(problem.problem, /^peer_id/);
      assert.equal(problem.infoHash, infoHash);
      const offers = [{ offer: { type: 'offer', sdp: 'x' }, offer_id: id }, ...offersOf(1)];
      assert.equal(parsedAnnounce({ offers }).offers.length, 1);
    }
  });

  test('offers of the wrong form are left out', () => {
    const offer_id = offerId;
    const bad: unknown[] = [
      { offer_id },
      { offer_id, offer: null },
      { offer_id, offer: 'v=0' },
      { offer_id, offer: { type: 'offer' } },
      { offer_id, offer: { type: 'answer', sdp: 'x' } },
      { offer_id, offer: { type: 'offer', sdp: '' } },
      { offer_id, offer: { type: 'offer', sdp: ['x'] } },
      { offer_id, offer: { type: 'offer', sdp: 'x'.repeat(maxSdpLength + 1) } },
      null,
      'offer',
      [],
    ];
    for (const offer of bad) {
      const offers = [offer, ...offersOf(1), offer];
      assert.equal(parsedAnnounce({ offers }).offers.length, 1);
    }
    assert.match(problemOf(announceText({ offers: { length: 1 } })).problem, /list/);
    assert.match(problemOf(announceText({ offers: 'x' })).problem, /list/);
  });
});

describe('answers', () => {
  const answer = { type: 'answer', sdp: 'v=0' };
  const fields = { answer, to_peer_id: 'b'.repeat(20), offer_id: offerId, offers: undefined };

  test('they are told apart from announces', () => {
    assert.deepEqual(parseWebSocketRequest(announceText(fields)), {
      action: 'answer',
      infoHash,
      peerId,
      toPeerId: 'b'.repeat(20),
      offerId,
      sdp: 'v=0',
    });
    assert.equal(parsedAnnounce({ ...fields, answer: null }).action, 'announce');
  });

  test('wrong ones are refused by name', () => {
    const problem = (more: object) => problemOf(announceText({ ...fields, ...more })).problem;
    assert.match(problem({ to_peer_id: undefined }), /^to_peer_id/);
    assert.match(problem({ offer_id: 5 }), /^offer_id/);
    assert.match(problem({ answer: { type: 'offer', sdp: 'v=0' } }), /^answer/);
    assert.match(problem({ answer: 'v=0' }), /^answer/);
  });
});

describe('scrapes', () => {
  const scrape = (info_hash: unknown) => JSON.stringify({ action: 'scrape', info_hash });

  test('one torrent or a list', () => {
    const one = { action: 'scrape', infoHashes: [infoHash] };
    assert.deepEqual(parseWebSocketRequest(scrape(infoHash)), one);
    assert.deepEqual(parseWebSocketRequest(scrape([infoHash])), one);
  });

  test('neither all torrents nor too many', () => {
    for (const asked of [undefined, null, []]) {
      assert.match(problemOf(scrape(asked)).problem, /^info_hash/);
    }
    const many = Array.from({ length: maxScrapedTorrents + 1 }, () => infoHash);
    assert.match(problemOf(scrape(many)).problem, /^info_hash/);
    assert.match(problemOf(scrape([infoHash, 'short'])).problem, /^info_hash/);
  });
});

describe('any text', () => {
  test('what is no JSON object is told apart from what is only wrong', () => {
    for (const text of ['', '{', 'null', '[]', '7', '"announce"', '\u0000', '{"a":1}x']) {
      assert.equal(problemOf(text).isJson, false, text);
    }
    for (const text of ['{}', '{"action":"connect"}', '{"action":{"toString":1}}']) {
      assert.equal(problemOf(text).isJson, true, text);
    }
  });

  test('names of the prototype give nothing and change nothing', () => {
    const sly = `{"__proto__":{"action":"announce"},"constructor":1,"toString":2}`;
    assert.match(problemOf(sly).problem, /^action/);
    const offers = `[{"__proto__":{"offer_id":"${'a'.repeat(20)}"},"offer":{}}]`;
    const text = announceText().replace(/"offers":\[.*\]/, `"offers":${offers}`);
    const parsed = parseWebSocketRequest(text);
    assert.ok(!isWebSocketProblem(parsed) && parsed.action === 'announce');
    assert.deepEqual(parsed.offers, []);
    assert.equal(Object.hasOwn(Object.prototype, 'action'), false);
  });

  test('deep nesting within the size of a message is survived', () => {
    for (const [open, close] of ['[]', ['{"a":', '}']] as const) {
      const depth = maxWebSocketMessageBytes / 8;
      const deep = `${open!.repeat(depth)}1${close!.repeat(depth)}`;
      assert.equal(problemOf(deep).isJson, open !== '[');
      const nested = announceText().replace('"left":3', `"left":3,"x":${deep}`);
      assert.deepEqual(parseWebSocketRequest(nested), parsedAnnounce());
    }
  });

  test('random text and JSON never throw, and results are bounded', () => {
    const check = (text: string): void => {
      const parsed = parseWebSocketRequest(text);
      if (isWebSocketProblem(parsed)) assert.ok(parsed.problem.length < 200);
      else if (parsed.action === 'announce') assert.ok(parsed.offers.length <= maxOffers);
    };
    fc.assert(fc.property(fc.string({ unit: 'binary' }), check));
    fc.assert(fc.property(fc.json(), check));
  });

  test('mutated messages never throw', () => {
    const valid = announceText({ offers: offersOf(2) });
    const mutation = fc.record({
      at: fc.nat(valid.length),
      cut: fc.nat(6),
      put: fc.oneof(
        fc.string({ maxLength: 4 }),
        fc.constantFrom('[', '{', 'null', '"', '1e999', ','),
      ),
    });
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        let text = valid;
        for (const { at, cut, put } of mutations) {
          text = text.slice(0, at) + put + text.slice(at + cut);
        }
        const parsed = parseWebSocketRequest(text);
        if (!isWebSocketProblem(parsed) && parsed.action === 'announce') {
          assert.equal(parsed.infoHash.length, 20);
          for (const offer of parsed.offers)
            assert.deepEqual(Object.keys(offer), ['offerId', 'sdp']);
        }
      }),
    );
  });

  test('values of any kind in the fields never throw', () => {
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(infoHash));
    const fields = fc.dictionary(
      fc.constantFrom('info_hash', 'peer_id', 'left', 'numwant', 'offers', 'answer', 'event'),
      value,
    );
    fc.assert(fc.property(fields, (more) => void parseWebSocketRequest(announceText(more))));
  });
});

describe('replies', () => {
  test('an announce reply as clients read it', () => {
    const text = encodeWebSocketAnnounceReply({
      infoHash,
      intervalSeconds: 120,
      seeders: 2,
      leechers: 3,
    });
    assert.deepEqual(JSON.parse(text), {
      action: 'announce',
      interval: 120,
      info_hash: infoHash,
      complete: 2,
      incomplete: 3,
    });
  });

  test('offers and answers arrive as they were made', () => {
    fc.assert(
      fc.property(binary20, binary20, binary20, sdp, (hash, from, id, text) => {
        const offer = JSON.parse(encodeRelayedOffer(hash, from, { offerId: id, sdp: text }));
        assert.deepEqual(offer, {
          action: 'announce',
          offer: { type: 'offer', sdp: text },
          offer_id: id,
          peer_id: from,
          info_hash: hash,
        });
        const request = { infoHash: hash, peerId: from, toPeerId: id, offerId: id, sdp: text };
        const answer = JSON.parse(encodeRelayedAnswer({ action: 'answer', ...request }));
        assert.deepEqual(answer, {
          action: 'announce',
          answer: { type: 'answer', sdp: text },
          offer_id: id,
          peer_id: from,
          info_hash: hash,
        });
      }),
    );
  });

  test('a scrape reply names each torrent', () => {
    const counts = [{ seeders: 1, leechers: 2, downloads: 3 }];
    const told = JSON.parse(encodeWebSocketScrapeReply([infoHash, 'x'.repeat(20)], counts, 60));
    assert.deepEqual(told.files[infoHash], { complete: 1, incomplete: 2, downloaded: 3 });
    assert.deepEqual(told.files['x'.repeat(20)], { complete: 0, incomplete: 0, downloaded: 0 });
    assert.equal(told.flags.min_request_interval, 60);
  });

  test('a failure names what is known', () => {
    assert.deepEqual(JSON.parse(encodeWebSocketFailure({ reason: 'no' })), {
      'failure reason': 'no',
    });
    const failure = { reason: 'no', action: 'announce', infoHash } as const;
    assert.deepEqual(JSON.parse(encodeWebSocketFailure(failure)), {
      action: 'announce',
      'failure reason': 'no',
      info_hash: infoHash,
    });
  });
});

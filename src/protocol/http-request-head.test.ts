/** Heads of requests, whole and split anywhere, by hand and by mutation. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { encodeLatin1 } from '../base/text.ts';
import { type HeadState, HttpRequestHead, maxHeadBytes } from './http-request-head.ts';

interface Outcome {
  state: HeadState;
  length: number;
  method: string;
  target: string;
  minorVersion: number;
  keepsAlive: boolean;
  hasBody: boolean;
  wantsUpgrade: boolean;
  hasUnknownExpectation: boolean;
  forwardedFor: string[];
}

/** Feeds `bytes` in pieces that end at `cuts`, behind some bytes of another request. */
function scan(bytes: Uint8Array, cuts: readonly number[], head = new HttpRequestHead()): Outcome {
  const shift = 7;
  const place = new Uint8Array(shift + bytes.length).fill(0x0a);
  place.set(bytes, shift);
  let state: HeadState = 'incomplete';
  for (const cut of [...cuts, bytes.length]) {
    state = head.scan(place, shift, shift + cut);
    if (state !== 'incomplete') break;
  }
  const text = (start: number, end: number) =>
    String.fromCharCode(...place.subarray(shift + start, shift + end));
  const { method, minorVersion, keepsAlive, hasBody, wantsUpgrade, hasUnknownExpectation } = head;
  const flags = { method, minorVersion, keepsAlive, hasBody, wantsUpgrade, hasUnknownExpectation };
  const forwardedFor: string[] = [];
  for (let i = 0; i < head.forwardedFor.length; i += 2) {
    forwardedFor.push(text(head.forwardedFor[i]!, head.forwardedFor[i + 1]!));
  }
  const target = text(head.targetStart, head.targetEnd);
  return { state, length: head.length, target, ...flags, forwardedFor };
}

function scanText(text: string): Outcome {
  return scan(encodeLatin1(text), []);
}

const full = [
  '\r\nGET http://h/announce?x=\xe9 HTTP/1.0',
  'Host: tracker',
  'X-Forwarded-For:\t1.2.3.4, 5.6.7.8 ',
  'connection: TE,  Keep-Alive',
  'X-FORWARDED-FOR: 9.9.9.9',
  'Content-Length: 0',
  'Empty:',
  '',
  '',
].join('\r\n');

const expected: Outcome = {
  state: 'complete',
  length: full.length,
  method: 'GET',
  target: 'http://h/announce?x=\xe9',
  minorVersion: 0,
  keepsAlive: true,
  hasBody: false,
  wantsUpgrade: false,
  hasUnknownExpectation: false,
  forwardedFor: ['1.2.3.4, 5.6.7.8', '9.9.9.9'],
};

describe('whole heads', () => {
  test('everything that matters is found', () => {
    assert.deepEqual(scanText(full), expected);
  });

  test('what follows the head is left alone', () => {
    assert.deepEqual(scanText(`${full}GET / HTTP/1.1\r\n`), expected);
  });

  test('a scanner is used again', () => {
    const head = new HttpRequestHead();
    scan(encodeLatin1(`${full.slice(0, -2)}Transfer-Encoding: chunked\r\n\r\n`), [], head);
    head.reset();
    assert.deepEqual(scan(encodeLatin1(full), [], head), expected);
  });

  const connections: [version: string, fields: string, keepsAlive: boolean][] = [
    ['1.1', '', true],
    ['1.0', '', false],
    ['1.1', 'Connection: close\r\n', false],
    ['1.1', 'CONNECTION:  CLOSE \r\n', false],
    ['1.1', 'Connection: keep-alive, close\r\n', false],
    ['1.0', 'Connection: close\r\nConnection: keep-alive\r\n', false],
    ['1.0', 'Connection: keep-alive\r\n', true],
    ['1.1', 'Connection: closed\r\n', true],
    ['1.1', 'Connectiom: close\r\n', true],
    ['1.1', 'X-Connection: close\r\n', true],
    ['1.1', 'Connection:\r\n', true],
  ];
  for (const [version, fields, keepsAlive] of connections) {
    test(`HTTP/${version} ${JSON.stringify(fields)} keeps the connection: ${keepsAlive}`, () => {
      const outcome = scanText(`GET / HTTP/${version}\r\n${fields}\r\n`);
      assert.deepEqual([outcome.state, outcome.keepsAlive], ['complete', keepsAlive]);
    });
  }

  test('bodies, upgrades and expectations are noticed', () => {
    const of = (field: string) => scanText(`POST / HTTP/1.1\r\n${field}\r\n\r\n`);
    assert.equal(of('a: b').method, 'other');
    assert.ok(of('content-length: 5').hasBody);
    assert.ok(of('Content-Length: 0, 5').hasBody);
    assert.ok(of('Content-Length: 0\r\nContent-Length: 5').hasBody);
    assert.ok(of('Transfer-Encoding: identity').hasBody);
    assert.ok(!of('Content-Length: 0').hasBody);
    assert.ok(of('Upgrade: websocket').wantsUpgrade);
    assert.ok(of('Expect: magic').hasUnknownExpectation);
    assert.ok(!of('Expect: 100-Continue').hasUnknownExpectation);
  });

  const malformed = [
    ' GET / HTTP/1.1\r\n\r\n',
    'GET  / HTTP/1.1\r\n\r\n',
    'GET / \r\n\r\n',
    'GET /\r\n\r\n',
    'GET / HTTP/1.2\r\n\r\n',
    'GET / HTTP/2.0\r\n\r\n',
    'GET / http/1.1\r\n\r\n',
    'GET / HTTP/1.1 \r\n\r\n',
    'GET /a b HTTP/1.1\r\n\r\n',
    'GET /\0 HTTP/1.1\r\n\r\n',
    'GET /\x7f HTTP/1.1\r\n\r\n',
    'GET /\t HTTP/1.1\r\n\r\n',
    'G\x80T / HTTP/1.1\r\n\r\n',
    'GET / HTTP/1.1\n\n',
    'GET / HTTP/1.1\r\r\n\r\n',
    'GET / HTTP/1.1\r\nA: b\n\r\n',
    'GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n',
    'GET / HTTP/1.1\r\nA : b\r\n\r\n',
    'GET / HTTP/1.1\r\n: b\r\n\r\n',
    'GET / HTTP/1.1\r\nA\r\n\r\n',
    'GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n',
    'GET / HTTP/1.1\r\nA: \x01\r\n\r\n',
    'GET / HTTP/1.1\r\nA\xe9: b\r\n\r\n',
    'GET / HTTP/1.1\r\nA: b\r\n\rX',
    '\x16\x03\x01\x02\x00',
    '\x13BitTorrent protocol',
  ];
  for (const text of malformed) {
    test(`malformed: ${JSON.stringify(text)}`, () => {
      assert.equal(scanText(text).state, 'malformed');
    });
  }

  test('the limit is exact', () => {
    const rest = 'GET / HTTP/1.1\r\nA: \r\n\r\n';
    const fill = (count: number) => rest.replace('A: ', `A: ${'x'.repeat(count)}`);
    const most = maxHeadBytes - rest.length;
    assert.equal(scanText(fill(most)).state, 'complete');
    assert.equal(scanText(fill(most + 1)).state, 'too-long');
    assert.equal(scanText('\r\n'.repeat(maxHeadBytes)).state, 'too-long');
    assert.equal(scanText('G'.repeat(maxHeadBytes)).state, 'too-long');
    assert.equal(scanText('G'.repeat(maxHeadBytes - 1)).state, 'incomplete');
  });
});

describe('split heads', () => {
  const bytes = encodeLatin1(full);

  test('at every place, and byte by byte', () => {
    for (let cut = 0; cut <= bytes.length; cut++) assert.deepEqual(scan(bytes, [cut]), expected);
    const all = Array.from(bytes, (_, index) => index);
    assert.deepEqual(scan(bytes, all), expected);
  });

  test('every beginning is incomplete', () => {
    for (let end = 0; end < bytes.length; end++) {
      assert.equal(scan(bytes.subarray(0, end), []).state, 'incomplete', `${end}`);
    }
  });

  const piece = fc.oneof(
    fc.constantFrom(
      'GET ',
      'HEAD',
      ' ',
      '/',
      ' HTTP/1.1',
      ' HTTP/1.0\r\n',
      '\r\n',
      '\r',
      '\n',
      ':',
    ),
    fc.constantFrom('Connection: close\r\n', 'Content-Length:', 'X-Forwarded-For: 1', '\r\n\r\n'),
    fc.string({ unit: 'binary', maxLength: 6 }),
  );
  const random = fc.array(piece, { maxLength: 20 }).map((pieces) => encodeLatin1(pieces.join('')));
  const mutated = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)).map(([at, value]) => {
    const changed = bytes.slice();
    changed[at] = value;
    return changed;
  });

  test('any bytes have one outcome however they are split', () => {
    fc.assert(
      fc.property(
        fc.oneof(random, mutated),
        fc.array(fc.nat(300), { maxLength: 8 }),
        (input, at) => {
          const cuts = at.filter((cut) => cut <= input.length).sort((a, b) => a - b);
          assert.deepEqual(scan(input, cuts), scan(input, []));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

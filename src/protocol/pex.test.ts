import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { endpointKey } from '../base/endpoint.ts';
import { encodeLatin1 } from '../base/text.ts';
import { encodeBencode } from './bencode.ts';
import type { PexMessage } from './pex.ts';
import { decodePex, encodePex } from './pex.ts';
import { isViolation } from './violation.ts';

function decoded(payload: Uint8Array): PexMessage {
  const result = decodePex(payload);
  assert.ok(!isViolation(result));
  return result;
}

const fourHost = fc.ipV4();
const sixHost = fc.integer({ min: 1, max: 0xffff }).map((n) => `2001:db8::${n.toString(16)}`);
const port = fc.integer({ min: 1, max: 65_535 });
const peersOf = (host: fc.Arbitrary<string>) =>
  fc.uniqueArray(fc.record({ host, port, flags: fc.nat(31) }, { noNullPrototype: true }), {
    selector: endpointKey,
    maxLength: 20,
  });
const endpointsOf = (host: fc.Arbitrary<string>) =>
  fc.uniqueArray(fc.record({ host, port }, { noNullPrototype: true }), {
    selector: endpointKey,
    maxLength: 20,
  });
const message = fc
  .tuple(peersOf(fourHost), peersOf(sixHost), endpointsOf(fourHost), endpointsOf(sixHost))
  .map(([a4, a6, d4, d6]) => ({ added: [...a4, ...a6], dropped: [...d4, ...d6] }));

test('messages survive encoding and decoding', () => {
  fc.assert(
    fc.property(message, (fields) => {
      assert.deepEqual(decoded(encodePex(fields)), fields);
    }),
  );
});

test('the layout of BEP 11', () => {
  const bytes = encodePex({ added: [{ host: '1.2.3.4', port: 258, flags: 0x12 }], dropped: [] });
  assert.equal(
    Buffer.from(bytes).toString('latin1'),
    'd5:added6:\x01\x02\x03\x04\x01\x027:added.f1:\x126:added60:8:added6.f0:7:dropped0:8:dropped60:e',
  );
});

test('port 0 is dropped without moving the flags of those behind it', () => {
  const payload = encodeBencode(
    new Map([
      ['added', Uint8Array.of(1, 1, 1, 1, 0, 0, 2, 2, 2, 2, 0, 9)],
      ['added.f', Uint8Array.of(1, 2)],
    ]),
  );
  assert.deepEqual(decoded(payload).added, [{ host: '2.2.2.2', port: 9, flags: 2 }]);
});

test('missing flags are 0, repeated peers count once, wrong types are ignored', () => {
  const payload = encodeBencode(
    new Map<string, Uint8Array | number>([
      ['added', Uint8Array.of(1, 1, 1, 1, 0, 7, 1, 1, 1, 1, 0, 7, 3, 3)],
      ['added.f', 5],
      ['dropped6', 12],
    ]),
  );
  assert.deepEqual(decoded(payload), {
    added: [{ host: '1.1.1.1', port: 7, flags: 0 }],
    dropped: [],
  });
  assert.deepEqual(decoded(encodeLatin1('de')), { added: [], dropped: [] });
});

test('no message yields more than 200 peers of a kind', () => {
  const peers = Array.from({ length: 300 }, (_, i) => ({
    host: i % 2 === 0 ? `10.0.${i >> 8}.${i & 255}` : `2001:db8::${i.toString(16)}`,
    port: 1,
    flags: 0,
  }));
  const { added, dropped } = decoded(encodePex({ added: peers, dropped: peers }));
  assert.equal(added.length, 200);
  assert.equal(dropped.length, 200);
});

test('what is no dictionary is a violation', () => {
  for (const text of ['', 'le', 'i0e', 'd5:added']) {
    const result = decodePex(encodeLatin1(text));
    assert.ok(isViolation(result) && result.code === 'PEX_MALFORMED', text);
  }
});

test('random and mutated messages never throw', () => {
  fc.assert(
    fc.property(message, fc.uint8Array(), fc.nat(), fc.nat(255), (fields, noise, at, value) => {
      decodePex(noise);
      const bytes = encodePex(fields);
      bytes[at % bytes.length] = value;
      decodePex(bytes);
    }),
    { numRuns: 300 },
  );
});

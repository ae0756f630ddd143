import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DecodeError } from '../base/decode-error.ts';
import { decodeLatin1, encodeLatin1, encodeUtf8 } from '../base/text.ts';
import {
  type BencodeOptions,
  type BencodeValue,
  bencodeKey,
  decodeBencode,
  decodeBencodePrefix,
  decodeDictionarySlices,
  encodeBencode,
  RawBencode,
  visitBencodeList,
} from './bencode.ts';

const decode = (text: string, options?: BencodeOptions) =>
  decodeBencode(encodeLatin1(text), options);

function fails(text: string, code: string, options?: BencodeOptions): void {
  assert.throws(
    () => decode(text, options),
    (error) => error instanceof DecodeError && error.code === code,
    `${text.slice(0, 40)} should fail with ${code}`,
  );
}

test('the examples of BEP 52', () => {
  assert.deepEqual(decode('4:spam'), encodeUtf8('spam'));
  assert.equal(decode('i3e'), 3);
  assert.equal(decode('i-3e'), -3);
  assert.equal(decode('i0e'), 0);
  assert.deepEqual(decode('l4:spam4:eggse'), [encodeUtf8('spam'), encodeUtf8('eggs')]);
  assert.deepEqual(
    decode('d4:spaml1:a1:bee'),
    new Map([['spam', [encodeUtf8('a'), encodeUtf8('b')]]]),
  );
});

test('empty string, list and dictionary', () => {
  assert.deepEqual(decode('0:'), new Uint8Array(0));
  assert.deepEqual(decode('le'), []);
  assert.deepEqual(decode('de'), new Map());
});

test('integers are exact at and beyond 2^53', () => {
  assert.equal(decode('i9007199254740991e'), 9007199254740991);
  assert.equal(decode('i9007199254740993e'), 9007199254740993n);
  assert.equal(decode('i-9007199254740992e'), -9007199254740992n);
  assert.equal(decode('i18446744073709551616e'), 18446744073709551616n);
  fails(`i${'9'.repeat(1001)}e`, 'BENCODE_INTEGER');
});

test('malformed integers and lengths', () => {
  for (const text of [
    'ie',
    'i-e',
    'i-0e',
    'i00e',
    'i03e',
    'i-03e',
    'i1.5e',
    'i+1e',
    'i 1e',
    'i0x1e',
  ]) {
    fails(text, 'BENCODE_INTEGER');
  }
  for (const text of [
    'i',
    'i1',
    'i-',
    '5',
    '5:',
    '5:spam',
    '99999999999999999999:a',
    '2147483648:',
  ]) {
    fails(text, 'BENCODE_TRUNCATED');
  }
  for (const text of ['01:a', '00:', '1x:a', '1-:a']) fails(text, 'BENCODE_LENGTH');
  for (const text of ['', 'l', 'd', 'd1:a', 'l1:a']) fails(text, 'BENCODE_TRUNCATED');
  for (const text of ['-1:', ':', 'e', 'x', 'l!e', 'd1:ae', 'di1e1:ae'])
    fails(text, 'BENCODE_SYNTAX');
  for (const text of ['i1ei2e', 'le ', '1:ab', 'i1e\n']) fails(text, 'BENCODE_TRAILING_DATA');
});

test('line ends after the value only when asked for', () => {
  assert.equal(decode('i1e\r\n', { tolerateTrailingNewline: true }), 1);
  fails('i1e\r\nx', 'BENCODE_TRAILING_DATA', { tolerateTrailingNewline: true });
});

test('repeated keys always fail, unsorted ones in canonical mode', () => {
  fails('d1:ai1e1:ai2ee', 'BENCODE_DUPLICATE_KEY');
  fails('d1:ai1e1:bi1e1:ai2ee', 'BENCODE_DUPLICATE_KEY');
  assert.deepEqual([...(decode('d1:bi1e1:ai2ee') as Map<string, unknown>).keys()], ['b', 'a']);
  fails('d1:bi1e1:ai2ee', 'BENCODE_KEY_ORDER', { canonical: true });
  fails('d1:\xffi1e1:\x80i2ee', 'BENCODE_KEY_ORDER', { canonical: true });
  decode('d1:ai1e2:aai2e1:bi3ee', { canonical: true });
});

test('nesting and the number of values are bounded', () => {
  const nested = (depth: number) => 'l'.repeat(depth) + 'e'.repeat(depth);
  decode(nested(100));
  fails(nested(101), 'BENCODE_DEPTH');
  fails('l'.repeat(1_000_000), 'BENCODE_DEPTH');
  fails('d1:a'.repeat(1_000_000), 'BENCODE_DEPTH');
  decode(nested(500), { maxDepth: 500 });
  assert.throws(() => decodeDictionarySlices(encodeLatin1(`d1:a${nested(100)}e`)), /nested deeper/);
  decode('llelelelee', { maxNodes: 5 });
  fails('llelelelee', 'BENCODE_NODES', { maxNodes: 4 });
});

test('errors say where and what', () => {
  assert.throws(() => decode('l4:spamxe'), /expected a value, found "x" at byte 7$/);
  assert.throws(() => decode('l4:spam'), /expected a value, found the end at byte 7$/);
  assert.throws(() => decode('\x00'), /found byte 0x00 at byte 0$/);
});

test('a prefix tells where the payload begins', () => {
  const { value, end } = decodeBencodePrefix(encodeLatin1('xxd8:msg_typei1eepayload'), {}, 2);
  assert.deepEqual(value, new Map([['msg_type', 1]]));
  assert.equal(end, 17);
});

test('slices keep values byte-exact', () => {
  const text = 'd1:zd1:bi1e1:ai2ee4:infol3:abcee';
  const slices = decodeDictionarySlices(encodeLatin1(text));
  assert.deepEqual([...slices.keys()], ['z', 'info']);
  const z = slices.get('z')!;
  assert.equal(text.slice(z.start, z.end), 'd1:bi1e1:ai2ee');
  assert.throws(() => decodeDictionarySlices(encodeLatin1('d1:ad1:bi1e1:bi2eee')), /occurs twice/);
  assert.throws(
    () => decodeDictionarySlices(encodeLatin1('<html>')),
    /expected a dictionary, found "<"/,
  );
});

test('a list can be visited item by item and left early', () => {
  const seen: BencodeValue[] = [];
  visitBencodeList(encodeLatin1('xli1eli2eei3ei4ee'), 1, {}, (item) => {
    seen.push(item);
    return item !== 3;
  });
  assert.deepEqual(seen, [1, [2], 3]);
});

test('encoding sorts keys by their bytes and takes raw values as they are', () => {
  const bytes = encodeBencode(
    new Map<string, string | number | RawBencode>([
      ['b', 1],
      ['\xff', 3],
      ['a', new RawBencode(encodeLatin1('d1:bi1e1:ai2ee'))],
      [bencodeKey('é'), 'é'],
    ]),
  );
  assert.equal(decodeLatin1(bytes), 'd1:ad1:bi1e1:ai2ee1:bi1e2:\xc3\xa92:\xc3\xa91:\xffi3ee');
  assert.throws(() => encodeBencode(1.5));
  assert.throws(() => encodeBencode(new Map([['€', 1]])));
});

const anyValue: fc.Arbitrary<BencodeValue> = fc.letrec<{ value: BencodeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.maxSafeInteger(),
    fc.bigInt().filter((n) => !Number.isSafeInteger(Number(n))),
    fc.uint8Array({ maxLength: 12 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(
        fc.tuple(
          fc.uint8Array({ maxLength: 4 }).map((b) => decodeLatin1(b)),
          tie('value'),
        ),
        {
          maxLength: 4,
        },
      )
      .map((entries) => new Map([...new Map(entries)].sort(([a], [b]) => (a < b ? -1 : 1)))),
  ),
})).value;

test('what is encoded decodes to the same, canonically', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      assert.deepEqual(decodeBencode(encodeBencode(value), { canonical: true }), value);
    }),
  );
});

test('what decodes canonically encodes to the same bytes', () => {
  const soup = fc
    .array(fc.constantFrom('d', 'l', 'e', 'i', '0', '1', '2', ':', '-', 'a'), { maxLength: 12 })
    .map((letters) => encodeLatin1(letters.join('')));
  fc.assert(
    fc.property(soup, (bytes) => {
      const value = orDecodeError(() => decodeBencode(bytes, { canonical: true }));
      if (value !== undefined) assert.deepEqual(encodeBencode(value), bytes);
    }),
    { numRuns: 2000 },
  );
});

test('random and mutated input either decodes or throws DecodeError', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      (bytes) => void orDecodeError(() => decodeBencode(bytes)),
    ),
  );
  fc.assert(
    fc.property(anyValue, fc.nat(), fc.nat(255), fc.nat(), (value, at, byte, cut) => {
      const bytes = encodeBencode(value);
      bytes[at % bytes.length] = byte;
      orDecodeError(() => decodeBencode(bytes));
      orDecodeError(() => decodeDictionarySlices(bytes));
      orDecodeError(() => decodeBencode(bytes.subarray(0, cut % bytes.length)));
    }),
    { numRuns: 500 },
  );
});

function orDecodeError<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    assert.ok(error instanceof DecodeError, String(error));
    return undefined;
  }
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalIp, formatIp, isIpv4Mapped, parseIp, unmapIpv4 } from './ip-address.ts';

test('addresses have one canonical text', () => {
  const cases = {
    '1.2.3.4': '1.2.3.4',
    '::': '::',
    '::1': '::1',
    '1::': '1::',
    '2001:DB8:0:0:1:0:0:1': '2001:db8::1:0:0:1',
    '2001:0db8:0000:0000:0000:0000:0000:0001': '2001:db8::1',
    '2001:db8:0:1:1:1:1:1': '2001:db8:0:1:1:1:1:1',
    '2001:0:0:1:0:0:0:1': '2001:0:0:1::1',
    '0:1:2:3:4:5:6:7': '0:1:2:3:4:5:6:7',
    '::2:3:4:5:6:7:8': '0:2:3:4:5:6:7:8',
    '::ffff:1.2.3.4': '1.2.3.4',
    '::ffff:102:304': '1.2.3.4',
    '64:ff9b::1.2.3.4': '64:ff9b::102:304',
    '1:2:3:4:5:6:1.2.3.4': '1:2:3:4:5:6:102:304',
  };
  for (const [text, canonical] of Object.entries(cases)) assert.equal(canonicalIp(text), canonical);
});

test('what is no plain numeric address is refused', () => {
  const refused = [
    '',
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '0x7f.0.0.1',
    '1.2.3.',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '1.2.3.4:80',
    '2130706433',
    '[::1]',
    '::1%eth0',
    ':',
    ':::',
    '::1::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '1::2:3:4:5:6:7:8',
    '12345::',
    'g::',
    ':1',
    '1:',
    '1:2:',
    '1.2.3.4::',
    '::1.2.3',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:1.2.3.4',
    '-1::',
    '١.٢.٣.٤',
    '+1.2.3.4',
  ];
  for (const text of refused) assert.equal(parseIp(text), undefined, JSON.stringify(text));
});

test('formatting and parsing are inverse', () => {
  // Zeros are frequent, so that "::" is exercised in every position.
  const byte = fc.oneof(fc.constant(0), fc.nat(255));
  const address = fc
    .constantFrom(4, 16)
    .chain((length) =>
      fc.array(byte, { minLength: length, maxLength: length }).map((list) => Uint8Array.from(list)),
    );
  fc.assert(
    fc.property(address, (bytes) => {
      const text = formatIp(bytes);
      assert.ok(text !== undefined);
      assert.deepEqual(parseIp(text), Uint8Array.from(unmapIpv4(bytes)));
    }),
  );
});

test('IPv6 text is what the WHATWG URL standard writes', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const bytes = parseIp(text);
      assert.ok(bytes !== undefined, text);
      if (isIpv4Mapped(bytes)) return;
      assert.equal(`[${formatIp(bytes)}]`, new URL(`http://[${text}]/`).hostname);
    }),
  );
});

test('random text never throws', () => {
  const text = fc.string({ unit: fc.constantFrom(...'0123456789abcdefg.:%[]') });
  fc.assert(
    fc.property(text, (candidate) => {
      const bytes = parseIp(candidate);
      if (bytes !== undefined) assert.ok(bytes.length === 4 || bytes.length === 16);
    }),
  );
});

test('other sizes have no text', () => {
  for (const length of [0, 3, 5, 15, 17]) assert.equal(formatIp(new Uint8Array(length)), undefined);
});

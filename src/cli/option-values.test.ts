import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  oneOf,
  parsePeer,
  parsePieceLength,
  parsePort,
  parseRate,
  parseRatio,
  parseTier,
  parseTime,
  repeated,
} from './option-values.ts';

const refused = { code: 'commander.invalidArgument' };

test('ports', () => {
  assert.equal(parsePort('0'), 0);
  assert.equal(parsePort('65535'), 65_535);
  for (const bad of ['65536', '-1', '', '80a', '1e3', '0x50']) {
    assert.throws(() => parsePort(bad), refused, bad);
  }
});

test('rates take binary and decimal units, and a plain number of bytes', () => {
  assert.equal(parseRate('2MiB'), 2 * 2 ** 20);
  assert.equal(parseRate('2MiB/s'), 2 * 2 ** 20);
  assert.equal(parseRate('500k'), 500 * 1024);
  assert.equal(parseRate('1.5 MB/s'), 1_500_000);
  assert.equal(parseRate('800000'), 800_000);
  for (const bad of ['0', 'fast', '2 XiB', '-1', '']) assert.throws(() => parseRate(bad), refused);
});

test('times are seconds unless they say otherwise', () => {
  assert.equal(parseTime('90'), 90_000);
  assert.equal(parseTime('10min'), 600_000);
  assert.equal(parseTime('1.5h'), 5_400_000);
  assert.equal(parseTime('0'), 0);
  for (const bad of ['soon', '1 week', '', '-5']) assert.throws(() => parseTime(bad), refused);
});

test('piece lengths: size, exponent, auto', () => {
  assert.equal(parsePieceLength('256KiB'), 2 ** 18);
  assert.equal(parsePieceLength('18'), 2 ** 18);
  assert.equal(parsePieceLength('262144'), 2 ** 18);
  assert.equal(parsePieceLength('auto'), 'auto');
  assert.equal(parsePieceLength('1GiB'), 2 ** 30);
  for (const bad of ['8KiB', '13', '31', '2GiB', 'big', '']) {
    assert.throws(() => parsePieceLength(bad), refused, bad);
  }
  assert.throws(() => parsePieceLength('300KiB'), /nearest are 262144 and 524288/);
});

test('a tier is one URL or several separated by commas', () => {
  assert.deepEqual(parseTier('udp://a:1'), ['udp://a:1']);
  assert.deepEqual(parseTier('http://a/announce,udp://b:1'), ['http://a/announce', 'udp://b:1']);
  for (const bad of ['tracker.example', 'ftp://a/', '', 'http://']) {
    assert.throws(() => parseTier(bad), refused, bad);
  }
  assert.throws(() => parseTier('htp://a/announce'), /Did you mean http instead of htp/);
});

test('repeated flags add up in order', () => {
  const tiers = repeated(parseTier);
  assert.deepEqual(tiers('udp://b:1', tiers('udp://a:1')), [['udp://a:1'], ['udp://b:1']]);
});

test('peers are a host and a port', () => {
  assert.deepEqual(parsePeer('10.0.0.7:6881'), { host: '10.0.0.7', port: 6881 });
  assert.deepEqual(parsePeer('box.local:1'), { host: 'box.local', port: 1 });
  assert.deepEqual(parsePeer('[::1]:6881'), { host: '::1', port: 6881 });
  for (const bad of ['10.0.0.7', '::1:6881', 'a:0', 'a:65536', ':1', 'a b:1']) {
    assert.throws(() => parsePeer(bad), refused, bad);
  }
});

test('a mistyped word is answered with the nearest', () => {
  const parse = oneOf(['auto', 'always', 'never']);
  assert.equal(parse('never'), 'never');
  assert.throws(() => parse('allways'), /Did you mean always\?/);
});

test('ratios', () => {
  assert.equal(parseRatio('1.5'), 1.5);
  assert.equal(parseRatio('0'), 0);
  for (const bad of ['', 'x', '-1', '1e5']) assert.throws(() => parseRatio(bad), refused);
});

test('a number too long to be one is refused, not infinite', () => {
  const long = '1'.repeat(400);
  for (const parse of [parseRatio, parseTime, parseRate]) {
    assert.throws(() => parse(long), refused, parse.name);
    assert.throws(() => parse(`${long}.5`), refused, parse.name);
  }
});

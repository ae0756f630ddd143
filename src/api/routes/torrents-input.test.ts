import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DaemonRefusal } from '../service/refusal.ts';
import { parseAddBody, parseAddQuery, parseRemoveQuery } from './torrents-input.ts';

const hash = 'ab'.repeat(20);

function refusalOf(parse: () => unknown): DaemonRefusal | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof DaemonRefusal, String(error));
    return error;
  }
}

test('whatever is sent is taken or refused', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      for (const parse of [parseAddBody, parseAddQuery, parseRemoveQuery]) {
        refusalOf(() => parse(value));
      }
    }),
  );
});

test('a bad field is refused by its name, whatever is in it', () => {
  const fields = ['source', 'dir', 'paused', 'trackers'] as const;
  fc.assert(
    fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, value) => {
      const refusal = refusalOf(() => parseAddBody({ source: hash, [field]: value }));
      if (refusal !== undefined) assert.equal(refusal.details.field?.split('.')[0], field);
    }),
  );
});

test('sources of every form', () => {
  const good = [
    hash,
    hash.toUpperCase(),
    'cd'.repeat(32),
    `1220${'cd'.repeat(32)}`,
    'vov2xk5lvov2xk5lvov2xk5lvov2xk5l',
    `MAGNET:?xt=urn:btih:${hash}`,
    'https://host/x.torrent?a=b',
    'http://[::1]/x',
  ];
  for (const source of good) assert.equal(parseAddBody({ source }).source, source);
  const bad = [
    '-o',
    `--data ${hash}`,
    'javascript:alert(1)',
    `${hash} ${hash}`,
    'http:///x',
    'http',
  ];
  for (const source of bad) {
    assert.equal(refusalOf(() => parseAddBody({ source }))?.details.field, 'source', source);
  }
});

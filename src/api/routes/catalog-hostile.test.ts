import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sampleTorrent } from '../../node/catalog/sample-torrent-fixture.test.ts';
import { type BencodeInput, encodeBencode } from '../../protocol/bencode.ts';
import { attachmentOf } from './attachment-name.ts';
import { startCatalog } from './catalog-server-fixture.test.ts';

/** Lone surrogates are among them. */
const anyCharacter = fc
  .oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0x10ffff }))
  .map((code) => String.fromCodePoint(code));
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text));

function named(name: Uint8Array, path: readonly Uint8Array[], comment: Uint8Array): Uint8Array {
  const file = new Map<string, BencodeInput>([
    ['length', 1],
    ['path', [...path]],
  ]);
  const info = new Map<string, BencodeInput>([
    ['files', [file]],
    ['name', name],
    ['piece length', 16_384],
    ['pieces', new Uint8Array(20)],
  ]);
  return encodeBencode(
    new Map<string, BencodeInput>([
      ['comment', comment],
      ['info', info],
    ]),
  );
}

test('hostile names are data: listed, shown and fetched, and nothing else', async (t) => {
  const server = await startCatalog(t);
  const names = [
    '<img src=x onerror=alert(1)>',
    '</script><script>alert(1)</script>',
    '\u202egnp.exe',
    'line\r\nSet-Cookie: a=b',
    '"; filename="evil.exe',
    '../../etc/passwd',
    'n'.repeat(10_000),
    '👩‍👩‍👧‍👦🏴‍☠️',
    '\ufeff\u200b',
    '__proto__',
    'constructor',
    'torrent',
    '%00%2f%252e',
    "Robert'); DROP TABLE entry;--",
    'a;b?c#d&e=f+g h',
  ];
  for (const name of names) {
    const raw = bytesOf(name);
    const torrent = named(raw, [raw, bytesOf('..'), raw], raw);
    const published = await server.publish(torrent);
    assert.equal(published.status, 201, name);
    const shown = published.json?.name as string;
    assert.doesNotMatch(shown, /[\p{Cc}/\\]/u);
    const path = `/${encodeURIComponent(shown)}`;
    const detail = await server.ask({ path });
    assert.equal(detail.json?.id, published.json?.id, name);
    assert.match(String(detail.headers['content-type']), /^application\/json/);
    const fetched = await server.ask({ path: `${path}/torrent` });
    assert.deepEqual(new Uint8Array(fetched.bytes), torrent);
    assert.match(
      String(fetched.headers['content-disposition']),
      /^attachment; filename="[^"\\]*"; /,
    );
    assert.equal(fetched.headers['set-cookie'], undefined);
  }
  const odd = [
    '/%',
    '/%ff',
    '/%00',
    '/..%2f..%2fetc',
    '/a/b/c',
    '/',
    '//',
    '/__proto__/torrent',
    `/${'x'.repeat(8000)}`,
    '?query=%ff%00%22',
    `?query=${'%F0%9F%8E%89'.repeat(600)}`,
    '?__proto__=1',
    '?limit=1e2',
    '?limit=99999999999999999999',
  ];
  for (const path of odd) {
    const answer = await server.ask({ path });
    assert.ok(answer.status < 500, `${path} ${answer.status}`);
  }
});

test('a file name for saving is safe in every header', () => {
  assert.equal(
    attachmentOf('Größe "1".iso'),
    `attachment; filename="Gr__e _1_.iso.torrent"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20_1_.iso.torrent`,
  );
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 300 }), (name) => {
      const header = attachmentOf(name);
      assert.match(header, /^attachment; filename="[\w .()+,=@-]+"; filename\*=UTF-8''[\w.!~%-]+$/);
      assert.doesNotMatch(header, /filename="\.+\.torrent/);
    }),
    { numRuns: 100 },
  );
});

test('whatever is published or asked, the tracker has no error of its own', async (t) => {
  const failures: Error[] = [];
  const server = await startCatalog(t, { onFailure: (error) => failures.push(error) });
  const samples = (['1', '2', 'hybrid'] as const).map((version) =>
    sampleTorrent({ name: 'sample', version, files: ['a', 'b/c'], comment: 'words' }),
  );
  const mutated = fc
    .tuple(
      fc.constantFrom(...samples),
      fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.nat(3)), { minLength: 1, maxLength: 4 }),
    )
    .map(([sample, changes]) => {
      const bytes = [...sample];
      for (const [at, value, kind] of changes) {
        const place = at % bytes.length;
        if (kind === 0) bytes.splice(place, 1);
        else if (kind === 1) bytes.splice(place, 0, value);
        else bytes[place] = value;
      }
      return new Uint8Array(bytes);
    });
  const free = fc
    .tuple(
      fc.uint8Array({ maxLength: 40 }),
      fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 3 }),
    )
    .map(([name, path]) => named(name, path, name));
  await fc.assert(
    fc.asyncProperty(fc.oneof(mutated, free, fc.uint8Array({ maxLength: 200 })), async (body) => {
      const { status, json } = await server.publish(body);
      assert.ok(status < 500, String(status));
      if (status >= 300) return;
      assert.equal((await server.ask({ path: `/${json?.id}` })).status, 200);
      const { bytes } = await server.ask({ path: `/${json?.infoHash}/torrent` });
      if (status === 201) assert.ok(bytes.equals(body));
    }),
    { numRuns: 200 },
  );
  const parameter = fc.string({ unit: anyCharacter, maxLength: 30 }).map(encodeLoosely);
  await fc.assert(
    fc.asyncProperty(parameter, parameter, async (ref, query) => {
      for (const path of [`/${ref}`, `?query=${query}&sort=name`, `?${query}=${ref}`]) {
        assert.ok((await server.ask({ path })).status < 500, path);
      }
    }),
    { numRuns: 50 },
  );
  assert.deepEqual(failures, []);
});

function encodeLoosely(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

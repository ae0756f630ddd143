/** The page's files: with their policy, only those of the folder, and without a secret. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { startRoutes } from './daemon-routes-fixture.test.ts';

function webFolder(t: TestContext): string {
  const outer = mkdtempSync(join(tmpdir(), 'shoal-web-'));
  t.after(() => rmSync(outer, { recursive: true }));
  const dir = join(outer, 'web');
  mkdirSync(join(dir, 'assets'), { recursive: true });
  writeFileSync(join(outer, 'secret.txt'), 'the secret');
  writeFileSync(join(dir, 'index.html'), '<!doctype html><p>the page');
  writeFileSync(join(dir, '.env'), 'the secret');
  writeFileSync(join(dir, 'assets', 'index-B1x9Kq_z.js'), 'console.log(1)');
  writeFileSync(join(dir, 'assets', 'index-B1x9Kq_z.js.br'), brotliCompressSync('console.log(1)'));
  writeFileSync(join(dir, 'logo.svg'), '<svg/>');
  symlinkSync(join(outer, 'secret.txt'), join(dir, 'link.txt'));
  return dir;
}

test('documents come with a strict policy, and hashed names are kept', async (t) => {
  const rig = await startRoutes(t, { webRoot: { dir: webFolder(t), isForeign: false } });
  const page = await rig.ask({ path: '/', bare: true });
  assert.deepEqual([page.status, page.text], [200, '<!doctype html><p>the page']);
  const policy = String(page.headers['content-security-policy']);
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self';/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.equal(page.headers['x-frame-options'], 'DENY');
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  assert.equal(page.headers['referrer-policy'], 'no-referrer');
  assert.equal(page.headers['cache-control'], 'no-cache');
  const script = await rig.ask({ path: '/assets/index-B1x9Kq_z.js', bare: true });
  assert.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.match(script.headers['content-type'] ?? '', /javascript/);
  assert.equal(script.text, 'console.log(1)');
  const small = await rig.ask({
    path: '/assets/index-B1x9Kq_z.js',
    bare: true,
    headers: { 'accept-encoding': 'gzip, br' },
  });
  assert.equal(small.headers['content-encoding'], 'br');
  assert.equal(String(brotliDecompressSync(small.bytes)), 'console.log(1)');
  for (const name of ['cache-control', 'content-type', 'content-security-policy'] as const) {
    assert.equal(small.headers[name], script.headers[name], name);
  }
  assert.equal(
    (await rig.ask({ path: '/logo.svg', bare: true })).headers['cache-control'],
    'no-cache',
  );
  assert.equal((await rig.ask({ path: '/index.html', method: 'HEAD', bare: true })).status, 200);
});

test('another page gets a looser policy, still without foreign scripts', async (t) => {
  const rig = await startRoutes(t, { webRoot: { dir: webFolder(t), isForeign: true } });
  const policy = String(
    (await rig.ask({ path: '/', bare: true })).headers['content-security-policy'],
  );
  assert.match(policy, /style-src 'self' 'unsafe-inline'/);
  assert.match(policy, /script-src 'self';/);
  assert.match(policy, /frame-ancestors 'none'/);
});

test('nothing outside of the folder is sent', async (t) => {
  const rig = await startRoutes(t, { webRoot: { dir: webFolder(t), isForeign: false } });
  const paths = [
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/..%2f..%2fetc/passwd',
    '/%2e%2e/secret.txt',
    '/%252e%252e%252fsecret.txt',
    '/..%252fsecret.txt',
    '/..\\secret.txt',
    '/..%5csecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '//etc/passwd',
    '/%2fetc/passwd',
    '/.env',
    '/%2eenv',
    '/assets/',
    '/assets',
    '/index.html%00.js',
    '/nowhere.js',
    '/token',
    '/address',
    '/%',
    '/%ff',
  ];
  for (const path of paths) {
    const { status, text } = await rig.ask({ path, bare: true });
    assert.ok(status === 404 || status === 400, `${path}: ${status}`);
    assert.doesNotMatch(text, /secret|root:/, path);
  }
  assert.doesNotMatch((await rig.ask({ path: '/link.txt', bare: true })).text, /the secret/);
  assert.equal((await rig.ask({ path: '/', method: 'POST', bare: true })).status, 404);
});

test('a place in the page is the page; the API keeps its own answers', async (t) => {
  const rig = await startRoutes(t, { webRoot: { dir: webFolder(t), isForeign: false } });
  const headers = { accept: 'text/html,*/*' };
  const place = await rig.ask({ path: '/torrents/abc', bare: true, headers });
  assert.equal(place.text, '<!doctype html><p>the page');
  assert.match(String(place.headers['content-security-policy']), /default-src 'none'/);
  for (const path of ['/api', '/api/v1/nowhere', '/api/v2/app/version', '/transmission/rpc']) {
    const { status, text } = await rig.ask({ path, bare: true, headers });
    assert.ok(status === 404 || status === 401, path);
    assert.doesNotMatch(text, /the page/, path);
  }
});

test('a link from elsewhere opens the page, and nothing else', async (t) => {
  const rig = await startRoutes(t, { webRoot: { dir: webFolder(t), isForeign: false } });
  const headers = {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
  };
  assert.equal((await rig.ask({ path: '/', bare: true, headers })).status, 200);
  assert.equal((await rig.ask({ path: '/api/v1/torrents', headers })).code, 'FORBIDDEN_ORIGIN');
  const framed = { ...headers, 'sec-fetch-dest': 'iframe' };
  assert.equal((await rig.ask({ path: '/', headers: framed })).code, 'FORBIDDEN_ORIGIN');
  const host = { ...headers, host: 'evil.example' };
  assert.equal((await rig.ask({ path: '/', headers: host })).code, 'FORBIDDEN_HOST');
});

test('without a page the root says how to get one', async (t) => {
  for (const webRoot of [undefined, { dir: '/nowhere/at/all', isForeign: true }]) {
    const rig = await startRoutes(t, { webRoot });
    const { status, text, headers } = await rig.ask({ path: '/', bare: true });
    assert.equal(status, 200);
    assert.match(text, /--web-root/);
    assert.match(String(headers['content-security-policy']), /default-src 'none'/);
  }
});

/** Which daemon is asked, and to whom the token of a file is given. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DaemonError } from './daemon-error.ts';
import { findDaemon } from './find-daemon.ts';

function folder(t: TestContext, files: Record<string, string>): string {
  const path = mkdtempSync(join(tmpdir(), 'shoal-find-'));
  t.after(() => rmSync(path, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

test('without a data folder it is the usual port, and no token', async () => {
  assert.deepEqual(await findDaemon({ dataDir: '/nowhere/at/all' }), {
    url: 'http://127.0.0.1:6880',
    token: undefined,
    isLocal: true,
  });
});

test('the files of a daemon say where it is and what it takes', async (t) => {
  const dataDir = folder(t, { address: 'http://127.0.0.1:7001/\n', token: 'secret\nmore\n' });
  const url = 'http://127.0.0.1:7001';
  assert.deepEqual(await findDaemon({ dataDir }), { url, token: 'secret', isLocal: true });
  assert.equal((await findDaemon({ dataDir, token: 'other' })).token, 'other');
  for (const bad of ['', 'file:///etc/passwd', 'nonsense', '\n']) {
    const spoilt = folder(t, { address: bad, token: '\n' });
    const found = await findDaemon({ dataDir: spoilt });
    assert.deepEqual([found.url, found.token], ['http://127.0.0.1:6880', undefined]);
  }
});

test('a token that is kept elsewhere is found there', async (t) => {
  const place = folder(t, { mine: 'my own token\n' });
  const dataDir = folder(t, { token: 'old', 'token-path': `${join(place, 'mine')}\n` });
  assert.equal((await findDaemon({ dataDir })).token, 'my own token');
  assert.equal((await findDaemon({ dataDir, url: 'http://10.0.0.5:1' })).token, undefined);
});

test('the token of a file goes to no other machine', async (t) => {
  const dataDir = folder(t, { address: 'http://127.0.0.1:7001\n', token: 'secret\n' });
  const tokenFor = async (url: string) => (await findDaemon({ dataDir, url })).token;
  for (const url of ['http://127.0.0.1:9/', 'http://localhost:9', 'http://[::1]:9/x']) {
    assert.equal(await tokenFor(url), 'secret', url);
  }
  for (const url of [
    'http://10.0.0.5:7001',
    'http://127.0.0.1.example:7001',
    'http://127.0.0.1@example.org',
    'https://localhost.example',
  ]) {
    assert.equal(await tokenFor(url), undefined, url);
    assert.equal((await findDaemon({ dataDir, url, token: 'given' })).token, 'given');
    assert.equal((await findDaemon({ dataDir, url })).isLocal, false);
  }
});

test('a token that cannot be read is said', async (t) => {
  const dataDir = folder(t, {});
  mkdirSync(join(dataDir, 'token'));
  await assert.rejects(findDaemon({ dataDir }), (error: unknown) => {
    assert.ok(error instanceof DaemonError);
    assert.equal(error.code, 'DAEMON_TOKEN_UNREADABLE');
    assert.match(error.message, /token cannot be read \(EISDIR\).*--token or SHOAL_TOKEN/);
    return true;
  });
});

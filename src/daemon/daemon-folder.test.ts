import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openDaemon } from './daemon.ts';
import { openDaemonFolder, readOrMakeToken } from './daemon-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'shoal-daemon-'));
after(() => rmSync(root, { recursive: true }));

test('one daemon at a time, and the second hears which', () => {
  const path = join(root, 'data');
  const first = openDaemonFolder(path);
  assert.equal(statSync(path).mode & 0o777, 0o700);
  assert.throws(() => openDaemonFolder(path), {
    code: 'STATE_IN_USE',
    pid: process.pid,
    message: new RegExp(`pid ${process.pid}`),
  });
  first.release();
  openDaemonFolder(path).release();
});

test('the token is made once, long, and for its owner alone', async () => {
  const path = join(root, 'token');
  const token = await readOrMakeToken(path);
  assert.match(token, /^[0-9a-f]{64}$/);
  assert.notEqual(await readOrMakeToken(join(root, 'another')), token);
  chmodSync(path, 0o644);
  assert.equal(await readOrMakeToken(path), token);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  writeFileSync(path, '');
  assert.match(await readOrMakeToken(path), /^[0-9a-f]{64}$/);
  for (const bad of ['short\n', 'with a space in it, and long enough\n']) {
    writeFileSync(path, bad);
    await assert.rejects(readOrMakeToken(path), { code: 'CONFIG_BAD_TOKEN' });
    assert.equal(readFileSync(path, 'utf8'), bad);
  }
});

test('others reach the daemon only with a token that somebody set', async () => {
  for (const host of ['0.0.0.0', '::', '192.168.1.5']) {
    const options = { host, port: 0, dataDir: join(root, 'open') };
    await assert.rejects(openDaemon(options), { code: 'CONFIG_TOKEN_FILE' });
  }
});

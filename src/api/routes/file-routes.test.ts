/** Files of torrents as they are streamed: the part that was asked for, and never as a page of ours. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { startRoutes, token } from './daemon-routes-fixture.test.ts';
import { knownFile, knownHash } from './recording-ports-fixture.test.ts';

const path = `/api/v1/torrents/${knownHash}/files/0`;

test('the whole file, a part of it, and none of it', async (t) => {
  const rig = await startRoutes(t);
  const whole = await rig.ask({ path });
  assert.equal(whole.status, 200);
  assert.deepEqual(new Uint8Array(whole.bytes), knownFile);
  assert.equal(whole.headers['accept-ranges'], 'bytes');
  assert.equal(whole.headers['content-length'], '100000');
  const part = await rig.ask({ path, headers: { range: 'bytes=50000-70000' } });
  assert.equal(part.status, 206);
  assert.equal(part.headers['content-range'], 'bytes 50000-70000/100000');
  assert.deepEqual(new Uint8Array(part.bytes), knownFile.slice(50_000, 70_001));
  const tail = await rig.ask({ path, headers: { range: 'bytes=-10' } });
  assert.deepEqual(new Uint8Array(tail.bytes), knownFile.slice(-10));
  const beyond = await rig.ask({ path, headers: { range: 'bytes=100000-' } });
  assert.deepEqual([beyond.status, beyond.code], [416, 'RANGE_NOT_SATISFIABLE']);
  assert.equal(beyond.headers['content-range'], 'bytes */100000');
  const head = await rig.ask({ path, method: 'HEAD', headers: { range: 'bytes=5-9' } });
  assert.deepEqual([head.status, head.headers['content-length'], head.text], [206, '5', '']);
  const etag = whole.headers.etag ?? '';
  const same = await rig.ask({ path, headers: { range: 'bytes=0-0', 'if-range': etag } });
  assert.equal(same.status, 206);
  const other = await rig.ask({ path, headers: { range: 'bytes=0-0', 'if-range': '"x"' } });
  assert.equal(other.status, 200);
  for (const bad of [path.replace(/0$/, '1'), path.replace(/0$/, '9999999999')]) {
    assert.equal((await rig.ask({ path: bad })).status, 404);
  }
  for (const bad of ['x', '-1', '1.5']) {
    const answer = await rig.ask({ path: path.replace(/0$/, bad) });
    assert.deepEqual([answer.status, answer.field], [400, 'index'], bad);
  }
});

test('reading ends when nobody takes it any more', async (t) => {
  const rig = await startRoutes(t);
  const headers = { authorization: `Bearer ${token}` };
  await new Promise<void>((done, failed) => {
    const asking = request({ host: '127.0.0.1', port: rig.port, path, headers, agent: false });
    asking.on('response', (response) => {
      response.once('data', () => {
        asking.destroy();
        done();
      });
      response.on('error', () => undefined);
    });
    asking.on('error', failed);
    asking.end();
  });
  for (let i = 0; i < 200 && !rig.calls.some(([name]) => name === 'aborted'); i++) {
    await new Promise((done) => setTimeout(done, 5));
  }
  assert.ok(rig.calls.some(([name]) => name === 'aborted'));
});

test('nothing in a torrent runs as a page of the daemon', async (t) => {
  const rig = await startRoutes(t);
  const inline = ['film.mp4', 'song.FLAC', 'cover.png', 'readme.txt'];
  const attached = ['page.html', 'x.svg', 'a.xhtml', 'x.js', 'book.pdf', 'a.xml', 'none', '.html'];
  for (const name of [...inline, ...attached]) {
    rig.recorded.fileName = name;
    const { headers } = await rig.ask({ path });
    const type = headers['content-type'] ?? '';
    const isInline = inline.includes(name);
    assert.equal(headers['content-disposition']?.split(';')[0], isInline ? 'inline' : 'attachment');
    assert.match(
      type,
      isInline ? /^(video|audio|image|text\/plain)/ : /^application\/octet-stream$/,
    );
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.match(String(headers['content-security-policy']), /^sandbox; default-src 'none'/);
  }
  rig.recorded.fileName = 'a"\r\nset-cookie: x=1; <b>é\u202e.html';
  const { headers } = await rig.ask({ path });
  assert.equal(headers['set-cookie'], undefined);
  assert.match(
    headers['content-disposition'] ?? '',
    /^attachment; filename="[^"\r\n]*"; filename\*=UTF-8''[\w%.!~-]+$/,
  );
});

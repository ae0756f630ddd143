/** What another server said goes on as data, never as a page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRoutes } from './daemon-routes-fixture.test.ts';

const catalog = '/api/v1/catalog';

test('questions go on, with every name kept a name', async (t) => {
  const rig = await startRoutes(t);
  const paths: [string, string][] = [
    [catalog, ''],
    [`${catalog}?query=a%20b&limit=5`, '?query=a+b&limit=5'],
    [`${catalog}/7`, '/7'],
    [`${catalog}/a%2Fb%3Fc`, '/a%2Fb%3Fc'],
    [
      `${catalog}/${encodeURIComponent('é'.repeat(255))}`,
      `/${encodeURIComponent('é'.repeat(255))}`,
    ],
  ];
  for (const [path, asked] of paths) {
    assert.equal((await rig.ask({ path })).status, 200, path);
    assert.deepEqual(rig.calls.at(-1), ['catalog', asked]);
  }
  for (const ref of ['..', '%2e%2e', '.']) {
    await rig.ask({ path: `${catalog}/${ref}` });
    assert.notDeepEqual(rig.calls.at(-1), ['catalog', `/${ref}`]);
  }
});

test('answers are JSON or a file to save, whatever came', async (t) => {
  const rig = await startRoutes(t);
  const body = new TextEncoder().encode('<script>alert(1)</script>');
  for (const path of [catalog, `${catalog}/7`, `${catalog}/7/torrent`, '/api/v1/tracker']) {
    rig.recorded.trackerAnswer = { status: 200, mediaType: 'text/html', body };
    const html = await rig.ask({ path });
    assert.deepEqual([html.status, html.code], [409, 'TRACKER_ABSENT'], path);
    for (const status of [301, 401, 403, 500]) {
      rig.recorded.trackerAnswer = { status, mediaType: 'application/json', body };
      assert.equal((await rig.ask({ path })).code, 'TRACKER_UNREACHABLE', `${path} ${status}`);
    }
  }
  const mediaType = 'application/x-bittorrent';
  rig.recorded.trackerAnswer = { status: 200, mediaType, body };
  const { headers, text } = await rig.ask({ path: `${catalog}/a%22b/torrent` });
  assert.equal(headers['content-type'], mediaType);
  assert.match(headers['content-disposition'] ?? '', /^attachment; filename="a_b\.torrent"/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(text, '<script>alert(1)</script>');
});

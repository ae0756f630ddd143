/** `shoal tracker` and the commands that ask one. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { jsonLines, shoal, startShoal } from './shoal-process.ts';

const magnet = `magnet:?xt=urn:btih:${'ab'.repeat(20)}&dn=holiday`;

test('a tracker says where it listens, answers, and leaves at Ctrl-C', async () => {
  const tracker = startShoal(['tracker', '--host', '127.0.0.1', '--port', '0', '--json']);
  try {
    const [line] = await tracker.stdoutMatches(/^.*\n/);
    const listening = JSON.parse(line) as { event: string; announceUrls: string[]; port: number };
    assert.equal(listening.event, 'listening');
    const [httpUrl, udpUrl] = listening.announceUrls;
    assert.equal(httpUrl, `http://127.0.0.1:${listening.port}/announce`);

    const announced = await shoal(['announce', magnet, '-a', `${httpUrl},${udpUrl}`, '--json']);
    assert.equal(announced.code, 0, announced.stdout);
    const answers = jsonLines(announced.stdout);
    assert.deepEqual(
      answers.map(({ tracker: url }) => url),
      [httpUrl, udpUrl],
    );
    for (const answer of answers) {
      assert.equal(answer.infoHash, 'ab'.repeat(20));
      assert.ok(Number(answer.intervalSeconds) >= 1800);
      assert.ok(Number(answer.seconds) >= 0);
    }

    // Whoever announced for a look has left again.
    const scraped = await shoal(['scrape', magnet, httpUrl!, udpUrl!, '--json']);
    assert.equal(scraped.code, 0, scraped.stdout);
    for (const { seeders, leechers } of jsonLines(scraped.stdout)) {
      assert.deepEqual([seeders ?? 0, leechers ?? 0], [0, 0]);
    }

    const taken = await shoal(['tracker', '--host', '127.0.0.1', '--port', `${listening.port}`]);
    assert.equal(taken.code, 1);
    assert.match(taken.stderr, new RegExp(`cannot listen on port ${listening.port}: another`));

    tracker.child.kill('SIGINT');
    const { code, stderr } = await tracker.ended;
    assert.equal(code, 0);
    assert.equal(stderr, '');
  } finally {
    tracker.child.kill('SIGKILL');
  }
});

test('a tracker for people says it in lines', async () => {
  const tracker = startShoal(['tracker', '--host', '127.0.0.1', '--port', '0']);
  try {
    await tracker.stdoutMatches(/tracker {3}http:\/\/127\.0\.0\.1:\d+\/announce\n/);
    await tracker.stdoutMatches(/listening on port \d+, TCP and UDP {6}Ctrl-C to stop\n/);
    tracker.child.kill('SIGTERM');
    assert.equal((await tracker.ended).code, 0);
  } finally {
    tracker.child.kill('SIGKILL');
  }
});

test('a tracker that does not answer is named with the cause', async () => {
  const port = await closedPort();
  const url = `http://127.0.0.1:${port}/announce`;
  const announced = await shoal(['announce', magnet, '-a', url]);
  assert.equal(announced.code, 8);
  assert.match(announced.stdout, new RegExp(`${url} {3}connection refused {3}\\d+ ms`));
  const scraped = await shoal(['scrape', magnet, url, '--json']);
  assert.equal(scraped.code, 8);
  const [answer] = jsonLines(scraped.stdout);
  assert.deepEqual(answer?.error, { code: 'TRACKER_REFUSED', message: 'connection refused' });
});

test('a torrent without trackers, and a tracker without torrents, are usage errors', async () => {
  const [announced, scraped] = await Promise.all([
    shoal(['announce', magnet]),
    shoal(['scrape', 'udp://127.0.0.1:1']),
  ]);
  assert.equal(announced.code, 2);
  assert.match(announced.stderr, /holiday names no tracker/);
  assert.equal(scraped.code, 2);
  assert.match(scraped.stderr, /name a \.torrent file/);
});

/** A port that was free a moment ago and that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Names and links that look like something else, and output that nobody reads. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { jsonLines, shoal } from './shoal-process.ts';
import { childEnvironment } from './stage/child-environment.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
let folder = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-hostile-'));
});
after(() => rmSync(folder, { recursive: true }));

test('a file called -rf is a file behind --, and an option before it', async () => {
  writeFileSync(join(folder, '-rf'), 'content');
  const bare = await shoal(['create', '-rf'], { cwd: folder });
  assert.equal(bare.code, 2);
  assert.match(bare.stderr, /begins with - goes behind --/);
  const made = await shoal(['create', '-o', 'rf.torrent', '--json', '--', '-rf'], { cwd: folder });
  assert.equal(made.code, 0, made.stdout);
  const shown = await shoal(['show', '--json', 'rf.torrent'], { cwd: folder });
  assert.equal(jsonLines(shown.stdout)[0]?.name, '-rf');
  const checked = await shoal(['verify', 'rf.torrent', '--dir', '.'], { cwd: folder });
  assert.equal(checked.code, 0, checked.stderr);
});

test('a link is data, whatever it looks like', async () => {
  const hash = '12'.repeat(20);
  const nobody = { SHOAL_DAEMON: 'http://127.0.0.1:1' };
  const links = [
    ['-magnet:?xt=urn:btih:', /no such file|no file here|unreachable|no daemon/i],
    [`--dir=/etc`, /no such file|no file here|no daemon/i],
    [`magnet:?xt=urn:btih:${hash}&dn="; touch ran; echo "`, /no daemon answers/],
    [`magnet:?xt=urn:btih:${hash}&dn=a\nb\r$(touch ran)`, /no daemon answers/],
  ] as const;
  for (const [link, said] of links) {
    const result = await shoal(['add', '--', link], { cwd: folder, env: nobody });
    assert.ok([4, 8].includes(result.code), `${link}: ${result.code} ${result.stderr}`);
    assert.match(result.stderr, said, link);
  }
  // As an option it would be taken for one, and refused.
  assert.equal((await shoal(['add', '-magnet:?x'], { cwd: folder, env: nobody })).code, 2);
  assert.ok(!readdirSync(folder).includes('ran'));
});

const noBytes =
  process.platform === 'linux' ? false : 'names are bytes on Linux only; run it there';

test('a name that is no UTF-8 is said, not taken for another', { skip: noBytes }, async () => {
  const odd = Buffer.concat([Buffer.from(join(folder, 'odd', 'na')), Buffer.from([0xff, 0x21])]);
  mkdirSync(join(folder, 'odd'));
  writeFileSync(odd, 'content');
  const made = await shoal(['create', 'odd', '-o', 'odd.torrent'], { cwd: folder });
  assert.equal(made.code, 4, made.stdout + made.stderr);
  assert.match(made.stderr, /UTF-8/);
});

/** Runs it with a reader that has left before the first byte. */
async function unread(args: readonly string[]): Promise<{ code: unknown; stderr: string }> {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdout.destroy();
  const [code] = await once(child, 'close');
  return { code, stderr };
}

test('output that nobody reads any more ends a command without a word', async () => {
  for (const args of [['--help'], ['man'], ['completions', 'bash']]) {
    const { code, stderr } = await unread(args);
    assert.equal(stderr, '', args.join(' '));
    assert.ok(code === 0 || code === 2, `${args.join(' ')}: ${String(code)}`);
  }
});

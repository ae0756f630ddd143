/** `npm run demo`, small: it says what it found and leaves nothing behind, also when it is interrupted. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from './stage/child-environment.ts';
import { Stage } from './stage/stage.ts';

const run = fileURLToPath(new URL('../demo/run.ts', import.meta.url));

/** The demo with a temporary folder of its own. */
async function demo(stage: Stage, ...args: readonly string[]) {
  const tmp = stage.fresh('tmp');
  await mkdir(tmp);
  const child: ChildProcess = spawn(process.execPath, [run, ...args], {
    env: { ...childEnvironment(), TMPDIR: tmp },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  stage.onEnd(async () => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, output }));
  return { child, tmp, ended, output: () => output };
}

test('the demo compares every copy, shows a table and leaves nothing behind', () =>
  Stage.set(async (stage) => {
    const { ended, tmp } = await demo(stage, '--size', '6MiB', '--leechers', '2');
    const { code, output } = await ended;
    assert.equal(code, 0, output);
    assert.match(output, /Every copy is equal to the original: 2 × 31 files, by SHA-256\./);
    assert.match(output, /leecher 2 +\d+\.\d+ +\d+\.\d+ +\d peers? +\d\.\d\d ×/);
    assert.match(output, /The seeder sent its 6 MiB \d\.\d\d times for 2 copies/);
    assert.deepEqual(await readdir(tmp), []);
  }));

test('Ctrl-C ends the demo and all that it started', () =>
  Stage.set(async (stage) => {
    const { child, ended, tmp, output } = await demo(stage, '--size', '40MiB', '--leechers', '2');
    while (!/torrent {4}[0-9a-f]{40}/.test(output())) await once(child.stdout!, 'data');
    const port = /127\.0\.0\.1:(\d+)\/announce/.exec(output())?.[1];
    child.kill('SIGINT');
    const { code } = await ended;
    assert.equal(code, 130, output());
    assert.deepEqual(await readdir(tmp), []);
    await assert.rejects(fetch(`http://127.0.0.1:${port}/stats`), 'the tracker is gone');
  }));

test('the demo says what it does not understand', () =>
  Stage.set(async (stage) => {
    const size = await (await demo(stage, '--size', 'big')).ended;
    assert.equal(size.code, 2);
    assert.match(
      size.output,
      /^demo: --size is at least 1MiB, written as 256MiB or 1GiB, not big\n$/,
    );
    const flag = await (await demo(stage, '--leecher', '2')).ended;
    assert.equal(flag.code, 2);
    assert.match(flag.output, /--leecher/);
  }));

/** `shoal top` in a real terminal, with real keys, on a real daemon. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { type RunningDaemon, startDaemon } from './stage/daemon-process.ts';
import { Stage } from './stage/stage.ts';
import { noTmux, TmuxWindow } from './stage/tmux-window.ts';

const names = ['alpha.bin', 'beta.bin', 'gamma.bin'];

/** A daemon that seeds a file of each name, and one whose metadata nobody has. */
async function onStage(
  play: (stage: Stage, daemon: RunningDaemon, window: TmuxWindow) => Promise<void>,
): Promise<void> {
  await Stage.set(async (stage) => {
    const [dir, data] = [stage.path('downloads'), stage.path('state')];
    await mkdir(dir);
    const daemon = await startDaemon(stage, { data, dir });
    for (const [index, name] of names.entries()) {
      await writeFile(stage.path('downloads', name), Buffer.alloc(40_000 * (index + 1), index));
      const { bytes } = await stage.torrent(stage.path('downloads', name));
      const { hash } = await daemon.add(bytes);
      await daemon.until(hash, ({ state }) => state === 'seeding');
    }
    await daemon.add(`magnet:?xt=urn:btih:${'ab'.repeat(20)}&dn=lonely%1B%5B31m%E2%80%AE`);
    const window = await TmuxWindow.open(stage, ['top'], { env: { SHOAL_DAEMON_DATA: data } });
    await play(stage, daemon, window);
  });
}

test('keys choose, stop, look into, filter, sort and remove', {
  skip: noTmux,
  timeout: 60_000,
}, async () => {
  await onStage(async (_stage, daemon, window) => {
    const first = await window.until(/› +1 +alpha\.bin.*100%.*seeding/);
    assert.match(first, /4 torrents +1 metadata +3 seeding .*↓ 0 B\/s +↑ 0 B\/s\n/);
    assert.match(first, /lonely[\ufffd_]\[31m[\ufffd_]? /);
    await window.press('Down');
    await window.until(/› +2 +beta\.bin/);
    await window.press('Space');
    await window.until(/› +2 +beta\.bin.*stopped/);
    await window.press('Space');
    await window.until(/› +2 +beta\.bin.*seeding/);

    await window.press('Enter');
    await window.until(/beta\.bin\n\n +done.*100%[\s\S]*0 trackers[\s\S]*esc back/);
    await window.press('Escape');
    await window.until(/› +2 +beta\.bin/);

    // By name it is as it was, by size the largest is first and the chosen one stays chosen.
    await window.press('s', 's');
    const sorted = await window.until(/size▾/);
    assert.match(sorted, /gamma[\s\S]*› +2 +beta[\s\S]*alpha/);

    await window.press('/');
    await window.type('lone');
    await window.until(/\/lone▏/);
    await window.press('Enter');
    const filtered = await window.until(/› +4 +lonely[\s\S]*no tracker to ask/);
    assert.doesNotMatch(filtered, /alpha/);
    await window.press('d');
    await window.until(/Remove lonely.*\?/);
    await window.press('n');
    await window.until(/q quit/);
    await window.press('d');
    await window.until(/Remove lonely.*\?/);
    await window.press('y');
    await window.until(/Nothing matches lone\./);
    assert.equal((await daemon.list()).length, 3);
    await window.press('Escape');
    await window.until(/gamma[\s\S]*alpha/);
    await window.press('q');
    const left = await window.until(/left with 0/);
    assert.doesNotMatch(left, /alpha/);
  });
});

test('it follows the window, and gives the terminal back at Ctrl-C and at a signal', {
  skip: noTmux,
  timeout: 60_000,
}, async () => {
  await onStage(async (stage, daemon, window) => {
    await window.until(/alpha\.bin/);
    await window.resize(50, 10);
    const small = await window.until(/alpha[^\n]*\n[\s\S]*q quit/);
    for (const line of small.split('\n')) assert.ok(line.length <= 50, line);
    assert.doesNotMatch(small, /size/);
    await window.resize(130, 30);
    await window.until(/size.*left/);

    await daemon.process.kill();
    await window.until(/no daemon answers|has ended/);
    await window.press('C-c');
    await window.until(/left with (0|130)/);

    const data = stage.path('state');
    const again = await startDaemon(stage, { data, dir: stage.path('downloads') });
    const other = await TmuxWindow.open(stage, ['top'], { env: { SHOAL_DAEMON_DATA: data } });
    await other.until(/alpha\.bin/);
    await other.signal('SIGTERM');
    await other.until(/left with 0/);
    assert.equal((await again.session()).torrents, 4);
  });
});

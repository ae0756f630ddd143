/** `shoal menu` in a real terminal, with real keys, a daemon and a tracker of its own. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Stage } from './stage/stage.ts';
import { noTmux, TmuxWindow } from './stage/tmux-window.ts';

const film = Buffer.alloc(200_000, 5);
const menu = /What do you want to do\?\n│ {2}[●○] Share a file/;

test('share, find, see and leave by choosing', { skip: noTmux, timeout: 90_000 }, async () => {
  await Stage.set(async (stage) => {
    await mkdir(stage.path('downloads'));
    await writeFile(stage.path('film one.bin'), film);
    const own = ['--data', stage.path('state'), '--dir', stage.path('downloads')];
    const ports = ['--port', '0', '--tracker-port', '0', '--peer-port', '0'];
    const window = await TmuxWindow.open(stage, ['menu', ...own, ...ports], { rows: 60 });
    await window.until(/No daemon runs here/);
    await window.press('Enter');
    await window.until(menu);

    await window.press('Enter');
    await window.until(/Which file or folder\?/);
    // As a terminal writes a file that is dropped on it.
    await window.type(`'${stage.path('film one.bin')}'`);
    await window.press('Enter');
    const shared = await window.until(/link .*magnet:[\s\S]*listed +http[\s\S]*What do you want/);
    assert.match(shared, /Sharing film one\.bin, 195\.3 KiB/);

    await choose(window, 'Browse and download');
    await window.until(/film one\.bin +195\.3 KiB[\s\S]*Which one to download\?/);
    await window.type('film one.bin');
    await window.press('Enter');
    await window.until(/is here already[\s\S]*What do you want/);

    await choose(window, 'Who has it');
    await window.until(/Who has which one\?/);
    await window.type('1');
    await window.press('Enter');
    await window.until(
      /film one\.bin: 1 seeder, 0 leechers\n│ {4}\S+:\d+\n[\s\S]*What do you want/,
    );

    await choose(window, 'View what I am seeding');
    await window.until(/# +name +size[\s\S]*1 +film one\.bin[\s\S]*What do you want/);

    await choose(window, 'Tracker address');
    await window.until(/announce +http:\/\/\S+\/announce[\s\S]*What do you want/);

    await choose(window, 'Tracker statistics');
    await window.until(/torrents +1\n│ +peers +1: 1 seeders, 0 leechers[\s\S]*What do you want/);

    await choose(window, 'Active transfers');
    await window.until(/film one\.bin.*seeding[\s\S]*q quit/);
    await window.press('q');
    await window.until(/What do you want to do\?/);

    await choose(window, 'Quit');
    await window.until(/Goodbye\.[\s\S]*left with 0/);
  });
});

test('what another one shares is downloaded, and Ctrl-C says goodbye to the tracker', {
  skip: noTmux,
  timeout: 90_000,
}, async () => {
  await Stage.set(async (stage) => {
    await mkdir(stage.path('downloads'));
    await writeFile(stage.path('film.bin'), film);
    const up = stage.start([
      ...['up', '--data', stage.path('up'), '--dir', stage.path('downloads')],
      ...['--port', '0', '--tracker-port', '0', '--peer-port', '0', '--json'],
    ]);
    const { announceUrls } = (await up.until('listening')) as { announceUrls: string[] };
    const seeder = stage.transfer(['seed', stage.path('film.bin'), '-a', announceUrls[0]!]);
    await seeder.until('listed');
    const window = await TmuxWindow.open(stage, ['menu', '--data', stage.path('up')], { rows: 60 });
    await window.until(menu);
    await choose(window, 'Browse and download');
    await window.until(/Which one to download\?/);
    await window.type('1');
    await window.press('Enter');
    await window.until(/Getting film\.bin[\s\S]*What do you want/);
    await choose(window, 'Active transfers');
    await window.until(/film\.bin.*100%.*seeding/);
    assert.deepEqual(await readFile(stage.path('downloads', 'film.bin')), film);
    await window.press('C-c');
    await window.until(/Goodbye\.[\s\S]*left with 0/);
  });
});

/** From the item that is chosen now, downwards. */
async function choose(window: TmuxWindow, label: string): Promise<void> {
  for (;;) {
    const text = await window.until(/[●] [A-Z]/);
    const chosen = /● (.*)/.exec(text.slice(text.lastIndexOf('What do you want')))?.[1] ?? '';
    if (chosen.startsWith(label)) break;
    await window.press('Down');
    await window.until(new RegExp(`● (?!${chosen.slice(0, 10)})`));
  }
  await window.press('Enter');
}

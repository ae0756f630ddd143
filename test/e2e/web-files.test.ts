/**
 * The files of a torrent that is still coming, on the daemon's page in headless Chromium: which are
 * wanted, and one that plays and is searched through while the rest of it is missing.
 */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { FileList } from '../../src/api/contract/torrents.ts';
import { Stage } from './stage/stage.ts';
import { openBrowser, skipPageTests, WebStage, withPage } from './stage/web-stage.ts';

const KiB = 1024;

async function openFiles(page: Page, name: string): Promise<void> {
  await page.getByText(name, { exact: true }).first().dblclick();
  await page.getByRole('tab', { name: 'Files' }).click();
}

describe('the files of a torrent', { skip: skipPageTests }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());

  test('are chosen by folder, by file and by keys, and the daemon does as told', () =>
    Stage.set(async (stage) => {
      const web = await WebStage.open(stage);
      const shared = await web.share(
        'Album',
        [
          ['disc 1/01.bin', 40 * KiB],
          ['disc 1/02.bin', 40 * KiB],
          ['disc 2/01.bin', 40 * KiB],
          ['cover.txt', 5 * KiB],
        ],
        false,
      );
      await web.daemon.add(shared.bytes);
      const priorities = async () => {
        const { body } = await web.daemon.ask('GET', `/torrents/${shared.hash}/files`);
        return Object.fromEntries(
          (body as FileList).files.map(({ path, priority }) => [path.slice(6), priority]),
        );
      };
      await withPage(browser, web.pageUrl, {}, async (page) => {
        await openFiles(page, 'Album');
        const tree = page.getByRole('tree');
        await tree
          .getByRole('treeitem', { name: /disc 1/ })
          .getByRole('checkbox')
          .uncheck();
        await tree.locator('[aria-checked="mixed"]', { hasText: 'Album' }).waitFor();
        await tree
          .getByRole('treeitem', { name: /cover/ })
          .getByRole('combobox')
          .selectOption('high');
        await page.getByText('2 of 4 files').waitFor();
        assert.deepEqual(await priorities(), {
          'disc 1/01.bin': 'skip',
          'disc 1/02.bin': 'skip',
          'disc 2/01.bin': 'normal',
          'cover.txt': 'high',
        });
        await page.getByRole('searchbox', { name: 'Search in the files' }).fill('02');
        await page.getByText('1 found').waitFor();
        await page.getByRole('checkbox', { name: 'Get the 1 found' }).check();
        await page.getByText('3 of 4 files').waitFor();
        await page.getByRole('searchbox', { name: 'Search in the files' }).fill('');
        await tree.focus();
        for (const key of ['End', '-', 'Home', 'ArrowDown', 'ArrowLeft']) {
          await page.keyboard.press(key);
        }
        await tree
          .getByRole('treeitem', { name: /disc 1/ })
          .and(page.locator('[aria-expanded="false"]'))
          .waitFor();
        await tree
          .getByRole('treeitem', { name: /cover/ })
          .locator('[data-value=normal]')
          .waitFor();
        assert.deepEqual(await priorities(), {
          'disc 1/01.bin': 'skip',
          'disc 1/02.bin': 'normal',
          'disc 2/01.bin': 'normal',
          'cover.txt': 'normal',
        });
      });
    }));

  test('play and are searched through while most of them is missing', () =>
    Stage.set(async (stage) => {
      const web = await WebStage.open(stage);
      const path = stage.path('origin', 'tone.wav');
      await mkdir(stage.path('origin'), { recursive: true });
      await writeFile(path, wavOf(60));
      const made = await stage.torrent(path, {
        trackers: [[web.tracker.http]],
        pieceLength: 65_536,
      });
      const hash = made.metainfo.infoHash;
      const seeder = await stage.client();
      const dir = stage.path('origin');
      await seeder.add(made.bytes, { dir, seedInPlace: true, alreadyVerified: true });
      await web.daemon.add(made.bytes, { paused: 'true' });
      const limit = { downLimit: 150 * KiB };
      assert.equal((await web.daemon.ask('PATCH', `/torrents/${hash}`, limit)).status, 200);
      await withPage(browser, web.pageUrl, {}, async (page) => {
        await openFiles(page, 'tone.wav');
        const link = page.getByRole('tree').getByRole('link', { name: 'tone.wav' });
        const href = await link.getAttribute('href');
        assert.equal(href, `/api/v1/torrents/${hash}/files/0`);
        // Not before all else is ready, so that little of it is here on a slow machine too.
        await web.daemon.ask('POST', `/torrents/${hash}/start`);
        const played = await page.evaluate<{ seconds: number; at: number }>(`(async () => {
          const audio = new Audio(${JSON.stringify(href)});
          const once = (name) => new Promise((resolve, reject) => {
            audio.addEventListener(name, resolve, { once: true });
            audio.addEventListener('error', () => reject(audio.error), { once: true });
          });
          audio.preload = 'auto';
          await once('canplay');
          audio.currentTime = audio.duration * 0.9;
          await once('seeked');
          if (audio.readyState < 3) await once('canplay');
          return { seconds: audio.duration, at: audio.currentTime };
        })()`);
        assert.deepEqual([Math.round(played.seconds), Math.round(played.at)], [60, 54]);
        const { progress } = await web.daemon.torrent(hash);
        assert.ok(progress < 0.9, `${progress} of it was here: too much to tell anything`);
      });
    }));
});

/** One channel of 44,100 samples a second with 16 bits each. */
function wavOf(seconds: number): Buffer {
  const rate = 44_100;
  const wav = Buffer.alloc(44 + 2 * rate * seconds);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(2 * rate, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(wav.length - 44, 40);
  for (let i = 0; i < rate * seconds; i++) {
    wav.writeInt16LE(Math.round(8000 * Math.sin((i * 440 * 2 * Math.PI) / rate)), 44 + 2 * i);
  }
  return wav;
}

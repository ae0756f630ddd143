/**
 * The page with a real daemon and a real swarm: torrents come by dropping and by links, go on and stop,
 * and go away with and without their data. Nothing of the API is made up.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { FileList } from '../../src/api/contract/torrents.ts';
import { lineTo } from './stage/line-to.ts';
import { Stage } from './stage/stage.ts';
import { openBrowser, type Shared, skipPageTests, WebStage, withPage } from './stage/web-stage.ts';

const KiB = 1024;

function row(page: Page, name: string) {
  return page.getByRole('row').filter({ hasText: name });
}

/** In the page, so as text: its types are not those of a test. */
async function drop(page: Page, files: readonly { name: string; bytes: Uint8Array }[]) {
  const list = files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString('base64')]);
  await page.evaluate(`{
    const data = new DataTransfer();
    for (const [name, text] of ${JSON.stringify(list)}) {
      const bytes = Uint8Array.from(atob(text), (unit) => unit.charCodeAt(0));
      data.items.add(new File([bytes], name));
    }
    for (const kind of ['dragenter', 'dragover', 'drop']) {
      document.body.dispatchEvent(
        new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }),
      );
    }
  }`);
}

test('torrents on the page', { skip: skipPageTests }, (t) =>
  Stage.set(async (stage) => {
    const browser = await openBrowser();
    stage.onEnd(() => browser.close());
    const web = await WebStage.open(stage);

    await t.test('what is dropped comes, in the files that were ticked', async () => {
      const plan = [
        ['day 1/one.jpg', 300 * KiB],
        ['day 2/two.jpg', 200 * KiB],
      ] as const;
      const { bytes, hash, name } = await web.share('holiday', plan);
      await withPage(browser, web.pageUrl, {}, async (page) => {
        await page.getByText('Share a file or folder').waitFor();
        await drop(page, [{ name: 'h.torrent', bytes }]);
        const dialog = page.getByRole('dialog', { name: 'Get torrents' });
        await dialog.getByText('500 KiB').first().waitFor();
        await dialog.getByRole('checkbox', { name: 'Get day 2' }).click();
        await dialog.getByText('300 KiB of 500 KiB').waitFor();
        await dialog.getByLabel('Labels').fill('family');
        await dialog.getByRole('button', { name: 'Get', exact: true }).click();
        await dialog.waitFor({ state: 'hidden' });
        await row(page, name).getByText('100%').waitFor();
        await page.getByRole('button', { name: 'family' }).click();
        assert.equal(await page.getByRole('row', { name: /holiday/ }).count(), 1);
      });
      const { labels, completedAt } = await web.daemon.torrent(hash);
      assert.deepEqual(labels, ['family']);
      assert.ok(completedAt !== undefined);
      const { body } = await web.daemon.ask('GET', `/torrents/${hash}/files`);
      const { files } = body as FileList;
      assert.deepEqual(
        files.map(({ priority }) => priority),
        ['normal', 'skip'],
      );
    });

    await t.test('links come in a batch; what is no link is said beside them', async () => {
      const one = await web.share('first film', [['film.mkv', 400 * KiB]]);
      const two = await web.share('second film', [['film.mkv', 500 * KiB]]);
      const link = ({ hash }: Shared) =>
        `magnet:?xt=urn:btih:${hash}&tr=${encodeURIComponent(web.tracker.http)}`;
      await withPage(
        browser,
        web.pageUrl,
        {},
        async (page) => {
          await page.getByRole('button', { name: 'Get', exact: true }).click();
          const dialog = page.getByRole('dialog');
          const links = dialog.getByLabel(/Magnet links/);
          await links.fill(`${link(one)}\nfilm\n${link(two)}`);
          const get = dialog.getByRole('button', { name: 'Get 3 torrents' });
          await get.click();
          await dialog.getByText('film is no magnet link').waitFor();
          assert.equal(await links.getAttribute('aria-invalid'), 'true');

          await links.fill(`${link(one)}\n${link(two)}\n${link(one)}&dn=again`);
          await dialog.getByRole('button', { name: 'Get 3 torrents' }).click();
          // The two others are through; the third stays, with what the daemon says.
          await dialog.getByText(/^again: .*here already/).waitFor();
          assert.match(await links.inputValue(), /^magnet:\S+again$/);
          await page.keyboard.press('Escape');
          for (const { name } of [one, two]) await row(page, name).getByText('100%').waitFor();
        },
        { complaints: /409 \(Conflict\)/ },
      );
    });

    await t.test('a torrent stops, starts, and goes with or without its data', async () => {
      const kept = await web.share('kept', [['a.bin', 3000 * KiB]]);
      const gone = await web.share('gone', [['b.bin', 100 * KiB]]);
      await web.daemon.add(kept.bytes, { paused: 'true' });
      await web.daemon.add(gone.bytes);
      await web.daemon.ask('PATCH', `/torrents/${kept.hash}`, { downLimit: 300 * KiB });
      await withPage(browser, web.pageUrl, {}, async (page) => {
        await row(page, 'kept').getByText('Stopped').waitFor();
        await row(page, 'kept').click();
        await page.getByRole('button', { name: 'Start', exact: true }).click();
        await row(page, 'kept').getByText('Downloading').waitFor();
        await row(page, 'kept').click({ button: 'right' });
        await page.getByRole('menuitem', { name: 'Stop' }).click();
        await row(page, 'kept').getByText('Stopped').waitFor();
        const { progress } = await web.daemon.torrent(kept.hash);
        assert.ok(progress < 1, `already ${progress}`);
        await web.daemon.ask('PATCH', `/torrents/${kept.hash}`, { downLimit: null });
        await page.getByRole('button', { name: 'Start', exact: true }).click();
        await row(page, 'kept').getByText('100%').waitFor();
        await row(page, 'gone').getByText('100%').waitFor();

        await page.getByRole('button', { name: 'Remove', exact: true }).click();
        await page.getByText('The files stay on the disk.').waitFor();
        await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
        await row(page, 'kept').waitFor({ state: 'detached' });

        await row(page, 'gone').click();
        await page.getByRole('button', { name: 'Remove', exact: true }).click();
        await page.getByLabel(/Delete the downloaded data too/).check();
        await page.getByRole('button', { name: 'Remove and delete data' }).click();
        await row(page, 'gone').waitFor({ state: 'detached' });
      });
      assert.ok(existsSync(join(web.dir, 'kept', 'a.bin')));
      assert.ok(!existsSync(join(web.dir, 'gone')));
    });

    await t.test('the detail says who gives, where from, and takes other trackers', async () => {
      const { bytes, hash } = await web.share('slow', [['a.bin', 4000 * KiB]]);
      await web.daemon.add(bytes, { paused: 'true' });
      await web.daemon.ask('PATCH', `/torrents/${hash}`, { downLimit: 100 * KiB });
      await web.daemon.ask('POST', `/torrents/${hash}/start`);
      await withPage(browser, web.pageUrl, {}, async (page) => {
        await row(page, 'slow').dblclick();
        const detail = page.getByRole('region', { name: 'Detail' });
        await detail.getByText(hash).waitFor();
        await detail.getByRole('tab', { name: 'Peers' }).click();
        await detail.getByText(/^Shoal/).waitFor();
        await detail.getByText('we may download from it').waitFor({ state: 'attached' });
        await detail.getByRole('tab', { name: 'Trackers' }).click();
        await detail.getByText('Works').waitFor();
        await detail.getByRole('button', { name: 'Edit trackers' }).click();
        const other = 'http://127.0.0.1:9/announce';
        await detail.getByRole('textbox').fill(`${web.tracker.http}\n\n${other}`);
        await detail.getByRole('button', { name: 'Save' }).click();
        await detail.getByText(other).waitFor();
        await page.keyboard.press('Escape');
        await detail.waitFor({ state: 'hidden' });
      });
      const { body } = await web.daemon.ask('GET', `/torrents/${hash}/trackers`);
      const { trackers } = body as { trackers: { url: string; tier: number }[] };
      assert.deepEqual(
        trackers.map(({ tier, url }) => [tier, url]),
        [
          [0, web.tracker.http],
          [1, 'http://127.0.0.1:9/announce'],
        ],
      );
    });

    await t.test('a lost daemon is said quietly, and found again', async () => {
      const { bytes } = await web.share('here', [['a.bin', 10 * KiB]]);
      await web.daemon.add(bytes);
      const line = await lineTo(stage, Number(new URL(web.pageUrl).port));
      const use = async (page: Page) => {
        await row(page, 'here').getByText('100%').waitFor();
        await line.cut();
        await page.getByText('The daemon does not answer.').waitFor();
        assert.equal(await row(page, 'here').count(), 1);
        await row(page, 'here').click();
        await page.getByRole('button', { name: 'Stop', exact: true }).click();
        await page.getByRole('alert').getByText('The daemon does not answer').waitFor();
        await line.mend();
        await page.getByRole('button', { name: 'Try now' }).click();
        await page.getByText('What is shown may be old').waitFor({ state: 'hidden' });
        await page.getByRole('button', { name: 'Try again' }).click();
        await row(page, 'here').getByText('Complete').waitFor();
      };
      const url = web.pageUrl.replace(/:\d+\//, `:${line.port}/`);
      await withPage(browser, url, {}, use, { complaints: /ERR_/ });
    });
  }),
);

/** Settings, login and magnet links of the daemon's page, in headless Chromium. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { Settings } from '../../src/api/contract/torrents.ts';
import { Stage } from './stage/stage.ts';
import { openBrowser, skipPageTests, untilTrue, WebStage, withPage } from './stage/web-stage.ts';

/** What the browser says by itself of an answer with such a status. */
const refusals = {
  complaints: /\b(400 \(Bad Request\)|401 \(Unauthorized\)|403 \(Forbidden\)|409 \(Conflict\))/,
};

async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Save' }).click();
}

describe('settings on the page', { skip: skipPageTests }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());

  test('are saved together; what is wrong is said beside its field', () =>
    Stage.set(async (stage) => {
      const web = await WebStage.open(stage);
      const settings = async () => (await web.daemon.ask('GET', '/settings')).body as Settings;
      const before = await settings();
      await withPage(
        browser,
        web.pageUrl,
        {},
        async (page) => {
          await page.getByRole('link', { name: 'Settings' }).first().click();
          const down = page.getByLabel('Download limit', { exact: true });
          const tracker = page.getByLabel('Announce URL of the home tracker');
          const noteOf = async (field: typeof down) => {
            assert.equal(await field.getAttribute('aria-invalid'), 'true');
            const id = await field.getAttribute('aria-describedby');
            return page.locator(`[id="${id}"]`).innerText();
          };
          await down.fill('fast');
          await tracker.fill('nonsense');
          await save(page);
          assert.match(await noteOf(down), /such as 2 MiB\/s/);
          assert.equal(
            await page.evaluate('document.activeElement.id'),
            await down.getAttribute('id'),
          );
          await down.fill('2 MiB/s');
          await save(page);
          await page.locator('.field-problem').waitFor();
          assert.match(await noteOf(tracker), /URL such as http/);
          assert.deepEqual(await settings(), before, 'all of it or nothing');

          await tracker.fill(web.tracker.http);
          await page.getByLabel('Use the alternative limits at certain times').check();
          await page.getByLabel('From', { exact: true }).fill('22:30');
          await page.getByText('Sun', { exact: true }).click();
          await page.getByLabel('Stop seeding after').fill('2 d');
          await page.getByLabel('Start torrents when they are added').uncheck();
          await save(page);
          await page.getByText('Saved.').waitFor();
          const { downLimit, alternative, seedTimeSeconds, startAdded, ...others } =
            await settings();
          assert.deepEqual(
            [downLimit, seedTimeSeconds, startAdded, others.tracker],
            [2 * 1024 ** 2, 172_800, false, web.tracker.http],
          );
          const days = before.alternative.schedule.days;
          assert.equal(alternative.schedule.from, '22:30');
          assert.equal(alternative.schedule.days.includes(0), !days.includes(0));
          await down.fill('');
          const elsewhere = { upLimit: 300 * 1024 };
          assert.equal((await web.daemon.ask('PATCH', '/settings', elsewhere)).status, 200);
          const up = page.getByLabel('Upload limit', { exact: true });
          await untilTrue(
            page,
            `document.getElementById(${JSON.stringify(await up.getAttribute('id'))}).value === '300 KiB/s'`,
          );
          assert.equal(await down.inputValue(), '', 'what is being changed stays');
          await page.getByRole('button', { name: 'Discard' }).click();
          assert.equal(await down.inputValue(), '2 MiB/s');

          await page.getByText('Dark', { exact: true }).click();
          assert.equal(await page.evaluate('document.documentElement.dataset.theme'), 'dark');
          await page.reload();
          assert.equal(await page.evaluate('document.documentElement.dataset.theme'), 'dark');
        },
        refusals,
      );
    }));

  test('a folder is found by keys, among those that are allowed', () =>
    Stage.set(async (stage) => {
      const other = stage.path('other');
      await mkdir(join(other, 'deep'), { recursive: true });
      const web = await WebStage.open(stage, '--allow-dir', other);
      await mkdir(join(web.dir, 'films', 'new'), { recursive: true });
      await mkdir(join(web.dir, 'music'));
      await withPage(
        browser,
        web.pageUrl,
        {},
        async (page) => {
          await page.evaluate(`location.hash = '#/settings'`);
          const folder = page.getByLabel('Folder for downloads');
          await page.getByText(/ free$/).waitFor();
          await page.getByRole('button', { name: 'Browse' }).click();
          const isIn = async (path: string): Promise<void> => {
            await page.getByRole('listbox', { name: `Folders in ${path}`, exact: true }).waitFor();
            assert.equal(await folder.inputValue(), path);
          };
          await isIn(web.dir);
          await page.getByRole('listbox').focus();
          await page.keyboard.press('Enter');
          await isIn(join(web.dir, 'films'));
          await page.keyboard.press('ArrowRight');
          await isIn(join(web.dir, 'films', 'new'));
          await page.keyboard.press('Backspace');
          await isIn(join(web.dir, 'films'));
          await page.getByRole('button', { name: web.dir, exact: true }).click();
          await isIn(web.dir);
          await page.getByRole('button', { name: other, exact: true }).click();
          await isIn(other);
          await folder.fill('/etc');
          await page.getByText(/\/etc is not below/).waitFor();
          await save(page);
          await page.getByText('Not saved. See the fields above.').waitFor();
          assert.equal(await folder.getAttribute('aria-invalid'), 'true');
        },
        refusals,
      );
    }));

  test('without a tracker the catalog says where to set one', () =>
    Stage.set(async (stage) => {
      const web = await WebStage.open(stage);
      await withPage(
        browser,
        web.pageUrl,
        {},
        async (page) => {
          await page.evaluate(`location.hash = '#/catalog'`);
          await page.getByText('There is no catalog yet').waitFor();
          await page.getByRole('link', { name: 'Set a tracker' }).click();
          await page.getByLabel('Announce URL of the home tracker').waitFor();
        },
        refusals,
      );
    }));

  test('a login takes the token, and a magnet link of the browser opens what gets it', () =>
    Stage.set(async (stage) => {
      const web = await WebStage.open(stage);
      const [, token = ''] = web.pageUrl.split('#token=');
      const context = await browser.newContext();
      try {
        const page = await context.newPage();
        page.setDefaultTimeout(10_000);
        const link = `magnet:?xt=urn:btih:${'a'.repeat(40)}`;
        await page.goto(`${web.daemon.url}/#/get?source=${encodeURIComponent(link)}`);
        const field = page.getByLabel('Token');
        await field.fill('not the token of it');
        await page.getByRole('button', { name: 'Open' }).click();
        assert.match(await page.getByRole('alert').innerText(), /not that of this daemon/);
        await field.fill(token);
        await page.getByRole('button', { name: 'Open' }).click();
        const dialog = page.getByRole('dialog');
        assert.equal(await dialog.getByRole('textbox').first().inputValue(), link);
        assert.equal(new URL(page.url()).hash, '#/');
        await page.reload();
        await page.getByRole('banner').waitFor();
        assert.equal(await page.getByRole('dialog').count(), 0);
      } finally {
        await context.close();
      }
    }));
});

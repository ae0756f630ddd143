/** What a person sets for torrents on the page, in menus and dialogs, and what the daemon makes of it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { Stage } from './stage/stage.ts';
import { openBrowser, skipPageTests, WebStage, withPage } from './stage/web-stage.ts';

const KiB = 1024;

function row(page: Page, name: string) {
  return page.getByRole('row').filter({ hasText: name });
}

async function choose(page: Page, name: string, entry: string): Promise<void> {
  await row(page, name).click({ button: 'right' });
  await page.getByRole('menuitem', { name: entry, exact: true }).click();
}

/** With the mouse, from the middle of what is dragged. */
async function dragBy(page: Page, what: Locator, right: number, down: number): Promise<void> {
  const box = await what.boundingBox();
  assert.ok(box);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + right / 2, y + down / 2);
  await page.mouse.move(x + right, y + down);
  await page.mouse.up();
}

test('what is set on the page', { skip: skipPageTests }, (t) =>
  Stage.set(async (stage) => {
    const browser = await openBrowser();
    stage.onEnd(() => browser.close());
    const web = await WebStage.open(stage);
    const small = await web.share('small', [['s.bin', 40 * KiB]]);
    const large = await web.share('large', [['l.bin', 400 * KiB]]);
    for (const { bytes } of [small, large]) await web.daemon.add(bytes);
    await mkdir(join(web.dir, 'elsewhere'));

    await t.test('limits, goals, labels, name and place', async () => {
      const allowed = { complaints: /403|409/ };
      const use = async (page: Page) => {
        await row(page, 'small').getByText('100%').waitFor();
        await choose(page, 'small', 'Limits and goals…');
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel('Upload at most').fill('fast');
        await dialog.getByRole('button', { name: 'Save' }).click();
        await dialog.getByText('Write a rate such as').waitFor();
        await dialog.getByLabel('Upload at most').fill('1,5 MiB/s');
        await dialog.getByLabel('Seed until the ratio is', { exact: true }).selectOption('until');
        await dialog.getByLabel(/times its size/).fill('2.5');
        await dialog.getByRole('button', { name: 'Save' }).click();
        await dialog.waitFor({ state: 'hidden' });

        await choose(page, 'small', 'Labels and category…');
        await dialog.getByLabel('Labels').fill('new, old, new');
        await dialog.getByLabel('Category').fill('films/short');
        await dialog.getByRole('button', { name: 'Save' }).click();
        await page.getByRole('button', { name: 'films/short' }).waitFor();

        await choose(page, 'small', 'Rename… F2');
        await dialog.getByLabel('Name').fill('tiny');
        await dialog.getByRole('button', { name: 'Rename' }).click();
        await row(page, 'tiny').waitFor();

        await choose(page, 'tiny', 'Move…');
        await dialog.getByLabel('To the folder').fill('/etc');
        await dialog.getByRole('button', { name: 'Move' }).click();
        await dialog.getByText('/etc is not below').waitFor();
        await dialog.getByLabel('To the folder').fill(join(web.dir, 'elsewhere'));
        await dialog.getByRole('button', { name: 'Move' }).click();
        await dialog.waitFor({ state: 'hidden' });
        await web.daemon.until(
          small.hash,
          ({ dir, state }) => /elsewhere$/.test(dir) && state === 'seeding',
        );
      };
      await withPage(browser, web.pageUrl, {}, use, allowed);
      const set = await web.daemon.torrent(small.hash);
      assert.deepEqual(
        [set.upLimit, set.seedRatio, set.labels, set.category, set.name],
        [1.5 * KiB * KiB, 2.5, ['new', 'old'], 'films/short', 'tiny'],
      );
      assert.ok(existsSync(join(web.dir, 'elsewhere/tiny/s.bin')));
    });

    await t.test('the table is sorted, searched and set up, and stays so', async () => {
      await withPage(browser, web.pageUrl, {}, async (page) => {
        const names = () => page.locator('.rows .name').allTextContents();
        await row(page, 'large').waitFor();
        await page.getByRole('button', { name: 'Size' }).click();
        assert.deepEqual(await names(), ['large', 'tiny']);
        await page.getByRole('button', { name: 'Size' }).click();
        assert.deepEqual(await names(), ['tiny', 'large']);
        const head = page.getByRole('columnheader', { name: 'Size' });
        assert.equal(await head.getAttribute('aria-sort'), 'ascending');

        const widthOf = async () => (await head.boundingBox())?.width ?? 0;
        const widthBefore = await widthOf();
        await dragBy(page, head.locator('.resize'), 40, 0);
        assert.equal(Math.round((await widthOf()) - widthBefore), 40);

        await page.getByRole('button', { name: 'Columns and density' }).click();
        await page.getByRole('menuitemcheckbox', { name: 'Folder' }).click();
        await page.getByRole('menuitemcheckbox', { name: 'Ratio' }).click();
        await page.getByRole('menuitemcheckbox', { name: 'Compact rows' }).click();
        await page.keyboard.press('Escape');
        await page.reload();
        await page.getByRole('columnheader', { name: 'Folder' }).waitFor();
        assert.equal(await page.getByRole('columnheader', { name: 'Ratio' }).count(), 0);
        assert.deepEqual(await names(), ['tiny', 'large']);
        const box = await row(page, 'large').boundingBox();
        assert.equal(box?.height, 26);

        await row(page, 'large').click();
        await row(page, 'tiny').click({ modifiers: ['Shift'] });
        await page.getByText('2 selected').waitFor();
        await row(page, 'large').click({ modifiers: ['Control'] });
        await page.getByText('1 selected').waitFor();
        await row(page, 'large').dblclick();
        const detail = page.getByRole('region', { name: 'Detail' });
        const heightOf = async () => (await detail.boundingBox())?.height ?? 0;
        const heightBefore = await heightOf();
        const edge = page.getByRole('separator', { name: 'Height of the detail' });
        await dragBy(page, edge, 0, -60);
        assert.equal(Math.round((await heightOf()) - heightBefore), 60);
        await edge.press('ArrowDown');
        assert.equal(Math.round((await heightOf()) - heightBefore), 36);
        await detail.getByRole('button', { name: 'Close the detail' }).click();

        await page.getByLabel('Search the torrents').fill('lar');
        await row(page, 'tiny').waitFor({ state: 'detached' });
        assert.deepEqual(await names(), ['large']);
      });
    });
  }),
);

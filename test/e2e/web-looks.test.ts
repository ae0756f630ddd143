/**
 * The page as people see it: desktop and phone, light and dark, with screenshots in test-output/web to look
 * at; first frame and size; ten thousand torrents.
 */
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { Stage } from './stage/stage.ts';
import {
  desktop,
  openBrowser,
  output,
  phone,
  skipPageTests,
  untilTrue,
  WebStage,
  withPage,
} from './stage/web-stage.ts';

const MiB = 1024 * 1024;
const built = fileURLToPath(new URL('../../dist/web', import.meta.url));

/** In the page, so as text: its types are not those of a test. */
const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
const firstPaint = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime`;
const lightness = `(() => {
  const canvas = document.createElement('canvas').getContext('2d');
  canvas.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
  canvas.fillRect(0, 0, 1, 1);
  return canvas.getImageData(0, 0, 1, 1).data[0];
})()`;

const contents = [
  ['Ubuntu 26.04 desktop amd64.iso', 2, ['linux']],
  ['Holiday in the north', 3, ['family']],
  ['Blender open movies', 4, ['film']],
  ['Debian 14 netinst', 5, ['linux']],
  ['Lectures on distributed systems', 2, ['study']],
  ['Field recordings', 3, []],
] as const;

/** Some that are done, some under way, one that nobody has, one that is stopped. */
async function fill(web: WebStage): Promise<void> {
  for (const [i, [name, size, labels]] of contents.entries()) {
    const plan = [
      ['day 1/one.bin', (size * MiB) / 2],
      ['day 2/two.bin', (size * MiB) / 2],
      ['notes.txt', 900],
    ] as const;
    const shared = await web.share(name, plan, i !== 4);
    const label = labels[0];
    await web.daemon.add(shared.bytes, { paused: 'true', ...(label && { label }) });
    if (i < 3) {
      await web.daemon.ask('PATCH', `/torrents/${shared.hash}`, { downLimit: 20_000 * (i + 1) });
    }
    if (i !== 5) await web.daemon.ask('POST', `/torrents/${shared.hash}/start`);
  }
  const lost = `magnet:?xt=urn:btih:${'ab'.repeat(20)}&dn=Found+by+nobody&tr=http%3A%2F%2F127.0.0.1%3A9%2Fannounce`;
  await web.daemon.add(lost);
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(output, `${name}.png`), animations: 'disabled' });
  assert.equal(await page.evaluate<number>(overflow), 0, `${name} scrolls sideways`);
}

async function tourDesktop(page: Page, scheme: string): Promise<void> {
  await shoot(page, `list-desktop-${scheme}`);
  await page.getByRole('row').filter({ hasText: 'Holiday' }).dblclick();
  const detail = page.getByRole('region', { name: 'Detail' });
  await detail.getByText('Info-hash').waitFor();
  await shoot(page, `general-desktop-${scheme}`);
  for (const tab of ['Files', 'Peers', 'Trackers', 'Pieces', 'Speed']) {
    await detail.getByRole('tab', { name: tab }).click();
    await page.waitForLoadState('networkidle', { timeout: 500 }).catch(() => undefined);
    await shoot(page, `${tab.toLowerCase()}-desktop-${scheme}`);
  }
  await page.getByRole('row').filter({ hasText: 'Blender' }).click({ button: 'right' });
  await page.getByRole('menu').waitFor();
  await shoot(page, `menu-desktop-${scheme}`);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Get', exact: true }).click();
  await page.getByText(/ free$/).waitFor();
  await shoot(page, `get-desktop-${scheme}`);
  await page.keyboard.press('Escape');
}

async function tourPhone(page: Page, scheme: string): Promise<void> {
  await shoot(page, `list-phone-${scheme}`);
  await page.getByRole('row').filter({ hasText: 'Holiday' }).click();
  await page.getByText('Info-hash').waitFor();
  await shoot(page, `general-phone-${scheme}`);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('dialog', { name: 'Actions' }).waitFor();
  await shoot(page, `sheet-phone-${scheme}`);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Back to the list' }).click();
  await page.getByRole('button', { name: 'Views and filters' }).click();
  await page.getByRole('dialog').waitFor();
  await shoot(page, `views-phone-${scheme}`);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Get', exact: true }).click();
  await page.getByText(/ free$/).waitFor();
  await shoot(page, `get-phone-${scheme}`);
}

test('how the page looks', { skip: skipPageTests }, (t) =>
  Stage.set(async (stage) => {
    const browser = await openBrowser();
    stage.onEnd(() => browser.close());
    const web = await WebStage.open(stage);

    await t.test('at first use', async () => {
      for (const [size, viewport] of Object.entries({ desktop, phone })) {
        await withPage(browser, web.pageUrl, { viewport, colorScheme: 'dark' }, async (page) => {
          await page.getByRole('button', { name: 'Get a torrent' }).waitFor();
          await shoot(page, `empty-${size}-dark`);
        });
      }
    });

    await fill(web);
    for (const [size, viewport] of Object.entries({ desktop, phone })) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await t.test(`${size}, ${colorScheme}`, async () => {
          const isPhone = size === 'phone';
          const options = { viewport, colorScheme, hasTouch: isPhone, isMobile: isPhone };
          await withPage(browser, web.pageUrl, options, async (page) => {
            await page.getByText('Found by nobody').waitFor();
            await page.getByText('no tracker answers').waitFor();
            const isLight = (await page.evaluate<number>(lightness)) > 128;
            assert.equal(isLight, colorScheme === 'light');
            await (isPhone ? tourPhone : tourDesktop)(page, colorScheme);
          });
        });
      }
    }

    await t.test('the theme that was chosen is there before the first frame', async () => {
      await withPage(browser, web.pageUrl, { colorScheme: 'light' }, async (page) => {
        const theme = page.getByRole('button', { name: /^Colours/ });
        await theme.click();
        await theme.click();
        assert.equal(await page.evaluate('document.documentElement.dataset.theme'), 'dark');
        await page.addInitScript(`addEventListener('DOMContentLoaded', () => {
          window.early = document.documentElement.dataset.theme;
        })`);
        await page.reload();
        assert.equal(await page.evaluate('window.early'), 'dark');
        assert.ok((await page.evaluate<number>(lightness)) < 128);
      });
    });

    await t.test('the first frame comes within a second, and little is loaded for it', async () => {
      await withPage(browser, web.pageUrl, {}, async (page) => {
        await page.reload();
        await page.getByText('Found by nobody').waitFor();
        // What is in the document may not be counted as painted yet.
        await untilTrue(page, `${firstPaint} > 0`);
        const paintMs = await page.evaluate<number>(firstPaint);
        assert.ok(paintMs < 1000, `first frame after ${paintMs} ms`);
      });
      const files = readdirSync(built, { recursive: true, withFileTypes: true });
      const bytes = files
        .filter(({ name }) => name.endsWith('.br'))
        .map((file) => statSync(join(file.parentPath, file.name)).size)
        .reduce((sum, one) => sum + one, 0);
      assert.ok(bytes > 50_000, 'nothing is compressed');
      assert.ok(bytes < 250_000, `${bytes} bytes compressed`);
    });
  }),
);

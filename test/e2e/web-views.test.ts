/**
 * Every view of the daemon's page with a real daemon and tracker behind it, in headless Chromium: it fits
 * and is drawn, on a desktop and a phone, dark and light. Screenshots are left in test-output/web for people to look at.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { patternedBytes } from './stage/content-folder.ts';
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

const KiB = 1024;
/** In the page, so as text: its types are not those of a test. */
const overflowOf = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
/** Whether a canvas has anything on it. */
const isDrawn = `[...document.querySelectorAll('canvas')].some((canvas) => {
  const { width, height } = canvas;
  const blank = Object.assign(document.createElement('canvas'), { width, height });
  return width > 0 && canvas.toDataURL() !== blank.toDataURL();
})`;

async function share(page: Page): Promise<void> {
  const buffer = patternedBytes('one', 90 * KiB);
  const files = [{ name: 'Field recordings.flac', mimeType: 'audio/flac', buffer }];
  await page.getByLabel('Files to share').setInputFiles(files);
  await page.getByLabel('The link as a QR code').waitFor();
}

async function openTab(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name }).click();
}

describe('the views of the page', { skip: skipPageTests }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());

  test('fit and are drawn, on a desktop and a phone, dark and light', () =>
    Stage.set(async (stage) => {
      const web = await WebStage.open(stage);
      await web.daemon.ask('PATCH', '/settings', { tracker: web.tracker.http });
      const pictures = Array.from(
        { length: 60 },
        (_, i) => [`${['beach', 'city walk'][i % 2]}/IMG_${1000 + i}.jpg`, 20 * KiB + i] as const,
      );
      const shared = await web.share('Holiday', [...pictures, ['notes.txt', 900]]);
      await web.daemon.add(shared.bytes, { paused: 'true' });
      const limit = { downLimit: 60 * KiB };
      await web.daemon.ask('PATCH', `/torrents/${shared.hash}`, limit);
      await web.daemon.ask('POST', `/torrents/${shared.hash}/start`);
      let isShared = false;
      for (const [size, viewport] of Object.entries({ desktop, phone })) {
        for (const colorScheme of ['light', 'dark'] as const) {
          await withPage(browser, web.pageUrl, { viewport, colorScheme }, async (page) => {
            const picture = async (name: string): Promise<void> => {
              const path = join(output, `${name}-${size}-${colorScheme}.png`);
              await page.screenshot({ path, animations: 'disabled' });
              assert.equal(await page.evaluate(overflowOf), 0, `${name} scrolls sideways`);
            };
            const show = async (view: string): Promise<void> => {
              await page.evaluate(`location.hash = '#/${view}'`);
              await page.locator(`.view.${view}`).waitFor();
            };
            await show('share');
            if (!isShared) {
              await share(page);
              isShared = true;
            }
            await picture('share');
            await show('catalog');
            await page.getByRole('button', { name: 'Field recordings.flac', exact: true }).click();
            await page.getByRole('dialog').getByText('Info-hash').waitFor();
            await picture('catalog-detail');
            await page.keyboard.press('Escape');
            await picture('catalog');
            await show('tracker');
            await page.getByText('Torrents with most peers').waitFor();
            await picture('tracker');
            await show('settings');
            await page.getByLabel('Upload limit', { exact: true }).waitFor();
            await picture('settings');
            await page.evaluate(`location.hash = '#/'`);
            const row = page.getByText('Holiday', { exact: true }).first();
            if (size === 'desktop') await row.dblclick();
            else await row.click();
            await openTab(page, 'Files');
            await page.getByRole('treeitem').first().waitFor();
            await picture('files');
            for (const name of ['Pieces', 'Speed']) {
              await openTab(page, name);
              await untilTrue(page, isDrawn);
              await picture(name.toLowerCase());
            }
          });
        }
      }
    }));
});

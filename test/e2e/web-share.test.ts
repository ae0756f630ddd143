/**
 * Sharing on the page of one daemon and getting from the catalog on the page of another, with a real
 * tracker between them; headless Chromium.
 */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type CatalogPage, catalogPath } from '../../src/api/contract/catalog.ts';
import { type RunningDaemon, startDaemon } from './stage/daemon-process.ts';
import { type RunningTracker, Stage } from './stage/stage.ts';
import { openBrowser, skipPageTests, withPage } from './stage/web-stage.ts';

interface PagedDaemon {
  readonly daemon: RunningDaemon;
  readonly dir: string;
  readonly pageUrl: string;
}

/** At home with the tracker. */
async function openPaged(
  stage: Stage,
  name: string,
  tracker: RunningTracker,
  ...args: readonly string[]
): Promise<PagedDaemon> {
  const place = { data: stage.path(name, 'data'), dir: stage.path(name, 'files') };
  await mkdir(place.dir, { recursive: true });
  const daemon = await startDaemon(stage, place, ...args);
  const { status } = await daemon.ask('PATCH', '/settings', { tracker: tracker.http });
  assert.equal(status, 200);
  const token = (await readFile(join(place.data, 'token'), 'utf8')).trim();
  return { daemon, dir: place.dir, pageUrl: `${daemon.url}/#token=${token}` };
}

function bytesOf(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 7919) % 251));
}

async function show(page: Page, view: string): Promise<void> {
  await page.evaluate(`location.hash = '#/${view}'`);
  await page.locator('.view').waitFor();
}

/** As a person does it, with what the system hands to the browser. */
async function dropPaths(page: Page, files: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 700, y: 500, data });
  }
  await session.detach();
}

/** In the page, so as text: its types are not those of a test. */
const dropFile = (name: string, length: number) => `{
  const bytes = Uint8Array.from({ length: ${length} }, (_, i) => (i * 7919) % 251);
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], ${JSON.stringify(name)}));
  for (const type of ['dragenter', 'dragover', 'drop']) {
    document.body.dispatchEvent(
      new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }
}`;

describe('sharing on the page', { skip: skipPageTests }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());

  test('what is dropped is seeded and listed, and another page gets it from the catalog', () =>
    Stage.set(async (stage) => {
      const tracker = await stage.tracker('--interval', '5');
      const sharing = await openPaged(stage, 'sharing', tracker);
      const getting = await openPaged(stage, 'getting', tracker);
      const name = 'räka & sill.bin';
      const length = 300_000;
      await withPage(browser, sharing.pageUrl, {}, async (page) => {
        assert.equal(await page.evaluate('location.hash'), '', 'the token has left the address');
        await page.evaluate(dropFile(name, length));
        const card = page.getByRole('listitem', { name });
        await card.getByLabel('The link as a QR code').waitFor();
        const link = await card.getByRole('textbox', { name: 'Link' }).inputValue();
        assert.match(link, /^magnet:\?xt=urn:btih:[0-9a-f]{40}/);
        await card.getByText('Only you, so far.').waitFor();
        const [info] = await sharing.daemon.list();
        assert.deepEqual([info?.state, info?.lengthBytes], ['seeding', length]);
        const listed = await card.getByRole('link').getAttribute('href');
        assert.equal(listed, `${new URL(tracker.http).origin}/torrents/${info?.hash}`);
        const response = await fetch(new URL(catalogPath, tracker.http));
        const { entries } = (await response.json()) as CatalogPage;
        assert.deepEqual(
          entries.map((entry) => [entry.name, entry.infoHash]),
          [[name, info?.hash]],
        );

        await withPage(browser, getting.pageUrl, {}, async (other) => {
          await show(other, 'catalog');
          await other.getByRole('searchbox', { name: 'Search the catalog' }).fill('nothing of it');
          await other.getByText('Nothing found').waitFor();
          await other.getByRole('searchbox', { name: 'Search the catalog' }).fill('sill');
          await other.getByRole('button', { name, exact: true }).click();
          const detail = other.getByRole('dialog', { name });
          await detail.getByText('1 seeder, 0 leechers').waitFor();
          await other.keyboard.press('Escape');
          await other.getByRole('button', { name: `Get ${name}` }).click();
          await other.getByRole('link', { name: 'Seeding' }).waitFor();
        });
        assert.deepEqual(await readFile(join(getting.dir, name)), bytesOf(length));
        await card.getByText('1 other has all of it').waitFor();
      });
    }));

  test('a folder keeps its shape, a private one is not listed, and a path is shared in place', () =>
    Stage.set(async (stage) => {
      const tracker = await stage.tracker();
      const { daemon, dir, pageUrl } = await openPaged(stage, 'sharing', tracker);
      const folder = stage.path('origin', 'Holiday');
      await mkdir(join(folder, 'Holiday'), { recursive: true });
      await writeFile(join(folder, 'Holiday', 'beach.bin'), bytesOf(70_000));
      await writeFile(join(folder, 'empty.txt'), '');
      await mkdir(join(dir, 'there already'));
      await writeFile(join(dir, 'there already', 'x.bin'), bytesOf(40_000));
      await withPage(
        browser,
        pageUrl,
        {},
        async (page) => {
          await show(page, 'share');
          await page.getByRole('checkbox', { name: /^Private/ }).check();
          await dropPaths(page, [folder]);
          const card = page.getByRole('listitem', { name: 'Holiday' });
          await card.getByRole('textbox', { name: 'Link' }).waitFor();
          assert.equal(await card.getByRole('link').count(), 0);
          assert.deepEqual(
            await readFile(join(dir, 'Holiday', 'Holiday', 'beach.bin')),
            bytesOf(70_000),
          );

          await page.getByRole('button', { name: /already on the daemon/ }).click();
          const path = page.getByLabel(/^File or folder on the daemon/);
          await path.fill('/etc');
          await page.getByRole('button', { name: 'Share this' }).click();
          const problem = page.getByRole('alert');
          assert.match(await problem.innerText(), /\/etc/);
          await path.fill(join(dir, 'there already'));
          await page.getByRole('button', { name: 'Share this' }).click();
          const second = page.getByRole('listitem', { name: 'there already' });
          await second.getByRole('textbox', { name: 'Link' }).waitFor();
          const torrents = await daemon.list();
          assert.deepEqual(
            torrents.map((torrent) => [torrent.name, torrent.private, torrent.dir]),
            [
              ['Holiday', true, dir],
              ['there already', true, dir],
            ],
          );
          await second.getByRole('button', { name: /^Take off this list/ }).click();
          await second.waitFor({ state: 'detached' });
          assert.equal((await daemon.list()).length, 2);
        },
        { complaints: /403 \(Forbidden\)/ },
      );
    }));
});

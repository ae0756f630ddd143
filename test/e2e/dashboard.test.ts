/**
 * The dashboard in a real browser, headless Chromium: live figures, search, sorting, keyboard, themes,
 * phone, no JavaScript, hostile names, frames. Screenshots of every page are left in
 * test-output/dashboard for people to look at.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type DashboardStage, setDashboardStage } from './stage/dashboard-stage.ts';

const executablePath = '/usr/bin/chromium';
const skip = existsSync(executablePath)
  ? false
  : `${executablePath} is missing: apt-get install chromium`;
const output = fileURLToPath(new URL('../../test-output/dashboard', import.meta.url));
const desktop = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };
/** Two looks of the page, and some time to draw. */
const liveMs = 20_000;

const hostile = [
  '"><img src=x onerror="window.hacked=1"><script>window.hacked=2</script>',
  `holiday \u202egpj.exe\n${'very long '.repeat(1000)}`,
  '🐟🐠🐡 emoji',
];

/** In the page, so as text: its types are not those of a test. */
const overflowOf = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
const backgroundOf = `(() => {
  const canvas = document.createElement('canvas').getContext('2d');
  canvas.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
  canvas.fillRect(0, 0, 1, 1);
  return canvas.getImageData(0, 0, 1, 1).data[0];
})()`;
const longestTransition = `Math.max(...[...document.querySelectorAll('*')].map(
  (one) => Number.parseFloat(getComputedStyle(one).transitionDuration)))`;
const setHidden = (isHidden: boolean) => `{
  Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}`;
const inertness = `({
  hacked: 'hacked' in window,
  images: document.images.length,
  scripts: document.scripts.length,
  overflow: ${overflowOf},
  tallest: Math.max(0, ...[...document.querySelectorAll('tr[data-key]')].map((row) => row.clientHeight)),
})`;

interface Inertness {
  readonly hacked: boolean;
  readonly images: number;
  readonly scripts: number;
  readonly overflow: number;
  /** Height in pixels of the tallest row. */
  readonly tallest: number;
}

/** Loaded, and its scripts have run. */
async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator('#theme').waitFor();
}

describe('the dashboard', { skip, concurrency: 3 }, () => {
  let browser: Browser;
  let stage: DashboardStage;

  before(async () => {
    await mkdir(output, { recursive: true });
    stage = await setDashboardStage();
    browser = await chromium.launch({
      executablePath,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  });
  after(async () => {
    await browser?.close();
    await stage?.close();
  });

  /** Runs with a page of its own, and fails when the page complained about anything. */
  async function withPage(
    options: BrowserContextOptions,
    use: (page: Page, origin: string) => Promise<void>,
    on: DashboardStage = stage,
  ): Promise<void> {
    const context = await browser.newContext({ viewport: desktop, ...options });
    const complaints: string[] = [];
    const page = await context.newPage();
    page.on('console', (message) => {
      const isExpected = /404 \(Not Found\)|ERR_INTERNET_DISCONNECTED/.test(message.text());
      if (['error', 'warning'].includes(message.type()) && !isExpected)
        complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    try {
      await use(page, on.origin);
      assert.deepEqual(complaints, []);
    } finally {
      await context.close();
    }
  }

  function figure(page: Page, name: string) {
    return page.locator('.figures div', { hasText: name }).locator('dd');
  }

  for (const [size, viewport] of Object.entries({ desktop, phone })) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`every page fits and is drawn, ${size}, ${colorScheme}`, async () => {
        const shared = stage.torrents[1]!.infoHash;
        const stalled = stage.torrents[4]!.infoHash;
        const pages = {
          overview: '/',
          health: '/?sort=health',
          empty: '/?q=nothing+has+this+name',
          torrent: `/torrents/${shared}`,
          stalled: `/torrents/${stalled}`,
          catalog: '/catalog?sort=size',
          unknown: `/torrents/${'0'.repeat(40)}`,
        };
        await withPage({ viewport, colorScheme }, async (page, origin) => {
          for (const [name, path] of Object.entries(pages)) {
            await open(page, origin + path);
            if (name === 'health') await page.locator('#table').scrollIntoViewIfNeeded();
            await page.screenshot({ path: join(output, `${name}-${size}-${colorScheme}.png`) });
            const overflow = await page.evaluate<number>(overflowOf);
            assert.equal(overflow, 0, `${name} scrolls sideways`);
            const background = await page.evaluate<number>(backgroundOf);
            assert.equal(background > 128, colorScheme === 'light');
          }
        });
      });
    }
  }

  test('an announce shows up by itself, and nothing is loaded anew', async () => {
    await withPage({}, async (page, origin) => {
      const torrent = stage.torrents[2]!;
      await page.goto(`${origin}/?q=${torrent.infoHash}`);
      await page.evaluate("document.body.setAttribute('data-same', 'yes')");
      const row = page.locator(`tr[data-key="${torrent.infoHash}"]`);
      const [seeders, leechers] = [row.locator('td').nth(1), row.locator('td').nth(2)];
      const before = [await seeders.textContent(), await leechers.textContent()].map(Number);
      const peers = Number((await figure(page, 'Peers').textContent())?.replace(',', ''));
      await stage.announce(torrent, 7001, true);
      await stage.announce(torrent, 7002, false);
      await stage.announce(torrent, 7003, false);
      // The page may look in between two of them.
      for (const [cell, wanted] of [
        [seeders, before[0]! + 1],
        [leechers, before[1]! + 2],
        [figure(page, 'Peers'), peers + 3],
      ] as const) {
        const text = wanted.toLocaleString('en-US');
        await cell.getByText(text, { exact: true }).waitFor({ timeout: liveMs });
      }
      assert.equal(await page.getAttribute('body', 'data-same'), 'yes');
    });
  });

  test('search, sorting and the way to a torrent, by keyboard alone', async () => {
    await withPage({}, async (page, origin) => {
      await page.goto(origin);
      await page.keyboard.press('Tab');
      assert.equal(
        await page.evaluate<string>('document.activeElement.textContent'),
        'Skip to the content',
      );
      await page.keyboard.press('/');
      await page.keyboard.type('Sintel');
      await page.waitForURL(/q=Sintel/);
      const keys = () =>
        page
          .locator('tbody tr[data-key] a')
          .evaluateAll((links) => links.map((a) => a.textContent));
      // The list of all torrents is longer than what is found.
      await page.locator('tr[data-key]').nth(49).waitFor({ state: 'detached' });
      assert.ok((await keys()).every((name) => name?.startsWith('Sintel')));
      await page.getByRole('columnheader', { name: 'Leechers' }).getByRole('link').focus();
      await page.keyboard.press('Enter');
      await page.locator('th[aria-sort=descending]', { hasText: 'Leechers' }).waitFor();
      assert.match(page.url(), /q=Sintel&sort=leechers&order=descending/);
      assert.equal(await page.inputValue('#search'), 'Sintel');
      const sorted = (await page.locator('tr[data-key] td:nth-child(4)').allTextContents()).map(
        Number,
      );
      assert.deepEqual(
        sorted,
        sorted.toSorted((a, b) => b - a),
      );
      // The focus is still on the head that was used; the first row is the next stop after the others.
      await page.locator('tr[data-key] a').first().focus();
      const outline = await page.evaluate<string>(
        'getComputedStyle(document.activeElement).outlineStyle',
      );
      assert.equal(outline, 'solid');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: /^Sintel/ }).waitFor();
      await page.goBack();
      await page.locator('th[aria-sort=descending]', { hasText: 'Leechers' }).waitFor();
      assert.equal(await page.inputValue('#search'), 'Sintel');
    });
  });

  test("a torrent's page: peers, clients, a magnet link to copy", async () => {
    const torrent = stage.torrents[1]!;
    const permissions = ['clipboard-read', 'clipboard-write'];
    await withPage({ permissions }, async (page, origin) => {
      await page.goto(origin);
      await page.getByRole('link', { name: torrent.name, exact: true }).click();
      const clients = await page.locator('.peers tbody th').allTextContents();
      assert.ok(clients.includes('Transmission 4.0.6') && clients.includes('qBittorrent 5.0.2'));
      assert.match(await page.locator('.peers').innerText(), /10\.2\.x\.x[\s\S]*2001:db8::…/);
      await page.getByRole('button', { name: 'Copy magnet link' }).click();
      const copied = await page.evaluate<string>('navigator.clipboard.readText()');
      assert.ok(copied.startsWith(`magnet:?xt=urn:btih:${torrent.infoHash}&dn=ubuntu`));
      await page.getByRole('button', { name: 'Copied' }).waitFor();
    });
  });

  test('the theme is switched, kept, and there before the first frame', async () => {
    await withPage({ colorScheme: 'dark' }, async (page, origin) => {
      await page.goto(origin);
      const theme = () => page.getAttribute('html', 'data-theme');
      assert.equal(await theme(), null);
      await page.getByRole('button', { name: /light and dark/ }).click();
      assert.equal(await theme(), 'light');
      await page.goto(`${origin}/catalog`, { waitUntil: 'commit' });
      await page.waitForSelector('main', { state: 'attached' });
      assert.equal(await theme(), 'light');
      await page.getByRole('button', { name: /light and dark/ }).click();
      assert.equal(await theme(), null);
    });
  });

  test('a lost connection is said and forgotten; a hidden page asks nothing', async () => {
    await withPage({}, async (page, origin) => {
      await page.goto(origin);
      await page.context().setOffline(true);
      await page.getByText('The tracker does not answer').waitFor({ timeout: liveMs });
      await page.screenshot({ path: join(output, 'lost-desktop-light.png') });
      await page.context().setOffline(false);
      await page.locator('#lost').waitFor({ state: 'hidden', timeout: 2 * liveMs });
      await page.evaluate(setHidden(true));
      let asked = 0;
      page.on('request', () => asked++);
      await page.waitForTimeout(3000);
      assert.equal(asked, 0);
      await Promise.all([
        page.waitForRequest(/./, { timeout: 2000 }),
        page.evaluate(setHidden(false)),
      ]);
    });
  });

  test('what is degraded is said in words, while it is', async () => {
    await withPage({}, async (page, origin) => {
      stage.problem =
        'Redis at 10.0.0.9:6379 does not answer; peers are answered from what this node knows.';
      await page.goto(origin);
      await page.getByText('Redis at 10.0.0.9:6379').waitFor();
      await page.screenshot({ path: join(output, 'degraded-desktop-light.png') });
      stage.problem = undefined;
      await page
        .getByText('Redis at 10.0.0.9:6379')
        .waitFor({ state: 'detached', timeout: liveMs });
    });
  });

  test('complete without JavaScript', async () => {
    await withPage({ javaScriptEnabled: false }, async (page, origin) => {
      await page.goto(origin);
      assert.equal(await figure(page, 'Torrents').textContent(), '312');
      assert.equal(await page.locator('tbody tr[data-key]').count(), 200);
      assert.ok(await page.locator('.plot .line').first().isVisible());
      assert.ok(!(await page.locator('.copy').first().isVisible()));
      await page.getByRole('link', { name: 'Next' }).click();
      await page.getByText('201–312 of 312').waitFor();
      await page.getByRole('columnheader', { name: 'Torrent' }).getByRole('link').click();
      await page.locator('th[aria-sort=ascending]', { hasText: 'Torrent' }).waitFor();
      await page.fill('#search', 'genomes');
      await page.getByRole('button', { name: 'Search' }).click();
      assert.match(await page.locator('tbody tr[data-key] a').first().innerText(), /^genomes/);
      await page.getByRole('link', { name: 'Show all' }).click();
      await page.screenshot({ path: join(output, 'without-javascript-desktop-light.png') });
    });
  });

  test('hostile names are inert text, and keep the layout', async () => {
    const own = await setDashboardStage(hostile);
    try {
      for (const viewport of [desktop, phone]) {
        await withPage(
          { viewport },
          async (page, origin) => {
            for (const path of [
              '/',
              '/catalog?sort=name',
              `/torrents/${own.torrents[0]!.infoHash}`,
              `/torrents/${own.torrents[1]!.infoHash}`,
            ]) {
              await open(page, origin + path);
              const found = await page.evaluate<Inertness>(inertness);
              assert.deepEqual(
                [found.hacked, found.images, found.scripts, found.overflow],
                [false, 0, 2, 0],
                path,
              );
              assert.ok(found.tallest <= 64, `${path}: a row of ${found.tallest} px`);
            }
            assert.ok(!(await page.innerText('body')).includes('\u202e'));
          },
          own,
        );
      }
    } finally {
      await own.close();
    }
  });

  test('no other page can frame it', async () => {
    await withPage({}, async (page, origin) => {
      // Chromium says so in the console, as it should.
      page.removeAllListeners('console');
      await page.route('http://elsewhere.test/', (route) =>
        route.fulfill({ contentType: 'text/html', body: `<iframe src="${origin}/"></iframe>` }),
      );
      await page.goto('http://elsewhere.test/', { waitUntil: 'load' });
      const framed = page.frames().find((frame) => frame !== page.mainFrame());
      const text = await framed?.evaluate<string>("document.body?.innerText ?? ''");
      assert.ok(!text?.includes('Torrents'), text);
    });
  });

  test('nothing moves for those who asked for that', async () => {
    await withPage({ reducedMotion: 'reduce' }, async (page, origin) => {
      await page.goto(origin);
      const longest = await page.evaluate<number>(longestTransition);
      assert.equal(longest, 0);
    });
  });
});

/**
 * The page without a mouse, and with names that mean harm: everything that matters has a key, and whatever
 * a stranger writes stays text.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { FileList } from '../../src/api/contract/torrents.ts';
import { encodeBencode } from '../../src/protocol/bencode.ts';
import { Stage } from './stage/stage.ts';
import { openBrowser, skipPageTests, WebStage, withPage } from './stage/web-stage.ts';

const KiB = 1024;

const hostile = [
  '"><img src=x onerror="window.hacked=1"><script>window.hacked=2</script>',
  `report \u202efdp.exe`,
  `{{constructor.constructor('window.hacked=3')()}}`,
  `javascript:window.hacked=4//${'long '.repeat(2500)}`,
  '</title><svg onload=window.hacked=5>',
];

/** In the page, so as text: its types are not those of a test. */
const inertness = `({
  hacked: 'hacked' in window,
  images: document.images.length,
  scripts: document.scripts.length,
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  tallest: Math.max(...[...document.querySelectorAll('.rows > .row')].map((row) => row.clientHeight)),
  longest: Math.max(...[...document.querySelectorAll('.name')].map((name) => name.textContent.length)),
  overrides: document.body.textContent.includes('\\u202e'),
})`;

interface Inertness {
  readonly hacked: boolean;
  readonly images: number;
  readonly scripts: number;
  readonly overflow: number;
  readonly tallest: number;
  readonly longest: number;
  readonly overrides: boolean;
}

/** Named so that no file system minds: only `info` has it. */
function torrentNamed(name: string): Uint8Array {
  const info = new Map<string, number | Uint8Array>([
    ['length', 5],
    ['name', Buffer.from(name)],
    ['piece length', 16 * KiB],
    ['pieces', Buffer.alloc(20, name)],
  ]);
  return encodeBencode(
    new Map<string, Uint8Array | typeof info>([
      ['comment', Buffer.from(name)],
      ['info', info],
    ]),
  );
}

/** What has the focus, as its name; the row that the table stands on for the table. */
const focused = `(() => {
  const at = document.activeElement;
  const row = at?.getAttribute('aria-activedescendant');
  const named = row ? document.getElementById(row)?.querySelector('.name') : at;
  return named?.textContent || named?.getAttribute('aria-label') || named?.id || named?.tagName;
})()`;

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

test('keys and names', { skip: skipPageTests }, (t) =>
  Stage.set(async (stage) => {
    const browser = await openBrowser();
    stage.onEnd(() => browser.close());
    const web = await WebStage.open(stage);

    await t.test('everything by keyboard: get, choose files, stop, remove', async () => {
      const plan = [
        ['a.bin', 3000 * KiB],
        ['b.bin', 100 * KiB],
      ] as const;
      const first = await web.share('by keys', plan);
      const second = await web.share('other', [['c.bin', 50 * KiB]]);
      await web.daemon.add(second.bytes);
      await withPage(browser, web.pageUrl, {}, async (page) => {
        const row = (name: string) => page.getByRole('row').filter({ hasText: name });
        await row('other').getByText('100%').waitFor();
        await press(page, 'n');
        await page.getByRole('dialog').waitFor();
        const link = `magnet:?xt=urn:btih:${first.hash}&dn=by+keys&tr=${encodeURIComponent(web.tracker.http)}`;
        await page.keyboard.insertText(link);
        // Not at once: the files are chosen first, and it is slow enough to be stopped.
        await page.getByRole('button', { name: 'Get', exact: true }).last().focus();
        await press(page, 'Enter');
        await page.getByRole('dialog').waitFor({ state: 'hidden' });
        await web.daemon.until(first.hash, ({ lengthBytes }) => lengthBytes > 0);

        await press(page, 'Home', 'Enter');
        assert.equal(await page.evaluate(focused), 'by keys');
        const detail = page.getByRole('region', { name: 'Detail' });
        await detail.getByRole('tab', { name: 'General' }).focus();
        await press(page, 'ArrowRight');
        await detail.getByRole('tree').focus();
        await press(page, 'End', 'Space');
        await detail.getByRole('treeitem', { name: /b\.bin/, checked: false }).waitFor();
        await press(page, 'Escape');
        await detail.waitFor({ state: 'hidden' });

        assert.equal(await page.evaluate(focused), 'by keys');
        await row('by keys').getByText('100%').waitFor();
        await press(page, ' ');
        await row('by keys').getByText('Complete').waitFor();
        await press(page, 'Control+a', ' ');
        await row('other').getByText('Complete').waitFor();

        await press(page, 'Home', 'ArrowDown');
        assert.equal(await page.evaluate(focused), 'other');
        await press(page, 'Shift+ArrowUp', 'Delete');
        await page.getByRole('dialog', { name: 'Remove 2 torrents?' }).waitFor();
        await press(page, 'Escape', 'ArrowDown', 'Delete', 'Enter');
        await row('other').waitFor({ state: 'detached' });
        assert.equal(await row('by keys').count(), 1);

        await press(page, '/');
        assert.equal(await page.evaluate(focused), 'Search the torrents');
        await page.keyboard.insertText('nothing like it');
        await page.getByText('No torrent has these words').waitFor();
        await press(page, 'Escape', 'Escape', '?');
        await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
        await press(page, 'Escape', 's');
        await page.getByRole('heading', { name: 'Share' }).waitFor();
      });
      const { body } = await web.daemon.ask('GET', `/torrents/${first.hash}/files`);
      const { files } = body as FileList;
      assert.deepEqual(
        files.map(({ priority }) => priority),
        ['normal', 'skip'],
      );
    });

    await t.test('where the focus is can be seen, from control to control', async () => {
      await withPage(browser, web.pageUrl, {}, async (page) => {
        await page.getByRole('row').nth(1).waitFor();
        const outline = `(() => {
          const at = document.activeElement;
          const own = getComputedStyle(at);
          const row = document.querySelector('.row.cursor');
          const shown = at.matches('[data-list]') && row ? getComputedStyle(row) : own;
          return [at.outerHTML.slice(0, 80), shown.outlineStyle, parseFloat(shown.outlineWidth)];
        })()`;
        const names = new Set<string>();
        for (let i = 0; i < 40; i++) {
          await press(page, 'Tab');
          const [name, style, width] = await page.evaluate<[string, string, number]>(outline);
          if (name.startsWith('<body')) break;
          names.add(name);
          assert.ok(style !== 'none' && width >= 1, `no focus to be seen on ${name}`);
        }
        assert.ok(names.size >= 25, [...names].join('\n'));
      });
    });

    await t.test('names of strangers are text, cut, and keep their direction', async () => {
      const names = hostile.map((name) => name.slice(0, 4000));
      for (const name of names)
        await web.daemon.add(torrentNamed(name), {
          paused: 'true',
          label: name.slice(0, 90).replaceAll(',', ''),
        });
      await withPage(browser, web.pageUrl, {}, async (page) => {
        await page.getByText('report fdp.exe').first().waitFor();
        for (let i = 0; i < names.length; i++) {
          await page
            .getByRole('row')
            .nth(i + 1)
            .dblclick();
          await page
            .getByRole('region', { name: 'Detail' })
            .getByText('shoal', { exact: false })
            .first()
            .waitFor();
          const seen = await page.evaluate<Inertness>(inertness);
          assert.deepEqual(
            { ...seen, longest: seen.longest <= 300 },
            {
              hacked: false,
              images: 0,
              scripts: 2,
              overflow: 0,
              tallest: seen.tallest,
              longest: true,
              overrides: false,
            },
          );
          assert.ok(seen.tallest <= 33);
        }
        await press(page, 'Delete');
        await page.getByRole('dialog').waitFor();
        const seen = await page.evaluate<Inertness>(inertness);
        assert.equal(seen.hacked, false);
        assert.equal(seen.overflow, 0);
      });
      const response = await fetch(web.daemon.url);
      const policy = response.headers.get('content-security-policy') ?? '';
      assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/);
    });
  }),
);

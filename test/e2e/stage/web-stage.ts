/**
 * A daemon with its page, a tracker and a seeder beside it, and headless Chromium to look at the page with.
 * Every page fails its test when the browser complained about anything.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Client } from '../../../src/index.ts';
import type { ContentPlan } from './content-folder.ts';
import { type RunningDaemon, startDaemon } from './daemon-process.ts';
import type { RunningTracker, Stage } from './stage.ts';

const executablePath = '/usr/bin/chromium';
const builtPage = fileURLToPath(new URL('../../../dist/web/index.html', import.meta.url));

/** Why tests of the page cannot run here; false when they can. */
export const skipPageTests = !existsSync(executablePath)
  ? `${executablePath} is missing: apt-get install chromium`
  : !existsSync(builtPage)
    ? 'the page is not built: npm run build'
    : false;

export const output = fileURLToPath(new URL('../../../test-output/web', import.meta.url));
export const desktop = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

export async function openBrowser(): Promise<Browser> {
  await mkdir(output, { recursive: true });
  return chromium.launch({
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
}

export interface Shared {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly hash: string;
}

export class WebStage {
  readonly stage: Stage;
  readonly daemon: RunningDaemon;
  readonly tracker: RunningTracker;
  /** Where the daemon saves. */
  readonly dir: string;
  /** `http://127.0.0.1:PORT/#token=TOKEN`. */
  readonly pageUrl: string;
  readonly #seeder: Client;

  private constructor(
    stage: Stage,
    tracker: RunningTracker,
    daemon: RunningDaemon,
    seeder: Client,
    pageUrl: string,
  ) {
    this.stage = stage;
    this.tracker = tracker;
    this.daemon = daemon;
    this.dir = stage.path('got');
    this.pageUrl = pageUrl;
    this.#seeder = seeder;
  }

  static async open(stage: Stage, ...args: readonly string[]): Promise<WebStage> {
    const data = stage.path('data');
    const dir = stage.path('got');
    await mkdir(dir, { recursive: true });
    const [tracker, daemon, seeder] = await Promise.all([
      stage.tracker('--interval', '5'),
      startDaemon(stage, { data, dir }, ...args),
      stage.client(),
    ]);
    const token = (await readFile(join(data, 'token'), 'utf8')).trim();
    return new WebStage(stage, tracker, daemon, seeder, `${daemon.url}/#token=${token}`);
  }

  /** Makes content and a torrent of it; somebody seeds it, unless told otherwise. */
  async share(name: string, plan: ContentPlan, isSeeded = true): Promise<Shared> {
    const origin = await this.stage.content(name, plan);
    const { bytes, metainfo } = await this.stage.torrent(origin, {
      trackers: [[this.tracker.http]],
      pieceLength: 65_536,
    });
    const options = { dir: this.stage.path('origin'), seedInPlace: true, alreadyVerified: true };
    if (isSeeded) await this.#seeder.add(bytes, options);
    return { name, bytes, hash: metainfo.infoHash };
  }
}

/** What a test may expect the browser to say, besides nothing. */
export interface Expected {
  readonly complaints?: RegExp;
}

/** Logged in, with the list loaded. */
export async function withPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
  use: (page: Page) => Promise<void>,
  { complaints: allowed }: Expected = {},
): Promise<void> {
  const context = await browser.newContext({ viewport: desktop, ...options });
  const complaints: string[] = [];
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complain = (text: string) => {
    if (allowed?.test(text) !== true) complaints.push(text);
  };
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complain(message.text());
  });
  page.on('pageerror', (error) => complain(String(error)));
  page.on('dialog', (dialog) => {
    complain(`a dialog of the browser: ${dialog.message()}`);
    void dialog.dismiss();
  });
  try {
    await page.goto(url);
    await page.getByRole('banner').waitFor();
    await use(page);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

/** Asks until the expression is true in the page, at most 10 s. The page's own policy forbids it to poll text. */
export async function untilTrue(page: Page, expression: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if ((await page.evaluate(expression)) === true) return;
    await sleep(50);
  }
  throw new Error(`never true in the page: ${expression}`);
}

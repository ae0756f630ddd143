/**
 * What every page has around its content: head, navigation, health, footer. Parts with `data-live` are
 * brought up to date by the script; everything else stays as it was loaded.
 */
import { formatDuration } from '../../base/amounts.ts';
import { markPath } from '../../look/icon.ts';
import type { AssetUrls } from './assets.ts';
import { type Html, html } from './html.ts';
import type { StatsSummary } from './stats-report.ts';

export interface Frame {
  readonly assets: AssetUrls;
  readonly stats: StatsSummary;
  readonly hasCatalog: boolean;
}

export interface PageContent {
  /** Plain text. */
  readonly title: string;
  readonly current?: 'torrents' | 'catalog';
  readonly main: Html;
}

/** The whole document. */
export function renderPage(frame: Frame, { title, current, main }: PageContent): string {
  const { assets, stats } = frame;
  const link = (name: 'torrents' | 'catalog', href: string, text: string) =>
    html`<a href="${href}"${current === name && html` aria-current="page"`}>${text}</a>`;
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${assets.icon}" type="image/svg+xml">
<link rel="stylesheet" href="${assets.style}">
<script src="${assets.theme}"></script>
<script type="module" src="${assets.live}"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<a class="brand" href="/"><svg viewBox="0 0 20 20" aria-hidden="true"><path d="${markPath}"/></svg>Shoal <span>tracker</span></a>
<nav aria-label="Pages">${link('torrents', '/', 'Torrents')}${frame.hasCatalog && link('catalog', '/catalog', 'Catalog')}</nav>
<p class="running" data-live="running">Running for <b>${formatDuration(stats.uptimeSeconds)}</b></p>
<button type="button" class="theme" id="theme" hidden aria-label="Switch between light and dark" title="Switch between light and dark"><svg viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6.5"/><path d="M8 1.5a6.5 6.5 0 0 1 0 13Z"/></svg></button>
</header>
<p class="lost" id="lost" role="status" hidden></p>
<p class="unseen" id="said" role="status"></p>
<div data-live="health">${healthBar(stats)}</div>
<main id="main" tabindex="-1">
${main}
</main>
<footer>
<p>Shoal ${stats.version}</p>
<p>For programs: <a href="/stats.json">JSON</a> <a href="/metrics">Prometheus</a> <a href="/health">health</a></p>
</footer>
</body>
</html>
`;
  return document.markup;
}

function healthBar({ health }: StatsSummary): Html | undefined {
  if (health.status === 'ok') return undefined;
  return html`<p class="degraded" role="status"><strong>Degraded.</strong> ${health.problem}</p>`;
}

/** Sentences about what could not be read, above what could. */
export function problemNotes(problems: readonly string[]): Html | undefined {
  if (problems.length === 0) return undefined;
  return html`<div class="degraded" role="status">${problems.map((problem) => html`<p>${problem}</p>`)}</div>`;
}

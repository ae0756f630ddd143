/**
 * Keeps the page up to date: every two seconds it loads itself again and takes over what changed in the
 * parts marked `data-live`. The server renders everything, so nothing is formatted or escaped here, and
 * sorting, searching and turning pages are the same links as without JavaScript, followed in place.
 * Invariant: at most one load is under way, and none while the page is hidden.
 */
import { startCopying } from './copy.ts';
import { morph } from './morph.ts';
import { startPlotCursor } from './plot-cursor.ts';
import { startSearchKey } from './search-key.ts';

const everyMs = 2000;
const longestPauseMs = 16_000;
const timeoutMs = 10_000;
const typingPauseMs = 250;
const pointingMs = 4000;

let timer: number | undefined;
let loading: AbortController | undefined;
let pauseMs = everyMs;
let freshAt = new Date();
let pointedAt = Number.NEGATIVE_INFINITY;

async function load(isSamePlace: boolean): Promise<void> {
  clearTimeout(timer);
  loading?.abort();
  const own = new AbortController();
  loading = own;
  try {
    const signal = AbortSignal.any([own.signal, AbortSignal.timeout(timeoutMs)]);
    const response = await fetch(location.href, { signal, headers: { accept: 'text/html' } });
    if (response.status >= 500) throw new Error(String(response.status));
    const text = await response.text();
    if (own.signal.aborted) return;
    show(new DOMParser().parseFromString(text, 'text/html'), isSamePlace);
    freshAt = new Date();
    pauseMs = everyMs;
    sayLost(false);
  } catch {
    if (own.signal.aborted) return;
    pauseMs = Math.min(2 * pauseMs, longestPauseMs);
    sayLost(true);
  }
  if (!document.hidden) timer = setTimeout(() => load(true), pauseMs);
}

function show(newer: Document, isSamePlace: boolean): void {
  const isPointing = performance.now() - pointedAt < pointingMs;
  const table = document.querySelector('tbody [data-key]')?.parentElement;
  const hasFocus = table?.contains(document.activeElement) === true;
  const options = { keepsOrder: isSamePlace && (isPointing || hasFocus) };
  for (const part of document.querySelectorAll<HTMLElement>('[data-live]')) {
    const wanted = newer.querySelector(`[data-live="${part.dataset.live}"]`);
    if (wanted !== null) morph(part, wanted, options);
  }
  document.title = newer.title;
  document.dispatchEvent(new Event('refreshed'));
}

function sayLost(isLost: boolean): void {
  const bar = document.getElementById('lost');
  if (bar === null || bar.hidden === !isLost) return;
  const time = freshAt.toLocaleTimeString();
  bar.hidden = !isLost;
  bar.textContent = isLost
    ? `The tracker does not answer. Figures are from ${time}; trying again.`
    : '';
}

function follow(url: URL, isTyping: boolean): void {
  if (isTyping) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  void load(false);
}

/** Links and forms that lead to this page otherwise sorted or searched. */
function followInPlace(): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (link === null || !isPlain || link.search === '') return;
    if (link.origin !== location.origin || link.pathname !== location.pathname) return;
    event.preventDefault();
    const url = new URL(link.href);
    url.hash = '';
    const input = searchInput();
    if (input !== null) input.value = url.searchParams.get('q') ?? '';
    follow(url, false);
    if (link.rel !== '') document.querySelector('.bar')?.scrollIntoView();
  });
  const form = document.querySelector<HTMLFormElement>('form.search');
  if (form === null) return;
  let typing: number | undefined;
  const search = (isTyping: boolean) => {
    clearTimeout(typing);
    const url = new URL(form.action);
    for (const [name, value] of new FormData(form)) url.searchParams.set(name, String(value));
    if (url.searchParams.get('q') === '') url.searchParams.delete('q');
    follow(url, isTyping);
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    search(false);
  });
  form.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => search(true), typingPauseMs);
  });
}

function searchInput(): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>('#search');
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) clearTimeout(timer);
  else void load(true);
});
document.addEventListener('pointermove', (event) => {
  if (event.target instanceof Element && event.target.closest('tbody'))
    pointedAt = performance.now();
});
addEventListener('popstate', () => {
  const input = searchInput();
  if (input !== null) input.value = new URL(location.href).searchParams.get('q') ?? '';
  void load(false);
});

startCopying();
startSearchKey();
startPlotCursor();
if (document.querySelector('[data-live]:not([data-live="running"], [data-live="health"])')) {
  followInPlace();
  timer = setTimeout(() => load(true), everyMs);
}

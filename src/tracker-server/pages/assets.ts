/**
 * What pages load besides themselves: style sheet, icon and scripts. The scripts stand in `live/` as
 * TypeScript for the browser; the package has them compiled, and from the sources their types are taken
 * out when the tracker starts. All have one folder with a digest of the contents in its name, so that
 * browsers keep them until they change.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { iconSvg } from '../../look/icon.ts';
import { tokensCss } from '../../look/tokens.ts';
import { styleCss } from './style.ts';

export interface AssetUrls {
  readonly style: string;
  readonly icon: string;
  /** Blocks drawing, so that the chosen theme is there from the first frame. */
  readonly theme: string;
  readonly live: string;
}

export interface Asset {
  readonly contentType: string;
  readonly text: string;
}

export interface Assets {
  readonly version: string;
  readonly urls: AssetUrls;
  readonly files: ReadonlyMap<string, Asset>;
}

const scripts = ['theme', 'live', 'morph', 'copy', 'plot-cursor', 'search-key'] as const;
const isSource = import.meta.url.endsWith('.ts');

export function loadAssets(): Assets {
  const files = new Map<string, Asset>([
    ['tracker.css', { contentType: 'text/css; charset=utf-8', text: tokensCss + styleCss }],
    ['icon.svg', { contentType: 'image/svg+xml', text: iconSvg }],
  ]);
  for (const name of scripts) {
    const text = readScript(name);
    files.set(`${name}.js`, { contentType: 'text/javascript; charset=utf-8', text });
  }
  const hash = createHash('sha256');
  for (const { text } of files.values()) hash.update(text);
  const version = hash.digest('hex').slice(0, 12);
  const at = (file: string) => `/assets/${version}/${file}`;
  const urls = {
    style: at('tracker.css'),
    icon: at('icon.svg'),
    theme: at('theme.js'),
    live: at('live.js'),
  };
  return { version, urls, files };
}

function readScript(name: string): string {
  const text = readFileSync(
    new URL(`./live/${name}.${isSource ? 'ts' : 'js'}`, import.meta.url),
    'utf8',
  );
  if (!isSource) return text;
  return withoutTypes(text).replace(/(?<=from '\.\/[\w-]+)\.ts(?=';)/g, '.js');
}

function withoutTypes(text: string): string {
  // Node.js says once that this is experimental, which tells a person at the terminal nothing.
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** A torrent of the daemon as labelled lines for people. */
import {
  formatBytes,
  formatBytesOf,
  formatCount,
  formatDuration,
  formatPercent,
  formatRate,
} from './format.ts';
import type { NumberedTorrent } from './named-torrent.ts';
import type { Terminal } from './terminal.ts';
import { stateWord, troubleOf } from './torrent-state.ts';
import { visibleText } from './visible-text.ts';

export function printInfo(terminal: Terminal, torrent: NumberedTorrent): void {
  const { number, name, hash, lengthBytes, doneBytes, downRate, upRate, etaSeconds } = torrent;
  terminal.line(visibleText(name));
  terminal.field('number', String(number));
  terminal.field('info-hash', hash);
  terminal.field('state', stateWord(torrent));
  const trouble = troubleOf(torrent);
  if (trouble !== undefined) {
    terminal.line(`  ${'why'.padEnd(10)}${terminal.style.red(visibleText(trouble.message))}`);
  } else if (torrent.stalled !== undefined) {
    terminal.field('why', torrent.stalled.message);
  }
  const percent = formatPercent(torrent.progress).trim();
  const amount = lengthBytes === 0 ? '' : `   ${formatBytesOf(doneBytes, lengthBytes)}`;
  terminal.field('done', `${percent}${amount}`);
  const left = etaSeconds === undefined ? '' : `   ${formatDuration(etaSeconds)} left`;
  terminal.field('rate', `↓ ${formatRate(downRate)}   ↑ ${formatRate(upRate)}${left}`);
  terminal.field('peers', `${torrent.peers} connected, ${formatCount(torrent.seeds, 'seeder')}`);
  terminal.field('got', formatBytes(torrent.downloadedBytes));
  terminal.field(
    'given',
    `${formatBytes(torrent.uploadedBytes)}   ratio ${torrent.ratio.toFixed(2)}`,
  );
  terminal.field('folder', torrent.dir);
  terminal.field('added', timeText(torrent.addedAt));
  if (torrent.completedAt !== undefined) {
    terminal.field('complete', `since ${timeText(torrent.completedAt)}`);
  }
}

function timeText(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

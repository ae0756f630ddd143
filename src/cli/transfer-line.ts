/** The live line of one torrent: how far, how fast, with whom, how long, or why it stands still. */
import type { TorrentStatus } from '../daemon/client/client-types.ts';
import {
  formatBytes,
  formatBytesOf,
  formatCount,
  formatDuration,
  formatPercent,
  formatRate,
} from './format.ts';
import { fitLine, type LinePart } from './line-parts.ts';
import { progressBar } from './progress-bar.ts';
import type { Style } from './style.ts';
import { cutMiddle } from './text-width.ts';
import { visibleText } from './visible-text.ts';

export interface TransferLineOptions {
  readonly columns: number;
  readonly style: Style;
  readonly port: number;
}

const gap: LinePart = { text: '   ' };

/** What goes on in a word, with the reason's code: when it changes, a plain line is worth printing. */
export function transferState(status: TorrentStatus): string {
  return `${status.phase} ${status.error?.code ?? status.stalled?.code ?? ''}`;
}

export function transferLine(status: TorrentStatus, options: TransferLineOptions): string {
  return fitLine(shapesOf(status, options.port), options.columns, options.style);
}

function shapesOf(status: TorrentStatus, port: number): LinePart[][] {
  if (status.error !== undefined) return troubleShapes(status, status.error.message);
  switch (status.phase) {
    case 'metadata':
      return metadataShapes(status);
    case 'checking':
      return checkingShapes(status);
    case 'seeding':
      return seedingShapes(status, port);
    case 'stopped':
      return namedShapes(status, [gap, { text: 'stopped' }]);
    default:
      return isFlowing(status)
        ? downloadShapes(status)
        : troubleShapes(status, status.stalled?.message ?? '');
  }
}

/** A download held back by its limit is not in trouble; how far it is says more than why. */
function isFlowing({ stalled }: TorrentStatus): boolean {
  return stalled === undefined || stalled.code === 'LIMITED';
}

function downloadShapes(status: TorrentStatus): LinePart[][] {
  const down = `↓ ${formatRate(status.downRate)}`;
  const up = `  ↑ ${formatRate(status.upRate)}`;
  const amount = formatBytesOf(status.doneBytes, status.wantedBytes);
  const peers = formatCount(status.connectedPeers, 'peer');
  const eta =
    status.etaSeconds === undefined
      ? []
      : [gap, { text: `${formatDuration(status.etaSeconds)} left` }];
  const full = [gap, { text: amount }, gap, { text: down + up }, gap, { text: peers }, ...eta];
  return [
    [...head(status, 40, 20), ...full],
    [...head(status, 24, 20), ...full],
    [...head(status, 24, 10), ...full],
    [...head(status, 24, 10), gap, { text: down + up }, gap, { text: peers }, ...eta],
    [...head(status, 16, 10), gap, { text: down }, gap, { text: peers }, ...eta],
    [...head(status, 16, 8), gap, { text: down }, ...eta],
    [...head(status, 12, 0), gap, { text: down }, ...eta],
    [...head(status, 12, 0), ...eta],
    head(status, 12, 0),
  ];
}

/** The reason is what matters: the rest makes room for it. */
function troubleShapes(status: TorrentStatus, message: string): LinePart[][] {
  const reason: LinePart = { text: visibleText(message), paint: 'red' };
  const amount: LinePart = { text: formatBytesOf(status.doneBytes, status.wantedBytes) };
  return [
    [...head(status, 40, 20), gap, amount, gap, reason],
    [...head(status, 24, 10), gap, amount, gap, reason],
    [...head(status, 24, 10), gap, reason],
    [...head(status, 16, 0), gap, reason],
    [...head(status, 12, 0), { text: ' ' }, reason],
  ];
}

function metadataShapes(status: TorrentStatus): LinePart[][] {
  const what: LinePart = { text: 'asking peers what is in it' };
  const state: LinePart =
    status.stalled === undefined
      ? { text: formatCount(status.connectedPeers, 'peer') }
      : { text: visibleText(status.stalled.message), paint: 'red' };
  return [...namedShapes(status, [gap, what, gap, state]), ...namedShapes(status, [gap, state])];
}

function checkingShapes(status: TorrentStatus): LinePart[][] {
  const fraction = status.checkedFraction ?? 0;
  const tail: LinePart[] = [gap, { text: 'checking what is on disk' }];
  return [
    [...head(status, 40, 20, fraction), ...tail],
    [...head(status, 24, 10, fraction), ...tail],
    [...head(status, 16, 0, fraction), gap, { text: 'checking' }],
  ];
}

function seedingShapes(status: TorrentStatus, port: number): LinePart[][] {
  const start: LinePart = { text: `  seeding on port ${port}` };
  const rate = `↑ ${formatRate(status.upRate)}`;
  const peers = `to ${formatCount(status.connectedPeers, 'peer')}`;
  const given = `${formatBytes(status.uploadedBytes)} given`;
  const ratio = `ratio ${ratioOf(status).toFixed(2)}`;
  const stop: LinePart = { text: '      Ctrl-C to stop' };
  const trouble: LinePart[] =
    status.stalled === undefined
      ? []
      : [gap, { text: visibleText(status.stalled.message), paint: 'red' }];
  const full: LinePart[] = [
    start,
    gap,
    { text: `${rate} ${peers}` },
    gap,
    { text: given },
    gap,
    { text: ratio },
  ];
  return [
    [...full, ...trouble, stop],
    [...full, ...trouble],
    [start, gap, { text: `${rate} ${peers}` }, gap, { text: given }, ...trouble],
    [start, gap, { text: `${rate} ${peers}` }, ...trouble],
    [{ text: '  seeding' }, gap, { text: rate }, ...trouble],
  ];
}

function namedShapes(status: TorrentStatus, tail: readonly LinePart[]): LinePart[][] {
  return [40, 24, 12].map((columns) => [name(status, columns), ...tail]);
}

function head(
  status: TorrentStatus,
  nameColumns: number,
  barColumns: number,
  fraction = doneFraction(status),
): LinePart[] {
  const percent: LinePart = { text: formatPercent(fraction) };
  if (barColumns === 0) return [name(status, nameColumns), { text: ' ' }, percent];
  const bar = progressBar(fraction, barColumns);
  const drawn: LinePart[] = [{ text: bar.done, paint: 'accent' }, { text: bar.rest }];
  return [name(status, nameColumns), gap, ...drawn, { text: ' ' }, percent];
}

function name(status: TorrentStatus, columns: number): LinePart {
  return { text: `  ${cutMiddle(visibleText(status.name), columns)}` };
}

function doneFraction(status: TorrentStatus): number {
  return status.wantedBytes === 0 ? 0 : status.doneBytes / status.wantedBytes;
}

export function ratioOf(status: TorrentStatus): number {
  return status.lengthBytes === 0 ? 0 : status.uploadedBytes / status.lengthBytes;
}

/** The window of `shoal top` as lines: figures, torrents, the chosen one's trouble, and keys. */
import { type SessionInfo, torrentStates } from '../../api/contract/torrents.ts';
import { formatBytes, formatCount, formatDuration, formatPercent, formatRate } from '../format.ts';
import type { NumberedTorrent } from '../named-torrent.ts';
import { progressBar } from '../progress-bar.ts';
import type { Style } from '../style.ts';
import { cutEnd, cutMiddle, padEnd, padStart, textWidth } from '../text-width.ts';
import { stateWord, troubleOf } from '../torrent-state.ts';
import { rateText } from '../torrent-table.ts';
import { visibleText } from '../visible-text.ts';
import type { TopList } from './top-list.ts';

export interface FrameSize {
  readonly columns: number;
  readonly rows: number;
}

export interface FrameFoot {
  /** A question, what is typed, or what went wrong; the keys when there is none. */
  readonly text?: string | undefined;
  readonly isTrouble?: boolean;
}

interface Column {
  readonly title: string;
  readonly width: number;
  readonly isText?: true;
  /** The window must be this wide for it. */
  readonly from: number;
  cell(torrent: NumberedTorrent): string;
}

const gap = '  ';
const barColumns = 12;

/** Of fixed widths, so that nothing jumps while one scrolls. The name gets what is left. */
const columns: readonly Column[] = [
  { title: 'size', width: 9, from: 66, cell: ({ lengthBytes }) => sizeText(lengthBytes) },
  { title: 'done', width: 4, from: 0, cell: ({ progress }) => formatPercent(progress).trim() },
  {
    title: '',
    width: barColumns,
    isText: true,
    from: 96,
    cell: ({ progress }) => barText(progress),
  },
  { title: 'state', width: 11, isText: true, from: 44, cell: stateWord },
  { title: 'down', width: 11, from: 78, cell: ({ downRate }) => rateText(downRate) },
  { title: 'up', width: 11, from: 110, cell: ({ upRate }) => rateText(upRate) },
  { title: 'peers', width: 5, from: 56, cell: ({ peers }) => String(peers) },
  { title: 'left', width: 10, from: 122, cell: ({ etaSeconds }) => leftText(etaSeconds) },
];

const numberColumns = 5;
const keyWords = ['↑↓ choose', 'enter details', 'space pause', 'd remove', 's sort', '/ filter'];
const leaveWord = 'q quit';

/** How many torrents fit. */
export function listRows({ rows }: FrameSize): number {
  return Math.max(1, rows - 4);
}

/** `top` is the first row that is shown. */
export function topFrame(
  list: TopList,
  top: number,
  foot: FrameFoot,
  size: FrameSize,
  style: Style,
): string[] {
  const shown = list.rows.slice(top, top + listRows(size));
  const lines = shown.map((torrent, at) =>
    rowLine(torrent, size.columns, top + at === list.chosenAt, style),
  );
  const isEmpty = list.rows.length === 0 && list.session !== undefined;
  const empty =
    list.filter === ''
      ? '  No torrents yet. Add one with shoal add, or share something in shoal menu.'
      : `  Nothing matches ${visibleText(list.filter)}.`;
  const body = isEmpty ? [cutEnd(empty, size.columns)] : lines;
  const filler = Array.from({ length: Math.max(0, listRows(size) - body.length) }, () => '');
  return [
    headLine(list.session, size.columns),
    titleLine(list, size.columns),
    ...body,
    ...filler,
    troubleLine(list.chosen, size.columns, style),
    footLine(foot, list, size.columns, style),
  ];
}

export function headLine(session: SessionInfo | undefined, width: number): string {
  if (session === undefined) return cutEnd('  Shoal   asking the daemon…', width);
  const { torrents, counts, downRate, upRate, peers } = session;
  const states = torrentStates
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${state}`);
  const long = ['  Shoal', formatCount(torrents, 'torrent'), ...states].join('   ');
  const left = textWidth(long) + 30 <= width ? long : `  ${formatCount(torrents, 'torrent')}`;
  const rates = `↓ ${formatRate(downRate)}   ↑ ${formatRate(upRate)}`;
  const right = `${formatCount(peers, 'peer')}   ${rates}`;
  const widths = (text: string): number => textWidth(left) + textWidth(text) + 3;
  if (widths(right) <= width) return left + padStart(right, width - textWidth(left));
  if (widths(rates) <= width) return left + padStart(rates, width - textWidth(left));
  return cutEnd(`  ${rates}`, width);
}

function titleLine(list: TopList, width: number): string {
  const mark = (title: string): string => (title === list.sort ? `${title}▾` : title);
  return layOut(
    list.sort === 'number' ? '#▾' : '#',
    mark('name'),
    (column) => mark(column.title),
    width,
  );
}

function rowLine(torrent: NumberedTorrent, width: number, isChosen: boolean, style: Style): string {
  const cells = (column: Column): string => column.cell(torrent);
  const line = layOut(String(torrent.number), visibleText(torrent.name), cells, width);
  if (isChosen) return `\u001b[7m${padEnd(`›${line.slice(1)}`, width)}\u001b[27m`;
  return troubleOf(torrent) === undefined ? line : style.red(line);
}

function layOut(
  number: string,
  name: string,
  cellOf: (column: Column) => string,
  width: number,
): string {
  const shown = columns.filter(({ from }) => width >= from);
  const others = shown.reduce((sum, column) => sum + column.width + gap.length, 0);
  const nameColumns = Math.max(4, width - 2 - numberColumns - gap.length - others);
  const cells = shown.map((column) => {
    const text = cutEnd(cellOf(column), column.width);
    return column.isText === true ? padEnd(text, column.width) : padStart(text, column.width);
  });
  const parts = [
    padStart(cutEnd(number, numberColumns), numberColumns),
    padEnd(cutMiddle(name, nameColumns), nameColumns),
    ...cells,
  ];
  return cutEnd(`  ${parts.join(gap)}`, width);
}

function troubleLine(torrent: NumberedTorrent | undefined, width: number, style: Style): string {
  const cause = torrent?.error ?? torrent?.stalled;
  if (torrent === undefined || cause === undefined) return '';
  const text = cutEnd(`  ${visibleText(cause.message)}`, width);
  return troubleOf(torrent) === undefined ? text : style.red(text);
}

function footLine(
  { text, isTrouble = false }: FrameFoot,
  { filter }: TopList,
  width: number,
  style: Style,
): string {
  if (text !== undefined) {
    const cut = cutEnd(`  ${text}`, width);
    return isTrouble ? style.red(cut) : cut;
  }
  const filtered = filter === '' ? '' : `/${visibleText(filter)}   `;
  const fixed = textWidth(filtered) + textWidth(leaveWord) + 2;
  let keys = '';
  for (const word of keyWords) {
    if (textWidth(keys) + textWidth(word) + 3 + fixed <= width) keys += `${word}   `;
  }
  return cutEnd(`  ${filtered}${keys}${leaveWord}`, width);
}

function sizeText(lengthBytes: number): string {
  return lengthBytes === 0 ? '–' : formatBytes(lengthBytes);
}

function leftText(etaSeconds: number | undefined): string {
  return etaSeconds === undefined ? '–' : formatDuration(etaSeconds);
}

function barText(progress: number): string {
  const { done, rest } = progressBar(progress, barColumns);
  return done + rest;
}

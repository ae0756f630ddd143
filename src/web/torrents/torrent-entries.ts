/** What can be done to the selected torrents, as the entries of a menu or a sheet. */
import {
  type QueueMove,
  type TorrentDetail,
  type TorrentInfo,
  torrentsPath,
} from '../../api/contract/torrents.ts';
import { ask, problemOf } from '../api.ts';
import { useTorrents } from '../live/live-context.tsx';
import { copyText } from '../parts/copy-text.ts';
import type { IconName } from '../parts/icon.tsx';
import { type PageState, usePage } from '../shell/page-state.tsx';
import { useTorrentActions } from './use-torrent-actions.ts';

export interface MenuItem {
  readonly kind: 'item';
  readonly label: string;
  readonly icon?: IconName;
  readonly keys?: string;
  readonly isDanger?: true;
  readonly run: () => void;
}

export type MenuEntry =
  | MenuItem
  | {
      readonly kind: 'check';
      readonly label: string;
      readonly isOn: boolean;
      readonly run: () => void;
    }
  | { readonly kind: 'sub'; readonly label: string; readonly entries: readonly MenuItem[] }
  | { readonly kind: 'line'; readonly label: string };

const queueWords: readonly (readonly [QueueMove, string])[] = [
  ['top', 'To the top'],
  ['up', 'Up'],
  ['down', 'Down'],
  ['bottom', 'To the bottom'],
];

/** `hashes` in the order of the table. */
export function useTorrentEntries(hashes: readonly string[]): readonly MenuEntry[] {
  const page = usePage();
  const actions = useTorrentActions();
  const torrents = useTorrents();
  const chosen = hashes.flatMap((hash) => torrents.get(hash) ?? []);
  const [one] = chosen;
  if (one === undefined) return [];
  const isAny = (test: (torrent: TorrentInfo) => boolean) => chosen.some(test);
  const isSequential = chosen.every(({ sequential }) => sequential);
  const open = (kind: 'remove' | 'move' | 'limits' | 'labels') => () =>
    page.dialog.set({ kind, hashes });
  const item = (label: string, run: () => void, more: Partial<MenuItem> = {}): MenuItem => ({
    kind: 'item',
    label,
    run,
    ...more,
  });
  const entries: MenuEntry[] = [];
  if (isAny(({ state }) => state === 'stopped' || state === 'error')) {
    entries.push(
      item('Start', () => void actions.act('start', hashes), { icon: 'start', keys: 'Space' }),
    );
  }
  if (isAny(({ state }) => state !== 'stopped')) {
    entries.push(
      item('Stop', () => void actions.act('stop', hashes), { icon: 'stop', keys: 'Space' }),
    );
  }
  entries.push(
    item('Start now, past the queue', () => void actions.act('force-start', hashes)),
    { kind: 'line', label: 'after start' },
    item('Check the data on the disk', () => void actions.act('verify', hashes)),
    item('Ask the trackers again', () => void actions.act('reannounce', hashes), { icon: 'retry' }),
    {
      kind: 'sub',
      label: 'Queue',
      entries: queueWords.map(([to, label]) => item(label, () => void actions.queue(hashes, to))),
    },
    {
      kind: 'check',
      label: 'Download in order',
      isOn: isSequential,
      run: () => void actions.change(hashes, { sequential: !isSequential }),
    },
    { kind: 'line', label: 'after order' },
    item('Labels and category…', open('labels')),
    item('Limits and goals…', open('limits')),
    item('Move…', open('move'), { icon: 'folder' }),
  );
  if (chosen.length === 1) {
    entries.push(
      item('Rename…', () => page.dialog.set({ kind: 'rename', hash: one.hash }), { keys: 'F2' }),
    );
  }
  entries.push(
    { kind: 'line', label: 'after names' },
    item(
      chosen.length === 1 ? 'Copy magnet link' : 'Copy magnet links',
      () => void copyMagnets(page, hashes),
      {
        icon: 'copy',
      },
    ),
  );
  if (chosen.length === 1 && one.lengthBytes > 0) {
    entries.push(item('Save the .torrent', () => saveTorrent(one.hash), { icon: 'file' }));
  }
  entries.push(
    { kind: 'line', label: 'before remove' },
    item('Remove…', open('remove'), { icon: 'trash', keys: 'Del', isDanger: true }),
  );
  return entries;
}

async function copyMagnets(page: PageState, hashes: readonly string[]): Promise<void> {
  try {
    const links: string[] = [];
    for (const hash of hashes) {
      links.push((await ask<TorrentDetail>(`${torrentsPath}/${hash}`)).magnet);
    }
    await copyText(links.join('\n'));
    page.said.set(
      links.length === 1 ? 'The magnet link is copied.' : 'The magnet links are copied.',
    );
  } catch (error) {
    const retry = () => void copyMagnets(page, hashes);
    page.problem.set({ message: problemOf(error), retry });
  }
}

function saveTorrent(hash: string): void {
  const link = document.createElement('a');
  link.href = `${torrentsPath}/${hash}/torrent`;
  link.download = '';
  link.click();
}

/** View what I am seeding. */
import { formatBytes, formatRate } from '../format.ts';
import { type NumberedTorrent, numbered } from '../named-torrent.ts';
import { type Column, tableLines } from '../table.ts';
import { visibleText } from '../visible-text.ts';
import type { MenuContext } from './menu.ts';

const columns: readonly Column<NumberedTorrent>[] = [
  { title: '#', from: 0, cell: ({ number }) => String(number) },
  { title: 'name', isText: true, isElastic: true, from: 0, cell: ({ name }) => visibleText(name) },
  { title: 'size', from: 50, cell: ({ lengthBytes }) => formatBytes(lengthBytes) },
  { title: 'up', from: 40, cell: ({ upRate }) => formatRate(upRate) },
  { title: 'given', from: 70, cell: ({ uploadedBytes }) => formatBytes(uploadedBytes) },
  { title: 'ratio', from: 60, cell: ({ ratio }) => ratio.toFixed(2) },
  { title: 'peers', from: 30, cell: ({ peers }) => String(peers) },
];

const guideColumns = 3;

export async function showSeeding({ client, asker, terminal }: MenuContext): Promise<void> {
  const torrents = numbered(await client.torrents(asker.signal));
  const seeding = torrents.filter(({ state }) => state === 'seeding');
  if (seeding.length === 0) asker.say('You are seeding nothing now.');
  else asker.say(tableLines(columns, seeding, terminal.columns - guideColumns));
}

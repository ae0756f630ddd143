/** A torrent or magnet link as labelled lines for people. */
import type { Magnet, Metainfo } from '../daemon/client/client-types.ts';
import { formatBytes, formatCount, groupDigits } from './format.ts';
import type { Terminal } from './terminal.ts';
import { peerText } from './torrent-object.ts';
import { visibleText } from './visible-text.ts';

export function printTorrent(terminal: Terminal, metainfo: Metainfo): void {
  const files = metainfo.files.filter((file) => !file.padding);
  terminal.line(visibleText(metainfo.name));
  printHashes(terminal, metainfo);
  const size = formatBytes(metainfo.contentBytes);
  const bytes = `${groupDigits(metainfo.contentBytes)} bytes`;
  terminal.field('size', `${size} (${bytes}) in ${formatCount(files.length, 'file')}`);
  const pieces = `${groupDigits(metainfo.pieceCount)} of ${formatBytes(metainfo.pieceLength)}`;
  terminal.field('pieces', pieces);
  if (metainfo.private) terminal.field('private', 'yes, peers only from its trackers');
  if (metainfo.source !== undefined) terminal.field('source', metainfo.source);
  printTiers(terminal, metainfo.trackers);
  for (const url of metainfo.webSeeds) terminal.field('web seed', url);
  if (metainfo.comment !== undefined) terminal.field('comment', metainfo.comment);
  const created = createdText(metainfo);
  if (created !== '') terminal.field('created', created);
  if (metainfo.singleFile) return;
  const sizes = files.map((file) => formatBytes(file.lengthBytes));
  const numberColumns = String(files.length).length;
  const sizeColumns = Math.max(...sizes.map((text) => text.length));
  terminal.line('  files');
  for (const [index, file] of files.entries()) {
    const number = String(index + 1).padStart(numberColumns);
    const fileSize = sizes[index]!.padStart(sizeColumns);
    terminal.line(`    ${number}  ${fileSize}  ${visibleText(file.path.join('/'))}`);
  }
}

export function printMagnet(terminal: Terminal, magnet: Magnet): void {
  terminal.line(visibleText(magnet.name ?? magnet.infoHash));
  printHashes(terminal, magnet);
  if (magnet.lengthBytes !== undefined) terminal.field('size', formatBytes(magnet.lengthBytes));
  printTiers(
    terminal,
    magnet.trackers.map((url) => [url]),
  );
  for (const url of magnet.webSeeds) terminal.field('web seed', url);
  for (const peer of magnet.peers) terminal.field('peer', peerText(peer));
  terminal.field('files', 'not in a magnet link; shoal get asks the peers');
}

export function printHashes(
  terminal: Terminal,
  hashes: { infoHashV1?: string; infoHashV2?: string },
): void {
  if (hashes.infoHashV1 !== undefined) terminal.field('info-hash', hashes.infoHashV1);
  if (hashes.infoHashV2 !== undefined) terminal.field('v2 hash', hashes.infoHashV2);
}

export function printTiers(terminal: Terminal, tiers: readonly (readonly string[])[]): void {
  for (const tier of tiers) terminal.field('tracker', tier.join('  or  '));
  if (tiers.length === 0) terminal.field('tracker', 'none; peers have to be named with --peer');
}

function createdText({ creationDateMs, createdBy }: Metainfo): string {
  const when =
    creationDateMs === undefined
      ? ''
      : `${new Date(creationDateMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const by = createdBy === undefined ? '' : `by ${createdBy}`;
  return [when, by].filter((part) => part !== '').join(' ');
}

/** Browse and download, and who has it: the home tracker's catalog, by number or name. */
import type { CatalogDetail } from '../../api/contract/catalog.ts';
import { endpointKey } from '../../base/endpoint.ts';
import { fromHex } from '../../base/hex.ts';
import { infoHashFromBytes } from '../../base/ids.ts';
import { diagnoseAnnounce } from '../../daemon/machine/diagnose-tracker.ts';
import { defaultTracker, openCatalog } from '../catalog-options.ts';
import { catalogTable } from '../catalog-table.ts';
import { formatBytes, formatCount } from '../format.ts';

import { visibleText } from '../visible-text.ts';
import { BackToMenu } from './ask.ts';
import type { MenuContext } from './menu.ts';

/** Beyond it there are words to search by. */
const mostListed = 100;
/** What the menu puts before its lines. */
const guideColumns = 3;

export async function browseAndDownload(context: MenuContext): Promise<void> {
  const { client, asker } = context;
  const entry = await chooseEntry(context, 'Which one to download?');
  const { tracker } = await client.settings(asker.signal);
  const catalog = await openCatalog(tracker ?? defaultTracker, undefined);
  const torrent = await catalog.torrent(entry.infoHash, asker.signal);
  const trackers = tracker === null ? [] : [tracker];
  const info = await client.addFile(torrent, { trackers }, asker.signal);
  asker.done(
    `Getting ${visibleText(entry.name)}, ${formatBytes(entry.lengthBytes)}, into ${visibleText(info.dir)}. See it under Active transfers`,
  );
}

export async function whoHasIt(context: MenuContext): Promise<void> {
  const { client, asker } = context;
  const entry = await chooseEntry(context, 'Who has which one?');
  const { seeders, leechers, seederAddresses } = entry;
  const counts = `${formatCount(seeders, 'seeder')}, ${formatCount(leechers, 'leecher')}`;
  const tracker = (await client.settings(asker.signal)).tracker;
  const addresses = seederAddresses ?? (await peersOf(tracker, entry, asker.signal));
  asker.say([
    `${visibleText(entry.name)}: ${counts}`,
    ...addresses.map((address) => `  ${visibleText(address)}`),
    ...(addresses.length === 0 ? ['  nobody is there now'] : []),
  ]);
}

async function chooseEntry(
  { client, asker, terminal }: MenuContext,
  question: string,
): Promise<CatalogDetail> {
  const { entries, total } = await client.homeTracker.catalog({ limit: mostListed }, asker.signal);
  if (entries.length === 0) {
    asker.say('The catalog is empty. Share a file, and it is listed there.');
    throw new BackToMenu();
  }
  const more =
    total > entries.length
      ? [`${formatCount(total - entries.length, 'further torrent')}: name one of them`]
      : [];
  asker.say([...catalogTable(entries, terminal.columns - guideColumns), ...more]);
  const reference = await asker.text(question, 'its id or name; empty goes back');
  return client.homeTracker.entry(reference, asker.signal);
}

/** As the tracker tells them to anybody who wants the torrent. */
async function peersOf(
  tracker: string | null,
  { infoHash, lengthBytes }: CatalogDetail,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (tracker === null) return [];
  const hash = infoHashFromBytes(fromHex(infoHash) ?? new Uint8Array(20));
  const asked = { infoHash: hash, leftBytes: Math.max(1, lengthBytes) };
  const { reply } = await diagnoseAnnounce(tracker, asked, signal);
  return (reply?.peers ?? []).map(endpointKey);
}

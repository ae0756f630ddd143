/**
 * A tracker that looks as if it had been running for an hour: some hundred torrents with names and
 * sizes, peers of many clients, and announces that came in waves. Everything follows from one seed.
 */

import { toHex } from '../../../src/base/hex.ts';
import type { SeededRandom } from '../../../src/base/random.ts';
import { encodeLatin1 } from '../../../src/base/text.ts';
import type { AnnounceRequest } from '../../../src/tracker/announce.ts';
import type { TrackerLogic } from '../../../src/tracker/tracker-logic.ts';
import type {
  CatalogItem,
  CatalogView,
  TorrentFacts,
} from '../../../src/tracker-server/pages/tracker-view.ts';

const kinds = [
  ['debian-13.%d.0-amd64-netinst.iso', 0.7],
  ['ubuntu-24.04.%d-desktop-amd64.iso', 5.9],
  ['Fedora-Workstation-Live-x86_64-4%d.iso', 2.4],
  ['archlinux-2026.%d.01-x86_64.iso', 1.2],
  ['Sintel (2010) 4K – episode %d', 14.1],
  ['Tears of Steel, raw frames, reel %d', 186.4],
  ['build-server nightly %d', 8.3],
  ['genomes-2026-%d', 412],
  ['OpenStreetMap planet, week %d', 78.6],
  ['Lecture recordings, physics %d', 23.5],
  ['wikipedia_en_all_maxi_2026-%d.zim', 109.9],
  ['vm-images.golden.%d.tar.zst', 18.2],
  ['Familienfotos Sommer %d', 3.4],
  ['Лекции, неделя %d', 1.9],
  ['librispeech-clean-%d', 6.3],
] as const;

const clients = [
  '-qB5020-',
  '-TR4060-',
  '-SH0100-',
  '-LT20B0-',
  '-lt0E10-',
  '-DE211s-',
  '-UT355S-',
  'A2-1-37-',
  '-BI3800-',
  '-WW0203-',
];

export interface NamedTorrent extends CatalogItem {
  readonly bytes: Uint8Array;
}

/** `count` torrents; of every eleven, one has no name. */
export function makeTorrents(count: number, random: SeededRandom): NamedTorrent[] {
  return Array.from({ length: count }, (_, i) => {
    const bytes = Uint8Array.from({ length: 20 }, () => random.below(256));
    const [pattern, gibibytes] = kinds[i % kinds.length]!;
    return {
      bytes,
      infoHash: toHex(bytes),
      name: i % 11 === 7 ? '' : pattern.replace('%d', String(1 + Math.floor(i / kinds.length))),
      lengthBytes: Math.round(gibibytes * (0.6 + random.next()) * 1024 ** 3),
      fileCount: 1 + (i % 5) * 37,
      publishedAt: `2026-${String(1 + (i % 9)).padStart(2, '0')}-${String(1 + (i % 27)).padStart(2, '0')}T08:30:00.000Z`,
    };
  });
}

export function catalogOf(torrents: readonly NamedTorrent[]): CatalogView {
  const listed = torrents.filter(({ name }) => name !== '');
  const byHash = new Map<string, CatalogItem>(listed.map((one) => [one.infoHash, one]));
  return {
    lookup: async (infoHashes) => {
      const found = new Map<string, TorrentFacts>();
      for (const hex of infoHashes) {
        const item = byHash.get(hex);
        if (item !== undefined) found.set(hex, item);
      }
      return found;
    },
    list: async ({ search, order, descending, limit, offset }) => {
      const matching = listed.filter(({ name }) =>
        name.toLowerCase().includes(search.toLowerCase()),
      );
      const key = ({ name, lengthBytes, publishedAt }: CatalogItem) =>
        order === 'size' ? lengthBytes : order === 'name' ? name.toLowerCase() : publishedAt;
      matching.sort((a, b) => (key(a) < key(b) ? -1 : 1) * (descending ? -1 : 1));
      return { items: matching.slice(offset, offset + limit), total: matching.length };
    },
    detail: async (infoHash) => {
      const item = byHash.get(infoHash);
      if (item === undefined) return undefined;
      const files = Array.from({ length: item.fileCount }, (_, i) => ({
        path:
          item.fileCount === 1
            ? item.name
            : `${item.name}/part-${String(i + 1).padStart(3, '0')}.bin`,
        lengthBytes: Math.floor(item.lengthBytes / item.fileCount),
      }));
      return { ...item, pieceLength: 4 * 1024 ** 2, files };
    },
  };
}

export interface Clock {
  nowMs: number;
}

/** An hour of announces, ten seconds at a time; `clock` is what the logic reads. */
export function liveAnHour(
  logic: TrackerLogic,
  clock: Clock,
  torrents: readonly NamedTorrent[],
  random: SeededRandom,
): void {
  const steps = 372;
  for (let step = 0; step < steps; step++) {
    const part = step / steps;
    for (const [i, torrent] of torrents.entries()) {
      const size = 90 / (1 + i / 6);
      const busy = 0.5 + 0.4 * Math.sin(9 * part + i) + 0.1 * random.next();
      for (let n = 0; n < size * busy * 0.35; n++) {
        announce(
          logic,
          torrent.bytes,
          Math.floor(size * random.next() * (0.5 + part / 2)),
          i,
          random,
        );
      }
    }
    const wave = 40 + 30 * Math.sin(step / 31) + 14 * Math.sin(step / 7) + 8 * random.next();
    for (let n = 0; n < wave * 30; n++) logic.count('announces', n % 3 === 0 ? 'http' : 'udp');
    for (let n = 0; n < wave / 2; n++) logic.count('scrapes', 'udp');
    clock.nowMs += 10_000;
    logic.tick();
  }
  for (let n = 0; n < 412; n++) logic.count('limited', n % 9 === 0 ? 'http' : 'udp');
  for (let n = 0; n < 57; n++) logic.count('invalid', 'udp');
}

function announce(
  logic: TrackerLogic,
  infoHash: Uint8Array,
  peer: number,
  torrent: number,
  random: SeededRandom,
): void {
  const isV6 = peer % 7 === 3;
  const address = isV6
    ? Uint8Array.of(
        0x20,
        1,
        0x0d,
        0xb8,
        peer & 255,
        torrent & 255,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        1 + (peer & 63),
      )
    : Uint8Array.of(10, 1 + (torrent % 200), peer & 255, 1 + (torrent % 250));
  // Every ninth torrent lost its seeders, every thirteenth has one.
  const share = torrent % 9 === 4 ? 0 : torrent % 13 === 6 ? 1 : 3 + (torrent % 40);
  const isSeeder = peer < share;
  const request: AnnounceRequest = {
    transport: peer % 3 === 0 ? 'http' : 'udp',
    infoHash,
    peerId: encodeLatin1(clients[(peer * 7 + torrent) % clients.length]!.padEnd(20, 'k')),
    address,
    port: 6881 + (peer % 200),
    uploadedBytes: 0,
    downloadedBytes: 0,
    leftBytes: isSeeder ? 0 : 1000,
    event: isSeeder && random.below(4) === 0 ? 'completed' : 'none',
    numWant: 0,
    wantsBothFamilies: false,
    wantsPeerIds: false,
    urlData: undefined,
  };
  logic.announce(request, () => {});
}

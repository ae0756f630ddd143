/** What an endpoint of qBittorrent's Web API is given, and how tables of them are written. */

import type { TorrentInfo } from '../contract/torrents.ts';
import type { DaemonPorts } from '../service/daemon-ports.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import type { Form } from './form.ts';

export interface Asked {
  readonly form: Form;
  readonly ports: DaemonPorts;
}

/** Text is sent as text, everything else as JSON; undefined is an empty answer. */
export type Answer = unknown;

/** Reading, by GET or POST. */
export type Read = (asked: Asked) => Answer | Promise<Answer>;
/** Changing, by POST only. */
export type Write = (asked: Asked) => Answer | Promise<Answer>;

export interface Endpoints {
  /** By path below /api/v2. */
  readonly reads: Readonly<Record<string, Read>>;
  readonly writes: Readonly<Record<string, Write>>;
}

/** The one that `hash` names. Throws DaemonRefusal. */
export function torrentOf({ form, ports }: Asked): TorrentInfo {
  const hash = form.required('hash').trim().toLowerCase();
  const torrent = ports.torrents.list().find((known) => known.hash === hash);
  if (torrent !== undefined) return torrent;
  throw new DaemonRefusal('NOT_FOUND', `There is no torrent ${hash.slice(0, 64)}`, {
    field: 'hash',
  });
}

/** Those that `hashes` names, or all; names that mean nothing are left out. */
export function torrentsOf({ form, ports }: Asked, parameter = 'hashes'): readonly TorrentInfo[] {
  const text = form.required(parameter).trim();
  const all = ports.torrents.list();
  if (text.toLowerCase() === 'all') return all;
  const hashes = new Set(text.toLowerCase().split('|'));
  return all.filter(({ hash }) => hashes.has(hash));
}

/** One after the other; the first that fails ends it. */
export async function forEach(
  torrents: readonly TorrentInfo[],
  work: (torrent: TorrentInfo) => Promise<unknown>,
): Promise<void> {
  for (const torrent of torrents) await work(torrent);
}

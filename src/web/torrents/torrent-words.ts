/** How the page words and writes what the daemon says of a torrent. */
import type { TorrentInfo } from '../../api/contract/torrents.ts';
import { formatDuration, formatRate } from '../../base/amounts.ts';
import { isComplete, isStalled } from './torrent-filter.ts';

const stateWords: Readonly<Record<TorrentInfo['state'], string>> = {
  metadata: 'Finding details',
  checking: 'Checking',
  moving: 'Moving',
  queued: 'Queued',
  downloading: 'Downloading',
  seeding: 'Seeding',
  stopped: 'Stopped',
  error: 'Error',
};

export function stateText(torrent: TorrentInfo): string {
  if (isStalled(torrent)) return 'Stalled';
  if (torrent.state === 'stopped' && isComplete(torrent)) return 'Complete';
  return stateWords[torrent.state];
}

/** Why it stands still or failed; undefined for neither. */
export function reasonOf({ error, stalled, state }: TorrentInfo): string | undefined {
  if (error !== undefined) return error.message;
  return state === 'stopped' ? undefined : stalled?.message;
}

/** Rounded down, so that 100 % means all. */
export function percentText(share: number): string {
  const percent = Math.floor(Math.min(1, Math.max(0, share)) * 1000 + 1e-9) / 10;
  if (share >= 1) return '100%';
  return percent < 10 ? `${percent.toFixed(1)}%` : `${Math.floor(percent)}%`;
}

/** Empty for nothing, so that what moves stands out. */
export function rateText(rate: number): string {
  return rate > 0 ? formatRate(rate) : '';
}

/** Always with one decimal, so that a column of them can be compared. */
export function sizeText(bytes: number): string {
  return formatRate(bytes).slice(0, -'/s'.length);
}

/** Connected, and in brackets how many the swarm has. */
export function peersText({ peers, swarmSeeders, swarmLeechers }: TorrentInfo): string {
  if (swarmSeeders === undefined && swarmLeechers === undefined) return peers > 0 ? `${peers}` : '';
  return `${peers} (${(swarmSeeders ?? 0) + (swarmLeechers ?? 0)})`;
}

export function etaText({ etaSeconds }: TorrentInfo): string {
  return etaSeconds === undefined ? '' : formatDuration(Math.round(etaSeconds));
}

export function ratioText(ratio: number): string {
  return ratio === 0 ? '' : ratio.toFixed(2);
}

const dayMs = 86_400_000;
const today = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const otherDay = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
});
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** The time of day for today, else the day. */
export function shortTime(iso: string | undefined, nowMs: number): string {
  const time = new Date(iso ?? Number.NaN);
  const ms = time.getTime();
  if (Number.isNaN(ms)) return '';
  const midnightMs = new Date(nowMs).setHours(0, 0, 0, 0);
  return (ms >= midnightMs && ms - midnightMs < dayMs ? today : otherDay).format(time);
}

export function exactTime(iso: string | undefined): string {
  const time = new Date(iso ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? '' : exact.format(time);
}

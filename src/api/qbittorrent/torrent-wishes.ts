/** Limits and goals of a torrent as qBittorrent's parameters say them. */
import type { TorrentChange } from '../contract/torrents.ts';
import type { Form } from './form.ts';

/** Bytes per second; 0 and less are none. */
export function limitOf(value: number | undefined): number | null | undefined {
  if (value === undefined) return undefined;
  return value <= 0 ? null : Math.floor(value);
}

/** `ratioLimit` and `seedingTimeLimit` (minutes): -2 is the daemon's, -1 is none. */
export function goalChange(form: Form): Pick<TorrentChange, 'seedRatio' | 'seedTimeSeconds'> {
  const ratio = goalOf(form.number('ratioLimit'));
  const minutes = goalOf(form.number('seedingTimeLimit'));
  return {
    ...(ratio !== undefined && { seedRatio: ratio }),
    ...(minutes !== undefined && {
      seedTimeSeconds: typeof minutes === 'number' ? Math.round(minutes * 60) : minutes,
    }),
  };
}

function goalOf(value: number | undefined): number | 'unlimited' | null | undefined {
  if (value === undefined) return undefined;
  if (value === -2) return null;
  return value < 0 ? 'unlimited' : value;
}

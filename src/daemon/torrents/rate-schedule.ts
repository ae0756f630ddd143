/** When the alternative limits apply by the clock: on some days, from a time to a time, local. Pure. */
import type { Settings } from '../../api/contract/torrents.ts';

export type Schedule = Settings['alternative']['schedule'];

/** A local wall clock. */
export interface WallTime {
  /** 0 is Sunday. */
  readonly day: number;
  /** Since midnight. */
  readonly minutes: number;
}

/** A period over midnight belongs to the day on which it begins; `from` equal to `to` is the whole day. */
export function isScheduled({ enabled, from, to, days }: Schedule, now: WallTime): boolean {
  if (!enabled) return false;
  const begin = minutesOf(from);
  const end = minutesOf(to);
  if (begin < end) return days.includes(now.day) && now.minutes >= begin && now.minutes < end;
  const yesterday = (now.day + 6) % 7;
  if (now.minutes >= begin) return days.includes(now.day);
  return now.minutes < end && days.includes(yesterday);
}

export function wallTimeOf(date: Date): WallTime {
  return { day: date.getDay(), minutes: date.getHours() * 60 + date.getMinutes() };
}

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

/**
 * The alternative limits and the hours in which they hold, as Transmission says them: minutes after
 * midnight, and days as bits of which Sunday is the lowest (tr_sched_day).
 */
import type { Settings, SettingsChange } from '../contract/torrents.ts';

type Alternative = Settings['alternative'];
type AlternativeChange = NonNullable<SettingsChange['alternative']>;

/** Shown where the alternative limits leave a direction unlimited, which Transmission has no word for. */
const shownKilobytes = 1_000_000;

export function alternativeFields({ enabled, downLimit, upLimit, schedule }: Alternative) {
  return {
    'alt-speed-enabled': enabled,
    'alt-speed-down': kilobytes(downLimit),
    'alt-speed-up': kilobytes(upLimit),
    'alt-speed-time-enabled': schedule.enabled,
    'alt-speed-time-begin': minutesOf(schedule.from),
    'alt-speed-time-end': minutesOf(schedule.to),
    'alt-speed-time-day': schedule.days.reduce((bits, day) => bits | (1 << day), 0),
  };
}

export interface AlternativeWishes {
  readonly 'alt-speed-enabled'?: boolean | undefined;
  /** Bytes per second, as `alt-speed-up`. */
  readonly 'alt-speed-down'?: number | undefined;
  readonly 'alt-speed-up'?: number | undefined;
  readonly 'alt-speed-time-enabled'?: boolean | undefined;
  readonly 'alt-speed-time-begin'?: number | undefined;
  readonly 'alt-speed-time-end'?: number | undefined;
  readonly 'alt-speed-time-day'?: number | undefined;
}

export function alternativeChange(wishes: AlternativeWishes): AlternativeChange | undefined {
  const {
    'alt-speed-enabled': enabled,
    'alt-speed-down': downLimit,
    'alt-speed-up': upLimit,
    'alt-speed-time-enabled': scheduled,
    'alt-speed-time-begin': begin,
    'alt-speed-time-end': end,
    'alt-speed-time-day': bits,
  } = wishes;
  const schedule = {
    ...(scheduled !== undefined && { enabled: scheduled }),
    ...(begin !== undefined && { from: clockOf(begin) }),
    ...(end !== undefined && { to: clockOf(end) }),
    ...(bits !== undefined && { days: daysOf(bits) }),
  };
  const change = {
    ...(enabled !== undefined && { enabled }),
    ...(downLimit !== undefined && { downLimit }),
    ...(upLimit !== undefined && { upLimit }),
    ...(Object.keys(schedule).length > 0 && { schedule }),
  };
  return Object.keys(change).length > 0 ? change : undefined;
}

function kilobytes(bytesPerSecond: number | null): number {
  return bytesPerSecond === null ? shownKilobytes : Math.round(bytesPerSecond / 1000);
}

function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

/** `minutes` is less than a day. */
function clockOf(minutes: number): string {
  const two = (count: number) => String(count).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function daysOf(bits: number): number[] {
  return [0, 1, 2, 3, 4, 5, 6].filter((day) => (bits & (1 << day)) !== 0);
}

/** Limits as people write and read them. */
import { InvalidArgumentError } from 'commander';
import { formatDuration, formatRate } from './format.ts';
import { parseCount, parseRate, parseRatio, parseTime } from './option-values.ts';

const isNone = (text: string): boolean => /^(none|unlimited|off)$/i.test(text);

/** A word where the daemon takes null: commander makes an empty text of a null. */
export type OrNone = number | 'none';

export function limitOf(wish: OrNone): number | null {
  return wish === 'none' ? null : wish;
}

/** Bytes per second. */
export function parseRateOrNone(text: string): OrNone {
  if (isNone(text)) return 'none';
  try {
    return parseRate(text);
  } catch {
    throw new InvalidArgumentError('Write a rate as 2MiB or 500KiB, or none for no limit.');
  }
}

export function parseCountOrNone(text: string): OrNone {
  if (isNone(text)) return 'none';
  try {
    return parseCount(text);
  } catch {
    throw new InvalidArgumentError('Write a whole number, or none for no limit.');
  }
}

/** A goal of one torrent: `default` is the daemon's own, `unlimited` is none whatever the daemon's. */
export type Goal = number | 'unlimited' | 'default';

export function goalOf(goal: Goal): number | 'unlimited' | null {
  return goal === 'default' ? null : goal;
}

export function parseRatioGoal(text: string): Goal {
  return goalWord(text) ?? (text === 'default' ? text : parseRatio(text));
}

/** Seconds. */
export function parseTimeGoal(text: string): Goal {
  return goalWord(text) ?? (text === 'default' ? text : Math.round(parseTime(text) / 1000));
}

function goalWord(text: string): 'unlimited' | undefined {
  return isNone(text) ? 'unlimited' : undefined;
}

export function parseOnOff(text: string): boolean {
  if (/^(on|yes|true)$/i.test(text)) return true;
  if (/^(off|no|false)$/i.test(text)) return false;
  throw new InvalidArgumentError('It is on or off.');
}

export function rateLimitText(limit: number | null | undefined): string {
  return limit === null || limit === undefined ? 'none' : formatRate(limit);
}

export function ratioText(goal: number | 'unlimited' | null | undefined): string {
  if (goal === undefined || goal === null) return 'none';
  return goal === 'unlimited' ? 'unlimited' : goal.toFixed(2);
}

/** `seconds`. */
export function timeText(goal: number | 'unlimited' | null | undefined): string {
  if (goal === undefined || goal === null) return 'none';
  return goal === 'unlimited' ? 'unlimited' : formatDuration(goal);
}

/** Limits as people write and read them. */
import { InvalidArgumentError } from 'commander';
import { formatDuration, formatRate } from './format.ts';
import { parseCount, parseRate, parseRatio, parseTime } from './option-values.ts';

const isNone = (text: string): boolean => /^(none|unlimited|off)$/i.test(text);

/** Bytes per second; null for `none`. */
export function parseRateOrNone(text: string): number | null {
  if (isNone(text)) return null;
  try {
    return parseRate(text);
  } catch {
    throw new InvalidArgumentError('Write a rate as 2MiB or 500KiB, or none for no limit.');
  }
}

/** Null for `none`. */
export function parseCountOrNone(text: string): number | null {
  if (isNone(text)) return null;
  try {
    return parseCount(text);
  } catch {
    throw new InvalidArgumentError('Write a whole number, or none for no limit.');
  }
}

/** A goal of one torrent: null is the daemon's own, `unlimited` is none whatever the daemon's. */
export type Goal = number | 'unlimited' | null;

/** `default` is the daemon's own. */
export function parseRatioGoal(text: string): Goal {
  return goalWord(text) ?? (text === 'default' ? null : parseRatio(text));
}

/** Seconds. */
export function parseTimeGoal(text: string): Goal {
  return goalWord(text) ?? (text === 'default' ? null : Math.round(parseTime(text) / 1000));
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

/** When the alternative limits hold, as people write it. */
import { InvalidArgumentError } from 'commander';

export interface Schedule {
  readonly enabled: boolean;
  readonly from?: string;
  readonly to?: string;
}

export function parseHours(text: string): Schedule {
  if (/^(off|none|never)$/i.test(text)) return { enabled: false };
  const match = /^(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})$/.exec(text);
  const [from, to] = [match?.[1], match?.[2]].map((clock) => clock?.padStart(5, '0'));
  const isClock = (clock: string | undefined): clock is string =>
    clock !== undefined && /^([01]\d|2[0-3]):[0-5]\d$/.test(clock);
  if (isClock(from) && isClock(to)) return { enabled: true, from, to };
  throw new InvalidArgumentError('Write hours as 08:00-18:00, or off.');
}

export const dayNames: readonly string[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

export function parseDays(text: string): number[] {
  if (text === 'all') return [0, 1, 2, 3, 4, 5, 6];
  return [...new Set(text.toLowerCase().split(',').flatMap(daysOf))].toSorted((a, b) => a - b);
}

function daysOf(part: string): number[] {
  const [first = -1, last = first] = part
    .split('-')
    .map((name) => dayNames.indexOf(name.trim().slice(0, 3)));
  if (first === -1 || last === -1) {
    throw new InvalidArgumentError('Write days as mon-fri, sat,sun or all.');
  }
  const count = ((last - first + 7) % 7) + 1;
  return Array.from({ length: count }, (_, index) => (first + index) % 7);
}

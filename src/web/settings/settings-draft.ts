/**
 * The settings as they stand in the form, and what of them is to be changed. Invariant: a field that was
 * not touched is never sent; one that cannot be understood is told by name and keeps all from being sent.
 */
import type { Settings, SettingsChange } from '../../api/contract/torrents.ts';
import {
  numberIn,
  rateAsTyped,
  rateIn,
  timeAsTyped,
  timeIn,
  wholeIn,
} from '../parts/amount-text.ts';

/** Names are those of the API, so that what it says against one finds its field. */
export interface SettingsDraft {
  readonly dir: string;
  readonly startAdded: boolean;
  readonly tracker: string;
  readonly downLimit: string;
  readonly upLimit: string;
  readonly maxPeers: string;
  readonly 'alternative.enabled': boolean;
  readonly 'alternative.downLimit': string;
  readonly 'alternative.upLimit': string;
  readonly 'alternative.schedule.enabled': boolean;
  readonly 'alternative.schedule.from': string;
  readonly 'alternative.schedule.to': string;
  readonly 'alternative.schedule.days': readonly number[];
  readonly maxActiveDownloads: string;
  readonly maxActiveSeeds: string;
  readonly seedRatio: string;
  readonly seedTimeSeconds: string;
}

export type SettingName = keyof SettingsDraft;
export type SettingProblems = Partial<Record<SettingName, string>>;

export function draftOf(settings: Settings): SettingsDraft {
  const { alternative } = settings;
  const { schedule } = alternative;
  const optional = (value: number | null): string => (value === null ? '' : String(value));
  return {
    dir: settings.dir,
    startAdded: settings.startAdded,
    tracker: settings.tracker ?? '',
    downLimit: rateAsTyped(settings.downLimit),
    upLimit: rateAsTyped(settings.upLimit),
    maxPeers: String(settings.maxPeers),
    'alternative.enabled': alternative.enabled,
    'alternative.downLimit': rateAsTyped(alternative.downLimit),
    'alternative.upLimit': rateAsTyped(alternative.upLimit),
    'alternative.schedule.enabled': schedule.enabled,
    'alternative.schedule.from': schedule.from,
    'alternative.schedule.to': schedule.to,
    'alternative.schedule.days': schedule.days,
    maxActiveDownloads: optional(settings.maxActiveDownloads),
    maxActiveSeeds: optional(settings.maxActiveSeeds),
    seedRatio: optional(settings.seedRatio),
    seedTimeSeconds: timeAsTyped(settings.seedTimeSeconds),
  };
}

interface Reader {
  readonly read: (text: string) => unknown;
  /** Said when `read` gives undefined. */
  readonly problem: string;
  /** What an empty field means. */
  readonly empty?: null;
}

const rate: Reader = {
  read: rateIn,
  problem: 'Write a rate such as 2 MiB/s or 500 KiB/s, or nothing for no limit.',
  empty: null,
};
const count: Reader = {
  read: wholeIn,
  problem: 'Write a whole number, or nothing for no limit.',
  empty: null,
};
const plainText: Reader = { read: (text) => text, problem: '' };
const readers: Partial<Record<SettingName, Reader>> = {
  dir: { read: (text) => text || undefined, problem: 'Name the folder that downloads go to.' },
  tracker: { ...plainText, empty: null },
  downLimit: rate,
  upLimit: rate,
  'alternative.downLimit': rate,
  'alternative.upLimit': rate,
  'alternative.schedule.from': plainText,
  'alternative.schedule.to': plainText,
  maxActiveDownloads: count,
  maxActiveSeeds: count,
  maxPeers: { read: wholeIn, problem: 'Write a whole number, 1 or more.' },
  seedRatio: {
    read: numberIn,
    problem: 'Write a number such as 1.5, or nothing for no goal.',
    empty: null,
  },
  seedTimeSeconds: {
    read: timeIn,
    problem: 'Write a time such as 90 min or 2 d, or nothing for no goal.',
    empty: null,
  },
};

export interface SettingsWish {
  /** Empty when nothing is to be changed. */
  readonly change: SettingsChange;
  readonly problems: SettingProblems;
}

export function wishOf(draft: SettingsDraft, before: SettingsDraft): SettingsWish {
  const change: Record<string, unknown> = {};
  const problems: SettingProblems = {};
  for (const name of changedNames(draft, before)) {
    const value = draft[name];
    const reader = readers[name];
    if (typeof value !== 'string' || reader === undefined) {
      put(change, name, value);
      continue;
    }
    const text = value.trim();
    const isEmpty = text === '' && reader.empty === null;
    const read = isEmpty ? null : reader.read(text);
    if (read === undefined) problems[name] = reader.problem;
    else put(change, name, read);
  }
  return { change, problems };
}

export function changedNames(draft: SettingsDraft, before: SettingsDraft): SettingName[] {
  return (Object.keys(draft) as SettingName[]).filter(
    (name) => String(draft[name]) !== String(before[name]),
  );
}

/** `a.b` becomes `{ a: { b } }`. */
function put(change: Record<string, unknown>, name: string, value: unknown): void {
  const steps = name.split('.');
  const last = steps.pop() as string;
  let at = change;
  for (const step of steps) {
    at[step] ??= {};
    at = at[step] as Record<string, unknown>;
  }
  at[last] = value;
}

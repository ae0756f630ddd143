/** The daemon's settings as a flat list, one key for each that can be changed by itself. */
import type { Settings, SettingsChange } from '../../api/contract/torrents.ts';

export type SettingKey =
  | Exclude<keyof SettingsChange, 'alternative'>
  | 'alternative.enabled'
  | 'alternative.downLimit'
  | 'alternative.upLimit'
  | 'alternative.schedule.enabled'
  | 'alternative.schedule.from'
  | 'alternative.schedule.to'
  | 'alternative.schedule.days';

/** Those that are there. */
export type SettingValues = Map<SettingKey, unknown>;

export const defaultSettings: Omit<Settings, 'fixed'> = {
  dir: '.',
  downLimit: null,
  upLimit: null,
  alternative: {
    enabled: false,
    downLimit: null,
    upLimit: null,
    schedule: { enabled: false, from: '08:00', to: '20:00', days: [0, 1, 2, 3, 4, 5, 6] },
  },
  maxActiveDownloads: 5,
  maxActiveSeeds: null,
  seedRatio: null,
  seedTimeSeconds: null,
  maxPeers: 500,
  startAdded: true,
  tracker: null,
};

type Nested = { readonly [key: string]: unknown };

export function flatSettings(settings: SettingsChange | Settings): SettingValues {
  const flat: SettingValues = new Map();
  const walk = (values: Nested, prefix: string): void => {
    for (const [key, value] of Object.entries(values)) {
      if (value === undefined || (prefix === '' && key === 'fixed')) continue;
      const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value);
      if (isGroup) walk(value as Nested, `${prefix}${key}.`);
      else flat.set(`${prefix}${key}` as SettingKey, value);
    }
  };
  walk(settings, '');
  return flat;
}

/** What is missing has its default. */
export function settingsOf(values: SettingValues): Omit<Settings, 'fixed'> {
  const {
    alternative: { schedule, ...alternative },
    ...defaults
  } = defaultSettings;
  return {
    ...withValues(defaults, values, ''),
    alternative: {
      ...withValues(alternative, values, 'alternative.'),
      schedule: withValues(schedule, values, 'alternative.schedule.'),
    },
  };
}

/** The values were checked when they came in. */
function withValues<Group extends object>(
  defaults: Group,
  values: SettingValues,
  prefix: string,
): Group {
  const entries = Object.entries(defaults).map(([key, value]) => {
    const full = `${prefix}${key}` as SettingKey;
    return [key, values.has(full) ? values.get(full) : value];
  });
  return Object.fromEntries(entries) as Group;
}

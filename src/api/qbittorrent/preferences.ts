/**
 * app/preferences and app/setPreferences: qBittorrent's names for the daemon's settings. What the daemon
 * does not have is said to be off, and ignored when it is set; nothing that runs a program can be set.
 * Limits are bytes per second with 0 for none, counts have -1 for none, times of seeding are minutes.
 */

import type { Settings, SettingsChange } from '../contract/torrents.ts';
import { DaemonRefusal } from '../service/refusal.ts';
import { isQueueing } from './server-state.ts';

const allDays = [0, 1, 2, 3, 4, 5, 6];
const weekdays = [1, 2, 3, 4, 5];
const weekend = [0, 6];

export function preferencesObject(settings: Settings): Record<string, unknown> {
  const { alternative, fixed } = settings;
  const { schedule } = alternative;
  return {
    save_path: settings.dir,
    temp_path_enabled: false,
    temp_path: '',
    dl_limit: settings.downLimit ?? 0,
    up_limit: settings.upLimit ?? 0,
    alt_dl_limit: alternative.downLimit ?? 0,
    alt_up_limit: alternative.upLimit ?? 0,
    scheduler_enabled: schedule.enabled,
    schedule_from_hour: hourOf(schedule.from),
    schedule_from_min: minuteOf(schedule.from),
    schedule_to_hour: hourOf(schedule.to),
    schedule_to_min: minuteOf(schedule.to),
    scheduler_days: daysNumber(schedule.days),
    queueing_enabled: isQueueing(settings),
    max_active_downloads: settings.maxActiveDownloads ?? -1,
    max_active_uploads: settings.maxActiveSeeds ?? -1,
    max_active_torrents: -1,
    dont_count_slow_torrents: true,
    max_ratio_enabled: settings.seedRatio !== null,
    max_ratio: settings.seedRatio ?? -1,
    max_seeding_time_enabled: settings.seedTimeSeconds !== null,
    max_seeding_time:
      settings.seedTimeSeconds === null ? -1 : Math.round(settings.seedTimeSeconds / 60),
    max_inactive_seeding_time_enabled: false,
    max_inactive_seeding_time: -1,
    // Stops the torrent.
    max_ratio_act: 0,
    max_connec: settings.maxPeers,
    max_connec_per_torrent: -1,
    max_uploads: -1,
    max_uploads_per_torrent: -1,
    add_stopped_enabled: !settings.startAdded,
    start_paused_enabled: !settings.startAdded,
    add_to_top_of_queue: false,
    listen_port: fixed.peerPort,
    random_port: false,
    upnp: false,
    dht: false,
    pex: true,
    lsd: false,
    encryption: 0,
    anonymous_mode: false,
    bittorrent_protocol: 1,
    announce_ip: '',
    auto_tmm_enabled: false,
    create_subfolder_enabled: true,
    torrent_content_layout: 'Original',
    incomplete_files_ext: true,
    preallocate_all: false,
    add_trackers_enabled: false,
    add_trackers: '',
    autorun_enabled: fixed.onComplete,
    autorun_program: '',
    rss_processing_enabled: false,
    rss_auto_downloading_enabled: false,
    ip_filter_enabled: false,
    proxy_type: 'None',
    locale: 'en',
    web_ui_username: '',
    web_ui_port: 0,
    alternative_webui_enabled: false,
    use_category_paths_in_manual_mode: true,
  };
}

/** What a `json` parameter asks for. Throws DaemonRefusal. */
export function changeOf(json: string, settings: Settings): SettingsChange {
  const wishes = new Wishes(parsed(json));
  const schedule = scheduleOf(wishes, settings);
  const alternative = {
    ...given('downLimit', wishes.limit('alt_dl_limit')),
    ...given('upLimit', wishes.limit('alt_up_limit')),
    ...given('schedule', schedule),
  };
  return {
    ...given('dir', wishes.text('save_path')),
    ...given('downLimit', wishes.limit('dl_limit')),
    ...given('upLimit', wishes.limit('up_limit')),
    ...given('alternative', Object.keys(alternative).length === 0 ? undefined : alternative),
    ...queueOf(wishes),
    ...goalsOf(wishes, settings),
    ...given('maxPeers', positive(wishes.number('max_connec'))),
    ...given(
      'startAdded',
      not(wishes.flag('add_stopped_enabled') ?? wishes.flag('start_paused_enabled')),
    ),
  };
}

function parsed(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {}
  throw new DaemonRefusal('BAD_REQUEST', 'json is no JSON object', { field: 'json' });
}

class Wishes {
  readonly #wishes: Readonly<Record<string, unknown>>;

  constructor(wishes: Readonly<Record<string, unknown>>) {
    this.#wishes = wishes;
  }

  number(name: string): number | undefined {
    const value = this.#wishes[name];
    if (value === undefined || value === null) return undefined;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    throw new DaemonRefusal('BAD_REQUEST', `${name} is a number`, { field: name });
  }

  flag(name: string): boolean | undefined {
    const value = this.#wishes[name];
    if (value === undefined || typeof value === 'boolean') return value;
    throw new DaemonRefusal('BAD_REQUEST', `${name} is true or false`, { field: name });
  }

  text(name: string): string | undefined {
    const value = this.#wishes[name];
    if (value === undefined || typeof value === 'string') return value;
    throw new DaemonRefusal('BAD_REQUEST', `${name} is a text`, { field: name });
  }

  /** 0 and less are none. */
  limit(name: string): number | null | undefined {
    const value = this.number(name);
    if (value === undefined) return undefined;
    return value <= 0 ? null : Math.floor(value);
  }

  /** Less than 0 is none. */
  count(name: string): number | null | undefined {
    const value = this.number(name);
    if (value === undefined) return undefined;
    return value < 0 ? null : Math.floor(value);
  }
}

function queueOf(wishes: Wishes): SettingsChange {
  if (wishes.flag('queueing_enabled') === false) {
    return { maxActiveDownloads: null, maxActiveSeeds: null };
  }
  return {
    ...given('maxActiveDownloads', wishes.count('max_active_downloads')),
    ...given('maxActiveSeeds', wishes.count('max_active_uploads')),
  };
}

function goalsOf(wishes: Wishes, settings: Settings): SettingsChange {
  const ratio = goalOf(
    wishes.flag('max_ratio_enabled'),
    wishes.number('max_ratio'),
    settings.seedRatio,
  );
  const minutes = goalOf(
    wishes.flag('max_seeding_time_enabled'),
    wishes.number('max_seeding_time'),
    settings.seedTimeSeconds === null ? null : settings.seedTimeSeconds / 60,
  );
  return {
    ...given('seedRatio', ratio),
    ...given('seedTimeSeconds', typeof minutes === 'number' ? Math.round(minutes * 60) : minutes),
  };
}

function goalOf(
  isOn: boolean | undefined,
  goal: number | undefined,
  before: number | null,
): number | null | undefined {
  if (isOn === false) return null;
  if (goal !== undefined) return goal < 0 ? null : goal;
  return isOn === undefined ? undefined : before;
}

function scheduleOf(
  wishes: Wishes,
  { alternative: { schedule } }: Settings,
): NonNullable<SettingsChange['alternative']>['schedule'] {
  const from = clockOf(wishes, 'schedule_from', schedule.from);
  const to = clockOf(wishes, 'schedule_to', schedule.to);
  const days = wishes.number('scheduler_days');
  const change = {
    ...given('enabled', wishes.flag('scheduler_enabled')),
    ...given('from', from),
    ...given('to', to),
    ...given('days', days === undefined ? undefined : daysOf(days)),
  };
  return Object.keys(change).length === 0 ? undefined : change;
}

function clockOf(wishes: Wishes, name: string, before: string): string | undefined {
  const hour = wishes.number(`${name}_hour`);
  const minute = wishes.number(`${name}_min`);
  if (hour === undefined && minute === undefined) return undefined;
  return `${twoDigits(hour ?? hourOf(before))}:${twoDigits(minute ?? minuteOf(before))}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

function hourOf(clock: string): number {
  return Number(clock.slice(0, 2));
}

function minuteOf(clock: string): number {
  return Number(clock.slice(3));
}

/** 0 every day, 1 on weekdays, 2 at weekends, 3 on Mondays to 9 on Sundays. */
function daysOf(number: number): number[] {
  if (number === 1) return weekdays;
  if (number === 2) return weekend;
  return number >= 3 && number <= 9 ? [(number - 2) % 7] : allDays;
}

function daysNumber(days: readonly number[]): number {
  const sorted = [...new Set(days)].sort();
  if (sorted.join() === weekdays.join()) return 1;
  if (sorted.join() === weekend.join()) return 2;
  const [only] = sorted;
  if (sorted.length === 1 && only !== undefined) return only === 0 ? 9 : only + 2;
  return 0;
}

function positive(number: number | undefined): number | undefined {
  return number === undefined || number < 1 ? undefined : Math.floor(number);
}

function not(flag: boolean | undefined): boolean | undefined {
  return flag === undefined ? undefined : !flag;
}

function given<K extends string, T>(key: K, value: T | undefined): { readonly [key in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [key in K]: T });
}

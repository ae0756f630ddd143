/**
 * The fields of torrent-get that are about trackers. A tracker's id is its place in the daemon's list.
 * Seeders and leechers come with announces; they stand as the scrape that Transmission would make.
 */
import type { TorrentTracker } from '../contract/torrents.ts';
import type { TorrentView } from './torrent-view.ts';
import { trackerListText } from './tracker-list.ts';

type TrackerField = (view: TorrentView) => unknown;

const inactive = 0;
const waiting = 1;
const active = 3;

export const trackerFields: Readonly<Record<string, TrackerField>> = {
  trackers: ({ trackers }) => trackers.map(trackerOf),
  trackerList: ({ trackers }) => trackerListText(trackers),
  trackerStats: ({ trackers, nowMs }) => {
    const nowSeconds = Math.floor(nowMs / 1000);
    return trackers.map((tracker, id) => ({
      ...trackerOf(tracker, id),
      ...announceOf(tracker, nowSeconds),
      ...scrapeOf(tracker, nowSeconds),
      host: hostOf(tracker.url),
      isBackup: inUseOf(trackers, tracker.tier) !== tracker,
    }));
  },
};

function trackerOf({ url, tier }: TorrentTracker, id: number) {
  return { id, announce: url, scrape: scrapeUrl(url), sitename: siteName(url), tier };
}

function announceOf(tracker: TorrentTracker, nowSeconds: number) {
  const { state, message, nextAnnounceInSeconds, peersReceived = 0 } = tracker;
  const answeredAt = answerTime(tracker, nowSeconds);
  const failed = state === 'failed';
  return {
    announceState: state === 'announcing' ? active : state === 'idle' ? inactive : waiting,
    hasAnnounced: failed || answeredAt > 0,
    lastAnnouncePeerCount: peersReceived,
    lastAnnounceResult: message === '' && answeredAt > 0 ? 'Success' : message,
    lastAnnounceStartTime: answeredAt,
    lastAnnounceSucceeded: !failed && answeredAt > 0,
    lastAnnounceTime: failed && answeredAt === 0 ? nowSeconds : answeredAt,
    lastAnnounceTimedOut: false,
    nextAnnounceTime:
      nextAnnounceInSeconds === undefined ? 0 : nowSeconds + Math.round(nextAnnounceInSeconds),
  };
}

function scrapeOf(tracker: TorrentTracker, nowSeconds: number) {
  const { seeders, leechers, downloads } = tracker;
  const known = seeders !== undefined || leechers !== undefined;
  const at = known ? answerTime(tracker, nowSeconds) : 0;
  return {
    scrapeState: inactive,
    hasScraped: known,
    lastScrapeResult: '',
    lastScrapeStartTime: at,
    lastScrapeSucceeded: known,
    lastScrapeTime: at,
    lastScrapeTimedOut: false,
    nextScrapeTime: 0,
    seederCount: seeders ?? -1,
    leecherCount: leechers ?? -1,
    downloadCount: downloads ?? -1,
  };
}

/** 0 until it answered. */
function answerTime(tracker: TorrentTracker, nowSeconds: number): number {
  const { state, lastAnswerAgoSeconds: ago } = tracker;
  if (ago !== undefined) return nowSeconds - Math.round(ago);
  return state === 'working' ? nowSeconds : 0;
}

/** Of a tier, the one that answers or is asked; else its first. */
function inUseOf(trackers: readonly TorrentTracker[], tier: number): TorrentTracker | undefined {
  const ofTier = trackers.filter((tracker) => tracker.tier === tier);
  return ofTier.find(({ state }) => state === 'working' || state === 'announcing') ?? ofTier[0];
}

/** BEP 48: the last step is `announce` and becomes `scrape`. */
function scrapeUrl(url: string): string {
  if (url.startsWith('udp:')) return url;
  return /\/announce[^/]*$/.test(url) ? url.replace(/\/announce([^/]*)$/, '/scrape$1') : '';
}

/** With its port. */
function hostOf(url: string): string {
  const authority = /^[a-z]+:\/\/([^/?#]*)/i.exec(url)?.[1] ?? '';
  if (/:\d+$/.test(authority)) return authority;
  return `${authority}:${/^https:/i.test(url) ? 443 : 80}`;
}

/** `example` of `tracker.example.org`; an address stays whole. */
function siteName(url: string): string {
  const host = hostOf(url).replace(/:\d+$/, '').toLowerCase();
  if (/^\[|^[\d.]+$/.test(host)) return host.replace(/^\[|\]$/g, '');
  const labels = host.split('.');
  return labels.at(-2) ?? host;
}

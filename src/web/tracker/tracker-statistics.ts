/**
 * What the home tracker tells about itself, made fit to show. Invariant: the tracker may be any server,
 * so nothing of it is believed: what is missing or of another kind is left out.
 */

export interface TrackerStatistics {
  readonly version: string;
  readonly uptimeSeconds: number;
  /** Why it is degraded; undefined when it is not. */
  readonly problem: string | undefined;
  readonly torrents: number;
  readonly peers: number;
  readonly seeders: number;
  readonly leechers: number;
  readonly announcesPerSecond: number;
  readonly scrapesPerSecond: number;
  readonly transports: readonly Transport[];
  /** The oldest first. */
  readonly history: readonly HistoryPoint[];
  /** Those with most peers first. */
  readonly swarms: readonly Swarm[];
}

export interface Transport {
  readonly name: string;
  readonly announces: number;
  readonly scrapes: number;
  readonly refused: number;
}

export interface HistoryPoint {
  readonly secondsAgo: number;
  readonly announcesPerSecond: number;
  readonly seeders: number;
  readonly leechers: number;
}

export interface Swarm {
  readonly infoHash: string;
  readonly name: string | undefined;
  readonly lengthBytes: number | undefined;
  readonly seeders: number;
  readonly leechers: number;
  readonly downloads: number;
}

const transports = { HTTP: 'http', UDP: 'udp', WebSocket: 'websocket' } as const;
const mostPoints = 1000;
const mostSwarms = 200;

export function readStatistics(answer: unknown): TrackerStatistics {
  const fields = fieldsOf(answer);
  const health = fieldsOf(fields.health);
  return {
    version: text(fields.version) ?? '',
    uptimeSeconds: number(fields.uptimeSeconds),
    problem: health.status === 'degraded' ? (text(health.problem) ?? 'It is degraded.') : undefined,
    torrents: number(fields.torrents),
    peers: number(fields.peers),
    seeders: number(fields.seeders),
    leechers: number(fields.leechers),
    announcesPerSecond: number(fields.announcesPerSecond),
    scrapesPerSecond: number(fields.scrapesPerSecond),
    transports: Object.entries(transports).map(([name, key]) => {
      const counts = fieldsOf(fields[key]);
      const { announces, scrapes, refused } = counts;
      return {
        name,
        announces: number(announces),
        scrapes: number(scrapes),
        refused: number(refused),
      };
    }),
    history: list(fields.history).slice(-mostPoints).map(pointOf),
    swarms: list(fields.swarms).slice(0, mostSwarms).map(swarmOf),
  };
}

function pointOf(value: unknown): HistoryPoint {
  const { secondsAgo, announcesPerSecond, seeders, leechers } = fieldsOf(value);
  return {
    secondsAgo: number(secondsAgo),
    announcesPerSecond: number(announcesPerSecond),
    seeders: number(seeders),
    leechers: number(leechers),
  };
}

function swarmOf(value: unknown): Swarm {
  const { infoHash, name, lengthBytes, seeders, leechers, downloads } = fieldsOf(value);
  return {
    infoHash: text(infoHash) ?? '',
    name: text(name),
    lengthBytes: typeof lengthBytes === 'number' ? number(lengthBytes) : undefined,
    seeders: number(seeders),
    leechers: number(leechers),
    downloads: number(downloads),
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function number(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.max(0, value) : 0;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

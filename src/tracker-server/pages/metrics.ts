/**
 * The tracker's figures in Prometheus' text format 0.0.4 (`/metrics`), written by hand: see
 * `docs/decisions/0014-metrics-by-hand.md`. Counters are sums over all threads and only grow.
 */
import { type Counted, transports } from '../../tracker/stats.ts';
import type { StatsSummary } from './stats-report.ts';

export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

export interface ProcessFigures {
  readonly residentBytes: number;
  readonly cpuSeconds: number;
}

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [value: number, labels?: Labels];

const counterHelp: Readonly<Record<Counted, string>> = {
  announces: 'Announces received.',
  scrapes: 'Scrapes received.',
  refused: 'Requests answered with a failure reason or an error packet.',
  invalid: 'Requests and packets that were not understood.',
  limited: 'Requests and packets dropped because their network asked too often.',
};

export function metricsText(stats: StatsSummary, process: ProcessFigures): string {
  const families = [
    family('shoal_tracker_info', 'gauge', 'The running version.', [
      [1, { version: stats.version }],
    ]),
    family('shoal_tracker_uptime_seconds', 'gauge', 'Time since the tracker started.', [
      [stats.uptimeSeconds],
    ]),
    family('shoal_tracker_healthy', 'gauge', '1 when nothing is degraded, else 0.', [
      [stats.health.status === 'ok' ? 1 : 0],
    ]),
    family('shoal_tracker_torrents', 'gauge', 'Torrents with peers.', [[stats.torrents]]),
    family('shoal_tracker_peers', 'gauge', 'Peers, each counted once for each of its torrents.', [
      [stats.seeders, { role: 'seeder' }],
      [stats.leechers, { role: 'leecher' }],
    ]),
    ...(Object.keys(counterHelp) as Counted[]).map((what) =>
      family(
        `shoal_tracker_${what}_total`,
        'counter',
        counterHelp[what],
        transports.map((transport) => [stats[transport][what], { transport }] as const),
      ),
    ),
    family('process_resident_memory_bytes', 'gauge', 'Resident memory.', [[process.residentBytes]]),
    family('process_cpu_seconds_total', 'counter', 'User and system CPU time.', [
      [process.cpuSeconds],
    ]),
  ];
  return families.join('');
}

function family(
  name: string,
  type: 'gauge' | 'counter',
  help: string,
  samples: readonly Sample[],
): string {
  const lines = samples.map(([value, labels]) => `${name}${labelText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelText(labels: Labels | undefined): string {
  if (labels === undefined) return '';
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

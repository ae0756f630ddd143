/** The daemon's figures in the text format of Prometheus, version 0.0.4. */
import type { SessionInfo } from '../contract/torrents.ts';

export const metricsMediaType = 'text/plain; version=0.0.4; charset=utf-8';

export interface MetricsParts {
  readonly session: SessionInfo;
  /** Answers by class of status: `2xx`, … */
  readonly requests: ReadonlyMap<string, number>;
  readonly eventStreams: number;
  /** Of the event loop, in nanoseconds, since the last scrape. */
  readonly loopDelay: {
    readonly mean: number;
    readonly max: number;
    percentile(percent: number): number;
  };
}

type Kind = 'counter' | 'gauge';
type Sample = readonly [labels: string, value: number];

export function renderMetrics({
  session,
  requests,
  eventStreams,
  loopDelay,
}: MetricsParts): string {
  const memory = process.memoryUsage();
  const startedSeconds = Date.parse(session.startedAt) / 1000;
  const seconds = (nanoseconds: number): number =>
    Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0;
  const byState: Sample[] = Object.entries(session.counts).map(([state, count]) => [
    `{state="${state}"}`,
    count,
  ]);
  const byStatus: Sample[] = [...requests].map(([status, count]) => [
    `{status="${status}"}`,
    count,
  ]);
  return [
    family('info', 'gauge', 'The version that runs.', [[`{version="${session.version}"}`, 1]]),
    family('start_time_seconds', 'gauge', 'When the daemon began.', [['', startedSeconds]]),
    family('torrents', 'gauge', 'Torrents in each state.', byState),
    family('peers', 'gauge', 'Connected peers.', [['', session.peers]]),
    family('download_bytes_per_second', 'gauge', 'Payload coming in.', [['', session.downRate]]),
    family('upload_bytes_per_second', 'gauge', 'Payload going out.', [['', session.upRate]]),
    family('downloaded_bytes_total', 'counter', 'Payload received since the daemon began.', [
      ['', session.downloadedBytes],
    ]),
    family('uploaded_bytes_total', 'counter', 'Payload sent since the daemon began.', [
      ['', session.uploadedBytes],
    ]),
    ...(session.freeBytes === undefined
      ? []
      : [family('free_bytes', 'gauge', 'Free in the download folder.', [['', session.freeBytes]])]),
    family('http_requests_total', 'counter', 'Answered requests, by class of status.', byStatus),
    family('event_streams', 'gauge', 'Open streams of events.', [['', eventStreams]]),
    family('event_loop_delay_seconds', 'gauge', 'Delay of the event loop since the last scrape.', [
      ['{figure="mean"}', seconds(loopDelay.mean)],
      ['{figure="p99"}', seconds(loopDelay.percentile(99))],
      ['{figure="max"}', seconds(loopDelay.max)],
    ]),
    family('memory_bytes', 'gauge', 'Memory of the process.', [
      ['{kind="resident"}', memory.rss],
      ['{kind="heap"}', memory.heapUsed],
      ['{kind="external"}', memory.external],
    ]),
  ].join('');
}

function family(name: string, kind: Kind, help: string, samples: readonly Sample[]): string {
  const full = `shoal_daemon_${name}`;
  const lines = samples.map(([labels, value]) => `${full}${labels} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${kind}\n${lines.join('')}`;
}

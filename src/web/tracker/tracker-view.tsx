/** The view `#/tracker`: how the home tracker is doing. */
import { useMemo } from 'react';
import { homeTrackerPath } from '../../api/contract/torrents.ts';
import { formatBytes, formatDuration } from '../../base/amounts.ts';
import type { ApiError } from '../api.ts';
import { Problem } from '../parts/problem.tsx';
import { TimePlot, type TimeSeries } from '../parts/time-plot.tsx';
import { Untrusted, untrustedText } from '../parts/untrusted.tsx';
import { useAnswer } from '../parts/use-answer.ts';
import { hrefOf } from '../router.ts';
import './tracker.css';
import { useSettings } from '../settings/use-settings.ts';
import { pageOf } from './tracker-page.ts';
import { readStatistics, type Swarm, type TrackerStatistics } from './tracker-statistics.ts';

const lookMs = 5000;
const mostShown = 25;

export function TrackerView() {
  const { data, error, refresh } = useAnswer<unknown>(homeTrackerPath, lookMs);
  const { data: settings } = useSettings();
  const statistics = useMemo(() => (data === undefined ? undefined : readStatistics(data)), [data]);
  const page = pageOf(settings?.tracker ?? undefined);
  return (
    <div className="view tracker">
      <div className="view-head">
        <h1>Tracker</h1>
        {page !== undefined && error?.code !== 'TRACKER_ABSENT' && (
          <a className="cut" href={page} target="_blank" rel="noreferrer">
            {page}
          </a>
        )}
      </div>
      {error !== undefined && <Trouble error={error} onRetry={refresh} />}
      {statistics === undefined && error === undefined && <div className="shape tracker-shape" />}
      {statistics !== undefined && <Statistics statistics={statistics} />}
    </div>
  );
}

function Trouble({ error, onRetry }: { readonly error: ApiError; readonly onRetry: () => void }) {
  if (error.code !== 'TRACKER_ABSENT') {
    return (
      <div className="section">
        <Problem message={error.message} onRetry={onRetry} />
      </div>
    );
  }
  return (
    <div className="blank">
      <h2>There are no figures to show</h2>
      <p>{error.message}.</p>
      <a className="button" href={hrefOf('settings')}>
        Set a tracker
      </a>
    </div>
  );
}

function Statistics({ statistics }: { readonly statistics: TrackerStatistics }) {
  const { problem, history, swarms, torrents } = statistics;
  return (
    <>
      {problem !== undefined && (
        <div className="section">
          <Problem message={untrustedText(problem)} />
        </div>
      )}
      <Figures statistics={statistics} />
      {history.length > 1 && <History statistics={statistics} />}
      <section className="section" aria-label="Torrents with most peers">
        <h2>
          Torrents with most peers{' '}
          {torrents > mostShown && (
            <span className="quiet">
              {mostShown} of {count(torrents)}
            </span>
          )}
        </h2>
        {swarms.length === 0 ? (
          <p className="quiet tracker-none">Nobody has announced anything yet.</p>
        ) : (
          <Swarms swarms={swarms.slice(0, mostShown)} />
        )}
      </section>
    </>
  );
}

function Figures({ statistics }: { readonly statistics: TrackerStatistics }) {
  const { torrents, peers, seeders, leechers, announcesPerSecond, uptimeSeconds, version } =
    statistics;
  const figures = {
    Torrents: count(torrents),
    Peers: count(peers),
    Seeders: count(seeders),
    Leechers: count(leechers),
    'Announces a second': rate(announcesPerSecond),
    'Running for': formatDuration(uptimeSeconds),
    Version: untrustedText(version, 20),
  };
  return (
    <dl className="figures">
      {Object.entries(figures).map(([name, figure]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{figure}</dd>
        </div>
      ))}
    </dl>
  );
}

function History({ statistics }: { readonly statistics: TrackerStatistics }) {
  const { history, seeders, leechers, announcesPerSecond } = statistics;
  const { peers, announces } = useMemo(() => {
    const nowSeconds = Date.now() / 1000;
    const times = history.map(({ secondsAgo }) => nowSeconds - secondsAgo);
    const peers: TimeSeries = [
      times,
      history.map((point) => point.seeders),
      history.map((point) => point.leechers),
    ];
    const announces: TimeSeries = [
      times,
      history.map((point) => point.announcesPerSecond),
      history.map(() => null),
    ];
    return { peers, announces };
  }, [history]);
  const plot = { spanSeconds: 3600, heightPx: 152, axisPx: 48, top: roundEnd };
  return (
    <section className="section tracker-plots" aria-label="The last hour">
      <figure>
        <figcaption>
          <h2>Peers</h2>
          <span className="plot-key">seeders</span>
          <span className="plot-key other">leechers</span>
        </figcaption>
        <TimePlot
          {...plot}
          series={peers}
          format={short}
          label={`Peers in the last hour; now ${seeders} seeders and ${leechers} leechers`}
        />
      </figure>
      <figure>
        <figcaption>
          <h2>Announces a second</h2>
        </figcaption>
        <TimePlot
          {...plot}
          series={announces}
          format={short}
          label={`Announces a second in the last hour; now ${rate(announcesPerSecond)}`}
        />
      </figure>
    </section>
  );
}

function Swarms({ swarms }: { readonly swarms: readonly Swarm[] }) {
  return (
    <table className="grid tracker-table">
      <thead>
        <tr>
          <th>Name</th>
          <th className="number">Size</th>
          <th className="number">Seeders</th>
          <th className="number">Leechers</th>
          <th className="number">Downloads</th>
        </tr>
      </thead>
      <tbody>
        {swarms.map(({ infoHash, name, lengthBytes, seeders, leechers, downloads }) => (
          <tr key={infoHash}>
            <td>
              {name === undefined ? (
                <code>{untrustedText(infoHash, 40)}</code>
              ) : (
                <Untrusted text={name} />
              )}
            </td>
            <td className="number quiet">
              {lengthBytes === undefined ? '' : formatBytes(lengthBytes)}
            </td>
            <td className="number">{count(seeders)}</td>
            <td className="number">{count(leechers)}</td>
            <td className="number">{count(downloads)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function count(value: number): string {
  return Math.round(value * 100) / 100 === Math.round(value)
    ? Math.round(value).toLocaleString('en')
    : value.toFixed(1);
}

function rate(value: number): string {
  return value >= 100 || value === 0 ? count(value) : value.toFixed(value < 10 ? 2 : 1);
}

/** Of an axis. */
function short(value: number): string {
  return Number(value.toFixed(1)).toLocaleString('en');
}

/** The lowest round figure that it fits under; an even one, so that its half is one too. */
function roundEnd(highest: number): number {
  for (let ten = 0.1; ; ten *= 10) {
    for (const step of [2, 4, 6, 8, 10])
      if (highest <= step * ten && step * ten >= 1) return step * ten;
  }
}

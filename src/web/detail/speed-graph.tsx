/** Down and up over time; of all torrents without a hash. Asks by itself while it is shown. */
import { useMemo, useState } from 'react';
import { type SpeedHistory, speedPath, torrentsPath } from '../../api/contract/torrents.ts';
import { formatRate } from '../../base/amounts.ts';
import { Problem } from '../parts/problem.tsx';
import { Segments } from '../parts/segments.tsx';
import { TimePlot } from '../parts/time-plot.tsx';
import { useAnswer } from '../parts/use-answer.ts';
import '../speed/speed.css';
import {
  lastAndPeak,
  refreshMs,
  roundTop,
  type SpeedSpan,
  seriesOf,
  speedSpans,
} from '../speed/speed-series.ts';

export function SpeedGraph({ hash }: { readonly hash?: string }) {
  const [span, setSpan] = useState<SpeedSpan>(600);
  const base = hash === undefined ? speedPath : `${torrentsPath}/${hash}/speed`;
  const { data, error, refresh } = useAnswer<SpeedHistory>(
    `${base}?seconds=${span}`,
    refreshMs(span),
  );
  const series = useMemo(
    () => (data === undefined ? undefined : seriesOf(data, span)),
    [data, span],
  );
  const down = lastAndPeak(series?.[1] ?? []);
  const up = lastAndPeak(series?.[2] ?? []);
  return (
    <section className="speed" aria-label="Speed">
      <div className="speed-head">
        <p className="speed-now down">
          <span className="speed-key" aria-hidden="true" />
          Down <b>{formatRate(down.last)}</b>{' '}
          <span className="quiet">peak {formatRate(down.peak)}</span>
        </p>
        <p className="speed-now up">
          <span className="speed-key" aria-hidden="true" />
          Up <b>{formatRate(up.last)}</b> <span className="quiet">peak {formatRate(up.peak)}</span>
        </p>
        <Segments
          label="Time shown"
          value={span}
          options={speedSpans.map(({ seconds: value, name }) => ({ value, name }))}
          onChange={setSpan}
        />
      </div>
      {error !== undefined && data === undefined ? (
        <Problem message={error.message} onRetry={refresh} />
      ) : (
        <TimePlot
          series={series}
          spanSeconds={span}
          heightPx={184}
          axisPx={76}
          label={`Speed over time; now ${formatRate(down.last)} down and ${formatRate(up.last)} up`}
          format={(rate) => (rate === 0 ? '0' : formatRate(rate))}
          top={roundTop}
        />
      )}
    </section>
  );
}

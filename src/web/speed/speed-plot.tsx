/**
 * The graph itself, drawn by uPlot on a canvas. Invariant: its box has its height before there is
 * anything to draw, and the plot follows the box's width; it is made anew only for other colours.
 */
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatRate } from '../../base/amounts.ts';
import { type Inks, useInks } from '../parts/use-inks.ts';
import { useWidth } from '../parts/use-width.ts';
import { roundTop, type SpeedSeries } from './speed-series.ts';

const inkNames = ['accent', 'strong', 'quiet', 'line', 'tint'] as const;
const heightPx = 200;

interface SpeedPlotProps {
  readonly series: SpeedSeries | undefined;
  readonly spanSeconds: number;
}

export function SpeedPlot({ series, spanSeconds }: SpeedPlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const latest = useRef(series);
  latest.current = series;
  const width = useWidth(box);
  const isDrawn = width > 0;
  const inks = useInks(inkNames);

  useEffect(() => {
    if (box.current === null || !isDrawn) return;
    const options = plotOptions(inks, box.current.clientWidth, spanSeconds);
    const made = new uPlot(options, latest.current ?? [[], [], []], box.current);
    plot.current = made;
    return () => {
      plot.current = null;
      made.destroy();
    };
  }, [inks, isDrawn, spanSeconds]);
  useEffect(() => {
    if (width > 0) plot.current?.setSize({ width, height: heightPx });
  }, [width]);
  useEffect(() => {
    if (series !== undefined) plot.current?.setData(series);
  }, [series]);

  return <div ref={box} className="speed-plot" role="img" aria-label={words(series)} />;
}

function words(series: SpeedSeries | undefined): string {
  if (series === undefined) return 'Speed over time';
  const last = (values: readonly (number | null)[]) => formatRate(values.at(-1) ?? 0);
  return `Speed over time; now ${last(series[1])} down and ${last(series[2])} up`;
}

function plotOptions(
  inks: Inks<(typeof inkNames)[number]>,
  width: number,
  spanSeconds: number,
): uPlot.Options {
  const font = `12px ${getComputedStyle(document.documentElement).fontFamily}`;
  const axis = {
    font,
    stroke: inks.quiet,
    grid: { stroke: inks.line, width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: heightPx,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false } },
    scales: {
      x: { time: true },
      y: { range: (_plot, _low, high) => [0, roundTop(high ?? 0)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 72,
        values: (_plot, times) => times.map(clockOf(spanSeconds)),
      },
      {
        ...axis,
        size: 76,
        splits: (_plot, _axis, _low, high) => [0, high / 4, high / 2, (high * 3) / 4, high],
        values: (_plot, rates) => rates.map((rate) => (rate === 0 ? '0' : formatRate(rate))),
      },
    ],
    series: [
      {},
      { label: 'Down', stroke: inks.accent, width: 1.5, fill: inks.tint, points: { show: false } },
      { label: 'Up', stroke: inks.strong, width: 1.5, dash: [3, 3], points: { show: false } },
    ],
  };
}

/** The time of day; for spans of days the day too. */
function clockOf(spanSeconds: number): (seconds: number) => string {
  const format = new Intl.DateTimeFormat(undefined, {
    ...(spanSeconds > 86_400 ? { weekday: 'short' } : {}),
    hour: '2-digit',
    minute: '2-digit',
    ...(spanSeconds <= 600 ? { second: '2-digit' } : {}),
    hourCycle: 'h23',
  });
  return (seconds) => format.format(seconds * 1000);
}

/**
 * One or two figures over time, drawn by uPlot on a canvas. Invariant: its box has its height before
 * there is anything to draw, and the plot follows the box's width; it is made anew only for other
 * colours or another span.
 */
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import './time-plot.css';
import { type Inks, useInks } from './use-inks.ts';
import { useWidth } from './use-width.ts';

/** Times in seconds since 1970; the first figure, filled; the second, dashed. Null where nothing is known. */
export type TimeSeries = readonly [
  times: readonly number[],
  first: readonly (number | null)[],
  second: readonly (number | null)[],
];

interface TimePlotProps {
  /** Undefined until it is known. */
  readonly series: TimeSeries | undefined;
  readonly spanSeconds: number;
  readonly heightPx: number;
  /** For who does not see it. */
  readonly label: string;
  readonly format: (value: number) => string;
  /** Room for what `format` gives. */
  readonly axisPx: number;
  /** The end of the scale for the highest value. */
  readonly top: (highest: number) => number;
}

const inkNames = ['accent', 'strong', 'quiet', 'line', 'tint'] as const;
type PlotInks = Inks<(typeof inkNames)[number]>;
const nothing: uPlot.AlignedData = [[], [], []];

export function TimePlot(props: TimePlotProps) {
  const { series, spanSeconds, heightPx, label } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const latest = useRef(props);
  latest.current = props;
  const width = useWidth(box);
  const isDrawn = width > 0;
  const inks = useInks(inkNames);

  useEffect(() => {
    if (box.current === null || !isDrawn) return;
    const options = plotOptions(latest.current, inks, box.current.clientWidth, spanSeconds);
    const made = new uPlot(options, dataOf(latest.current.series), box.current);
    plot.current = made;
    return () => {
      plot.current = null;
      made.destroy();
    };
  }, [inks, isDrawn, spanSeconds]);
  useEffect(() => {
    if (width > 0) plot.current?.setSize({ width, height: heightPx });
  }, [width, heightPx]);
  useEffect(() => {
    if (series !== undefined) plot.current?.setData(dataOf(series));
  }, [series]);

  return (
    <div
      ref={box}
      className="time-plot"
      role="img"
      aria-label={label}
      style={{ height: heightPx }}
    />
  );
}

/** uPlot takes mutable arrays, and does not change them. */
function dataOf(series: TimeSeries | undefined): uPlot.AlignedData {
  return (series as uPlot.AlignedData | undefined) ?? nothing;
}

function plotOptions(
  { heightPx, format, axisPx, top }: TimePlotProps,
  inks: PlotInks,
  width: number,
  spanSeconds: number,
): uPlot.Options {
  const axis = {
    font: `12px ${getComputedStyle(document.documentElement).fontFamily}`,
    stroke: inks.quiet,
    grid: { stroke: inks.line, width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: heightPx,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      // The whole span, also where less of it is known.
      x: { time: true, range: (_plot, _first, last) => [last - spanSeconds, last] },
      y: { range: (_plot, _low, high) => [0, top(high ?? 0)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        space: 80,
        values: (_plot, times) => times.map(clockOf(spanSeconds)),
      },
      {
        ...axis,
        size: axisPx,
        splits: (_plot, _axis, _low, high) => [0, high / 2, high],
        values: (_plot, values) => values.map(format),
      },
    ],
    series: [
      {},
      { stroke: inks.accent, width: 1.5, fill: inks.tint, points: { show: false } },
      { stroke: inks.strong, width: 1.5, dash: [4, 3], points: { show: false } },
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

/**
 * A plot over time as SVG, drawn here so that it is there without JavaScript. The drawing stretches to
 * its place and holds lines only; its words stand beside it as HTML, where they keep their size. What
 * it shows is also said in a sentence and, folded away, as a table.
 */

import { type Html, html } from './html.ts';
import { amountText, countText, rateText } from './number-text.ts';

export interface PlotSeries {
  /** `announces/s`: what is counted. */
  readonly name: string;
  readonly kind: 'main' | 'other';
  /** Of the points in `secondsAgo`. */
  readonly values: readonly number[];
}

export interface PlotInput {
  readonly id: string;
  readonly title: string;
  /** Each point's age, oldest first. */
  readonly secondsAgo: readonly number[];
  readonly series: readonly PlotSeries[];
  readonly isRate: boolean;
}

const width = 360;
const height = 100;
const shortestSpan = 600;
const tableRows = 12;

export function renderPlot(input: PlotInput): Html {
  const span = timeSpan(input.secondsAgo);
  const top = niceTop(Math.max(0, ...input.series.flatMap(({ values }) => values)));
  const x = (ago: number) => round(width - (Math.min(ago, span) / span) * width);
  const y = (value: number) => round(height - (value / top) * height);
  const text = input.isRate ? rateText : countText;
  const labels = [top, top / 2, 0].map((value) => html`<span>${axisText(value)}</span>`);
  return html`<figure class="plot" id="${input.id}" data-span="${span}" data-ago="${input.secondsAgo.join(' ')}">
<figcaption><h2>${input.title}</h2>${input.series.map((series) => legend(series, text, input.series.length > 1))}<span class="reading" data-unless="${highest(input, text)}">${highest(input, text)}</span></figcaption>
<div class="plot-area">
<div class="plot-y" aria-hidden="true">${labels}</div>
<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-labelledby="${input.id}-title ${input.id}-desc">
<title id="${input.id}-title">${input.title} over the last ${spanText(span)}</title>
<desc id="${input.id}-desc">${summary(input, text)}</desc>
${[0.25, 0.5, 0.75].map((part) => html`<path class="grid" d="M${width * part} 0V${height}"/>`)}
<path class="grid" d="M0 0H${width}M0 ${height / 2}H${width}"/><path class="base" d="M0 ${height}H${width}"/>
${input.series.map((series) => drawing(series, input, x, y))}
</svg>
<div class="plot-x" aria-hidden="true">${[1, 0.75, 0.5, 0.25].map((part) => html`<span>${minutesText(span * part)} min</span>`)}<span>now</span></div>
</div>
${valueTable(input, text)}
</figure>`;
}

/** The name is only needed where there are several. */
function legend(series: PlotSeries, text: (value: number) => string, isShown: boolean): Html {
  return html`<span class="legend ${series.kind}" data-values="${series.values.map(text).join(' ')}"${!isShown && html` hidden`}>${series.name}</span>`;
}

function highest({ series }: PlotInput, text: (value: number) => string): string | undefined {
  const [only, more] = series;
  if (only === undefined || more !== undefined || only.values.length === 0) return undefined;
  return `highest ${text(Math.max(...only.values))}`;
}

function drawing(
  series: PlotSeries,
  { secondsAgo, series: all }: PlotInput,
  x: (ago: number) => number,
  y: (value: number) => number,
): Html | undefined {
  if (series.values.length < 2) return undefined;
  const points = series.values.map((value, i) => `${x(secondsAgo[i]!)} ${y(value)}`);
  const line = `M${points.join('L')}`;
  // Areas of several series would look stacked.
  const isOnly = all.length === 1;
  const area = `${line}V${height}H${x(secondsAgo[0]!)}Z`;
  return html`${isOnly && html`<path class="area" d="${area}"/>`}<path class="line ${series.kind}" d="${line}"/>`;
}

function summary({ secondsAgo, series }: PlotInput, text: (value: number) => string): string {
  if (secondsAgo.length < 2) return 'Nothing to draw yet: the first points come within 20 seconds.';
  const sentences = series.map(({ name, values }) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return `${name}: ${text(values.at(-1)!)} now, ${text(mean)} on average, between ${text(low)} and ${text(high)}.`;
  });
  return sentences.join(' ');
}

function valueTable(input: PlotInput, text: (value: number) => string): Html {
  const { secondsAgo, series } = input;
  if (secondsAgo.length < 2)
    return html`<p class="note">The first points come within 20 seconds.</p>`;
  const step = Math.max(1, Math.ceil(secondsAgo.length / tableRows));
  const rows: Html[] = [];
  for (let i = secondsAgo.length - 1; i >= 0; i -= step) {
    const cells = series.map(({ values }) => html`<td>${text(values[i]!)}</td>`);
    rows.push(html`<tr><th scope="row">${agoText(secondsAgo[i]!)}</th>${cells}</tr>`);
  }
  const heads = series.map(({ name }) => html`<th scope="col">${name}</th>`);
  return html`<details><summary>As a table<span class="unseen">: ${input.title}</span></summary><table>
<thead><tr><th scope="col">Time</th>${heads}</tr></thead>
<tbody>${rows}</tbody></table></details>`;
}

/** At least ten minutes, at most the hour that is kept, in steps of ten minutes. */
function timeSpan(secondsAgo: readonly number[]): number {
  const oldest = secondsAgo[0] ?? 0;
  return Math.min(3600, Math.max(shortestSpan, Math.ceil(oldest / 600) * 600));
}

/** The next of 1, 2, 4, 6, 10, … whose half is also easy to read. */
export function niceTop(highest: number): number {
  if (highest <= 2) return 2;
  const scale = 10 ** Math.floor(Math.log10(highest));
  return [1, 2, 3, 4, 5, 6, 8, 10].map((step) => step * scale).find((top) => top >= highest)!;
}

function axisText(value: number): string {
  if (value >= 1e6) return `${round(value / 1e6)} M`;
  return value >= 10_000 ? `${round(value / 1000)} k` : countText(value);
}

function agoText(seconds: number): string {
  if (seconds < 30) return 'now';
  return `${minutesText(seconds)} min ago`;
}

function minutesText(seconds: number): number {
  const minutes = seconds / 60;
  return Number.isInteger(minutes * 2) ? minutes : Math.round(minutes);
}

function spanText(seconds: number): string {
  return seconds === 3600 ? 'hour' : amountText(seconds / 60, 'minute');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** UDP and HTTP announces, scrapes and connects against our tracker and others, in turns. */
import { ratio } from '../figures.ts';
import type { Bar } from '../report.ts';
import { areApart } from './core-choice.ts';
import { limitedBy } from './limited-by.ts';
import { type Contender, runSeries, type Series, seriesTable } from './load-series.ts';
import type { LoadFigures } from './load-tally.ts';
import type { CaseContext, CasePart } from './tracker-case.ts';
import { otherTrackers, shoalTracker } from './tracker-targets.ts';

const batched = shoalTracker('shoal', [], 1);
const plain = shoalTracker('shoal with dgram', ['--udp-backend', 'dgram'], 1);
const twoCores = shoalTracker('shoal on two cores', ['--udp-workers', '2'], 2);
const twoCoresBar = 1.6;

export async function udpCase(context: CaseContext): Promise<CasePart> {
  const contenders = [
    batched,
    ...otherTrackers.slice(0, 1),
    plain,
    twoCores,
    ...otherTrackers.slice(1),
  ];
  const series = await runSeries(
    context,
    contenders.map((target): Contender => {
      // Two sockets that share a port are told apart by where a datagram comes from.
      const loadOptions = target === twoCores ? ['--sources', '32', '--window', '384'] : [];
      return { target, kind: 'udp', loadOptions, label: target.name };
    }),
  );
  return {
    tables: [seriesTable(series, 'UDP, 50 connect : 50 announce : 1 scrape', batched.name)],
    bars: [
      against(series, batched.name, 'opentracker', 'UDP', 1.3, '; the aim is 1.8 ×'),
      against(series, plain.name, 'opentracker', 'UDP without koffi', 0.7),
      twoCoresBarOf(series),
    ],
    skipped: series.skipped,
    figures: { medians: Object.fromEntries(series.medians), runs: series.runs },
  };
}

export async function httpCase(context: CaseContext): Promise<CasePart> {
  const connections = ['--connections', `${context.connections}`];
  const of = (target: (typeof otherTrackers)[number], closes = false): Contender => ({
    target,
    kind: 'http',
    loadOptions: closes ? [...connections, '--close'] : connections,
    label: closes ? `${target.name}, a connection each` : target.name,
  });
  const series = await runSeries(context, [
    of(batched),
    ...otherTrackers.map((target) => of(target)),
    of(batched, true),
  ]);
  const title = 'HTTP, 50 announce : 1 scrape, connections kept where the tracker keeps them';
  return {
    tables: [seriesTable(series, title, batched.name)],
    bars: [
      against(series, batched.name, 'opentracker', 'HTTP', 3),
      against(series, batched.name, 'bittorrent-tracker', 'HTTP', 5),
    ],
    skipped: series.skipped,
    figures: { medians: Object.fromEntries(series.medians), runs: series.runs },
  };
}

function against(
  series: Series,
  ours: string,
  theirs: string,
  what: string,
  bar: number,
  aim = '',
): Bar {
  const [own, other] = [series.medians.get(ours), series.medians.get(theirs)];
  if (own === undefined || other === undefined) {
    const absent = own === undefined ? ours : theirs;
    return {
      text: `${what}: no comparison with ${theirs}, since ${absent} did not run`,
      met: null,
    };
  }
  const faster = own.responsesPerSecond / other.responsesPerSecond;
  const limits = [own, other].map((figures) => limitedBy(figures, 1));
  const text = `${what}: ${ratio(faster)} the answers of ${theirs}; the bar is ${bar} ×${aim}${byCpu(own, other)}`;
  if (limits.includes('neither')) {
    return { text: `${text}. Not judged: other work kept one from its limit`, met: null };
  }
  const loaded = [ours, theirs].filter((_, i) => limits[i] === 'load');
  const stated = loaded.length === 0 ? '' : `. The load was the limit of ${loaded.join(' and ')}`;
  return { text: `${text}${stated}`, met: faster >= bar };
}

/** What two trackers would give that had nothing but the same processor to share. */
function byCpu(own: LoadFigures, other: LoadFigures): string {
  const [a, b] = [own, other].map(({ responsesPerSecond: rate, trackerCores: cores }) =>
    cores === undefined ? undefined : rate / cores,
  );
  return a === undefined || b === undefined ? '' : `. For the same processor time: ${ratio(a / b)}`;
}

function twoCoresBarOf(series: Series): Bar {
  const [one, two] = [series.medians.get(batched.name), series.medians.get(twoCores.name)];
  if (one === undefined || two === undefined) {
    return { text: 'UDP on two cores did not run', met: null };
  }
  const faster = two.responsesPerSecond / one.responsesPerSecond;
  const text = `UDP on two cores: ${ratio(faster)} its one core; the bar is ${twoCoresBar} ×`;
  if ([limitedBy(one, 1), limitedBy(two, 2)].includes('neither') && areApart(2)) {
    return { text: `${text}. Not judged: other work kept one from its limit`, met: null };
  }
  if (faster >= twoCoresBar && limitedBy(one, 1) !== 'neither') return { text, met: true };
  if (!areApart(2)) {
    const why = "tracker and load share this machine's two cores, so the load is the limit";
    return { text: `${text}, but ${why}`, met: null };
  }
  if (['load', 'both'].includes(limitedBy(two, 2))) {
    return { text: `${text}, but the load was the limit`, met: null };
  }
  return { text, met: false };
}

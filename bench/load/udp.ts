/**
 * A UDP load as a process of its own, so that it can be bound to a core: fills the tracker's swarms,
 * then asks in the mix 50 connect : 50 announce : 1 scrape, and prints one line of JSON.
 */
import { parseArgs } from 'node:util';
import { SeededRandom } from '../../src/base/random.ts';
import { measureCores } from './cores-used.ts';
import { openLibc } from './libc.ts';
import { LoadPopulation } from './load-population.ts';
import { LoadTally } from './load-tally.ts';
import { loopbackTarget } from './loopback-target.ts';
import { nowUs, openBatchedExchange, openPlainExchange, type UdpExchange } from './udp-exchange.ts';
import { UdpSource, type UdpWork } from './udp-source.ts';

const connectMs = 10_000;
const maxFillMs = 300_000;

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string' },
    /** Of the tracker, whose processor time is told. */
    pid: { type: 'string' },
    sources: { type: 'string', default: '8' },
    window: { type: 'string', default: '192' },
    swarms: { type: 'string', default: '10000' },
    peers: { type: 'string', default: '100' },
    numwant: { type: 'string', default: '30' },
    seconds: { type: 'string', default: '5' },
    'warm-up': { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    'no-fill': { type: 'boolean', default: false },
    'fill-only': { type: 'boolean', default: false },
    /** Fill alone, of a tracker that may refuse what it has no room for. */
    flood: { type: 'boolean', default: false },
    plain: { type: 'boolean', default: false },
  },
});

const target = loopbackTarget(values.host, Number(values.port));
const pid = values.pid === undefined ? undefined : Number(values.pid);
const sourceCount = Number(values.sources);
const window = Math.max(1, Math.floor(Number(values.window) / sourceCount));
const seed = Number(values.seed);
const population = new LoadPopulation({
  swarms: Number(values.swarms),
  peersPerSwarm: Number(values.peers),
  sources: sourceCount,
  seed,
});
const tally = new LoadTally();
const random = new SeededRandom(seed + 1);
const sources = Array.from(
  { length: sourceCount },
  (_, source) =>
    new UdpSource({
      source,
      population,
      numWant: Number(values.numwant),
      window,
      random: random.fork(),
      tally,
      mayBeRefused: values.flood,
    }),
);
const notes: string[] = [];
const libc = values.plain ? undefined : await openLibc((reason) => notes.push(reason));
const exchange: UdpExchange =
  libc === undefined
    ? await openPlainExchange(sources, target)
    : openBatchedExchange(libc, sources, target);

async function phase(work: UdpWork, milliseconds: number): Promise<number> {
  for (const source of sources) source.begin(work);
  const startUs = nowUs();
  const isDone = () => work !== 'mix' && sources.every((source) => source.isIdle);
  await exchange.run(startUs + milliseconds * 1000, isDone);
  if (!isDone() && work !== 'mix') throw new Error(`the tracker does not answer (${work})`);
  return (nowUs() - startUs) / 1e6;
}

async function measured(work: UdpWork, milliseconds: number) {
  tally.clear();
  const cores = measureCores(pid);
  const seconds = await phase(work, milliseconds);
  const { tracker, load } = cores();
  return tally.figures(seconds, tracker, load);
}

await phase('connect', connectMs);
const fill = values['no-fill'] ? undefined : await measured('fill', maxFillMs);
let mix: Awaited<ReturnType<typeof measured>> | undefined;
if (!values['fill-only'] && !values.flood) {
  await phase('mix', Number(values['warm-up']) * 1000);
  mix = await measured('mix', Number(values.seconds) * 1000);
}
exchange.close();
process.stdout.write(`${JSON.stringify({ exchange: exchange.name, notes, fill, mix })}\n`);

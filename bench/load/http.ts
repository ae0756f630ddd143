/**
 * An HTTP load as a process of its own, so that it can be bound to a core: announces and scrapes,
 * 50 to 1, over connections that are kept or made anew, and prints one line of JSON.
 */
import { parseArgs } from 'node:util';
import { SeededRandom } from '../../src/base/random.ts';
import { measureCores } from './cores-used.ts';
import { HttpClient } from './http-client.ts';
import { openCalledHttp, openNetHttp } from './http-exchange.ts';
import { HttpRequests } from './http-requests.ts';
import { openLibc } from './libc.ts';
import { LoadPopulation } from './load-population.ts';
import { LoadTally } from './load-tally.ts';
import { loopbackTarget } from './loopback-target.ts';
import { nowUs } from './udp-exchange.ts';

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string' },
    /** Of the tracker, whose processor time is told. */
    pid: { type: 'string' },
    sources: { type: 'string', default: '8' },
    connections: { type: 'string', default: '64' },
    swarms: { type: 'string', default: '10000' },
    peers: { type: 'string', default: '100' },
    numwant: { type: 'string', default: '30' },
    seconds: { type: 'string', default: '5' },
    'warm-up': { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    close: { type: 'boolean', default: false },
    plain: { type: 'boolean', default: false },
  },
});

const target = loopbackTarget(values.host, Number(values.port));
const pid = values.pid === undefined ? undefined : Number(values.pid);
const sources = Number(values.sources);
const seed = Number(values.seed);
const { close } = values;
const population = new LoadPopulation({
  swarms: Number(values.swarms),
  peersPerSwarm: Number(values.peers),
  sources,
  seed,
});
const host = `${target.host}:${target.port}`;
const requests = new HttpRequests({ population, numWant: Number(values.numwant), host, close });
const tally = new LoadTally();
const random = new SeededRandom(seed + 2);
const clients = Array.from(
  { length: Number(values.connections) },
  () => new HttpClient({ population, requests, random, tally, close }),
);
const notes: string[] = [];
const libc = values.plain ? undefined : await openLibc((reason) => notes.push(reason));
const exchange =
  libc === undefined
    ? openNetHttp(clients, target, sources)
    : openCalledHttp(libc, clients, target, sources);

await exchange.run(nowUs() + Number(values['warm-up']) * 1e6);
tally.clear();
const startUs = nowUs();
const cores = measureCores(pid);
await exchange.run(startUs + Number(values.seconds) * 1e6);
const { tracker, load } = cores();
const mix = tally.figures((nowUs() - startUs) / 1e6, tracker, load);
exchange.close();
process.stdout.write(`${JSON.stringify({ exchange: exchange.name, notes, mix })}\n`);

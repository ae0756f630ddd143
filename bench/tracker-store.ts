/** `node bench/tracker-store.ts`: the benchmark of the tracker's store alone, of any size. */
import { parseArgs } from 'node:util';
import { storeReport } from './store/store-benchmark.ts';
import { textReport } from './text-report.ts';

const help = `Usage: node bench/tracker-store.ts [options]

  --peers N      at full size, in a tenth as many swarms; default 10000000
  --announces N  that are timed; default 5000000
  --json         print one JSON object`;

function count(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 10_000 && value <= 100_000_000) return value;
  throw new RangeError(`--${name} is a whole number from 10000 to 100000000`);
}

try {
  const { values } = parseArgs({
    options: {
      peers: { type: 'string', default: '10000000' },
      announces: { type: 'string', default: '5000000' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${help}\n`);
  } else {
    const peers = count('peers', values.peers);
    const announces = count('announces', values.announces);
    const note = (text: string) => process.stderr.write(`${text}\n`);
    const report = storeReport({ peers, announces, note });
    process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : textReport(report));
  }
} catch (error) {
  process.stderr.write(`tracker-store: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof RangeError ? 2 : 1;
}

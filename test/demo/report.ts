/** What the demo found, as a table for people. */
import { formatBytes } from '../../src/cli/format.ts';
import { padEnd, padStart } from '../../src/cli/text-width.ts';

export interface LeecherResult {
  readonly name: string;
  readonly seconds: number;
  /** Distinct peers that gave it data. */
  readonly fromPeers: number;
  readonly uploadedBytes: number;
}

export interface DemoResult {
  readonly lengthBytes: number;
  readonly leechers: readonly LeecherResult[];
  readonly seederUploadedBytes: number;
}

const columns = [11, 9, 10, 12, 12] as const;

export function reportLines({ lengthBytes, leechers, seederUploadedBytes }: DemoResult): string[] {
  const times = (bytes: number) => `${(bytes / lengthBytes).toFixed(2)} ×`;
  const rate = (seconds: number) => (lengthBytes / 2 ** 20 / seconds).toFixed(1);
  const rows = leechers.map(({ name, seconds, fromPeers, uploadedBytes }) => [
    name,
    seconds.toFixed(2),
    rate(seconds),
    fromPeers === 1 ? '1 peer' : `${fromPeers} peers`,
    times(uploadedBytes),
  ]);
  const head = ['', 'seconds', 'MiB/s', 'data from', 'gave on'];
  const seeder = ['seeder', '', '', '', times(seederUploadedBytes)];
  const table = [head, ...rows, seeder].map((cells) => {
    const padded = cells.map((cell, i) => (i === 0 ? padEnd : padStart)(cell, columns[i]!));
    return `  ${padded.join('')}`;
  });
  const rule = `  ${'─'.repeat(columns.reduce((sum, width) => sum + width, 0))}`;
  table.splice(1, 0, rule);
  table.splice(-1, 0, rule);
  return [...table, '', ...conclusion(leechers.length, lengthBytes, seederUploadedBytes)];
}

function conclusion(copies: number, lengthBytes: number, seederUploadedBytes: number): string[] {
  const sent = seederUploadedBytes / lengthBytes;
  const wanted = `${copies} ${copies === 1 ? 'copy' : 'copies'}`;
  const sentence = `The seeder sent its ${formatBytes(lengthBytes)} ${sent.toFixed(2)} times for ${wanted}`;
  const between = copies - sent;
  if (between < 0.01) return [`  ${sentence}.`];
  return [`  ${sentence}; the other ${between.toFixed(2)} the leechers gave each other.`];
}

/** What `npm run demo` may be told, read from its arguments. */
import { parseArgs } from 'node:util';

export interface DemoOptions {
  readonly sizeBytes: number;
  readonly leecherCount: number;
  /** Leave the folder with content and copies in place. */
  readonly keep: boolean;
  readonly help: boolean;
}

export const usage = `npm run demo -- [--size 256MiB] [--leechers 4] [--keep]

Shares a folder from one seeder to several leechers through a tracker, each a process of its own on
this machine, and compares every copy.

  --size SIZE      how much to share, as 1GiB; default 256MiB, at least 1MiB
  --leechers N     how many get it, 1 to 50; default 4
  --keep           leave the folder with the copies in place`;

/** Throws an Error for a person when an argument is not understood. */
export function readOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      size: { type: 'string', default: '256MiB' },
      leechers: { type: 'string', default: '4' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const leecherCount = /^\d{1,3}$/.test(values.leechers) ? Number(values.leechers) : 0;
  if (leecherCount < 1 || leecherCount > 50) {
    throw new Error(`--leechers is a number from 1 to 50, not ${values.leechers}`);
  }
  return {
    sizeBytes: sizeOf(values.size),
    leecherCount,
    keep: values.keep,
    help: values.help,
  };
}

const unitBytes: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

function sizeOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([KMG])(?:i?B)?$/i.exec(text);
  const unit = unitBytes[match?.[2]?.toUpperCase() ?? ''];
  const sizeBytes = Math.round(Number(match?.[1]) * (unit ?? Number.NaN));
  if (sizeBytes >= 2 ** 20) return sizeBytes;
  throw new Error(`--size is at least 1MiB, written as 256MiB or 1GiB, not ${text}`);
}

/** The machine that was measured on, and the versions of what was measured. */
import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os';
import { missingCommand } from '../test/interop/programs/installed.ts';
import { size } from './figures.ts';
import { aria2 } from './peers/aria2.ts';
import { libtorrent } from './peers/libtorrent.ts';
import { shoal, shoalIsBuilt } from './peers/shoal.ts';
import { webtorrent } from './peers/webtorrent.ts';

/** What, and how it reads. */
export type Machine = Readonly<Record<string, string>>;

export function describeMachine(dir = tmpdir()): Machine {
  const programs = [shoal, libtorrent, aria2, webtorrent].map((program): [string, string] => [
    program.name,
    program.missing === false ? program.version() : 'not installed',
  ]);
  return {
    CPU: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores`,
    Memory: size(totalmem()),
    System: `${distribution()}${type()} ${release()}`,
    'File system': fileSystemOf(dir) ?? 'unknown',
    'Load before': loadavg()
      .map((load) => load.toFixed(2))
      .join(', '),
    'Node.js': process.versions.node,
    ...Object.fromEntries(programs),
    mktorrent: toolVersion('mktorrent', 'mktorrent', ['-v']),
    'transmission-create': toolVersion('transmission-create', 'transmission-cli', ['--version']),
    'Shoal ran from': shoalIsBuilt
      ? 'its compiled JavaScript'
      : 'its sources, which start more slowly (npm run build first measures what users get)',
  };
}

function distribution(): string {
  try {
    const name = /^PRETTY_NAME="(.+)"$/m.exec(readFileSync('/etc/os-release', 'utf8'));
    return name === null ? '' : `${name[1]}, `;
  } catch {
    return '';
  }
}

/** The type of the mount with the longest path that leads to the folder. */
function fileSystemOf(dir: string): string | undefined {
  try {
    const real = `${realpathSync(dir)}/`;
    const mounts = readFileSync('/proc/mounts', 'utf8').trim().split('\n');
    const leading = mounts
      .map((line) => line.split(' '))
      .filter(([, point = '']) => real.startsWith(point === '/' ? point : `${point}/`))
      .toSorted((a, b) => (a[1] ?? '').length - (b[1] ?? '').length);
    return leading.at(-1)?.[2];
  } catch {
    return undefined;
  }
}

function toolVersion(command: string, debianPackage: string, args: readonly string[]): string {
  if (missingCommand(command, debianPackage) !== false) return 'not installed';
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return /\d+(?:\.\d+)+/.exec(`${stdout}${stderr}`)?.[0] ?? 'unknown';
}

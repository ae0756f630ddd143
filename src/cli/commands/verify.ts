/** `shoal verify`: checks data on disk against a .torrent file. */
import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Metainfo } from '../../daemon/client/client-types.ts';
import type { VerifiedTorrent } from '../../daemon/torrent-files/verify-torrent.ts';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';
import { addDaemonFlags, type DaemonFlags, findDaemonClient } from '../daemon-command.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatBytes, formatCount } from '../format.ts';
import { catchInterrupt } from '../interrupt.ts';
import type { Terminal } from '../terminal.ts';
import { hashesObject } from '../torrent-object.ts';
import { visibleText } from '../visible-text.ts';

interface VerifyOptions extends DaemonFlags {
  readonly dir?: string;
}

export function addVerify(program: Command): void {
  const command = defineCommand(program, {
    usage: 'verify <file>',
    summary: 'check data on disk against a .torrent',
    description:
      'Hashes the files that a .torrent describes and names each damaged or missing file with its bad pieces. Exit status 6 when something is wrong. Nothing is changed. What is no file is a torrent of the daemon, by its number, name or info-hash: then the daemon checks it, and fetches anew what is damaged.',
    group: 'Torrent files:',
    examples: [
      ['verify holiday.torrent', 'the data is beside the .torrent'],
      ['verify holiday.torrent --dir /data --json', 'the data is in /data/holiday'],
      ['verify 3', "the daemon's torrent of that number"],
    ],
  });
  valueOption(command, '--dir <dir>', 'folder that holds the data; default the folder of FILE');
  addDaemonFlags(command);
  addCommonOptions(command);
  runCommand<VerifyOptions>(command, async (terminal, options, [file = '']) => {
    if (await isTorrentOfDaemon(file, options)) {
      const { verifyInDaemon } = await import('../verify-in-daemon.ts');
      return verifyInDaemon(terminal, (await findDaemonClient(options)).client, file);
    }
    const { folderBeside, loadTorrent } = await import('../../daemon/torrent-files/load-source.ts');
    const { metainfoAsStored } = await import('../../daemon/client/stored-paths.ts');
    const interrupt = catchInterrupt();
    const { bytes } = await loadTorrent(file, { signal: interrupt.signal });
    const dir = options.dir ?? folderBeside(file);
    const metainfo = await metainfoAsStored(bytes, dir);
    const verified = await verifyLive(terminal, metainfo, dir, interrupt.signal);
    interrupt.dispose();
    report(terminal, metainfo, verified);
    return verified.ok ? exitCodes.ok : exitCodes.verificationFailed;
  });
}

/** What looks like a file is one, also when it is not there: then that is what is said. */
async function isTorrentOfDaemon(source: string, { dir }: VerifyOptions): Promise<boolean> {
  if (dir !== undefined || source === '-' || /[/\\]|\.torrent$|^magnet:/i.test(source))
    return false;
  return stat(source).then(
    () => false,
    () => true,
  );
}

async function verifyLive(
  terminal: Terminal,
  metainfo: Metainfo,
  dir: string,
  signal: AbortSignal,
): Promise<VerifiedTorrent> {
  const { workLine } = await import('../work-line.ts');
  const { verifyTorrent } = await import('../../daemon/torrent-files/verify-torrent.ts');
  const live = terminal.liveLine('verifying');
  const startedAtMs = performance.now();
  const facts = [formatBytes(metainfo.contentBytes)];
  const draw = (doneBytes: number, totalBytes: number) => (columns: number) => {
    const rate = doneBytes / Math.max(0.001, (performance.now() - startedAtMs) / 1000);
    const work = { name: metainfo.name, facts, verb: 'verifying', doneBytes, totalBytes, rate };
    return workLine(work, columns, terminal.noteStyle);
  };
  try {
    const verified = await verifyTorrent(metainfo, {
      dir,
      signal,
      onProgress: (done, total) => live?.update('verifying', draw(done, total)),
    });
    const { contentBytes } = metainfo;
    live?.finish(draw(contentBytes, contentBytes));
    return verified;
  } catch (error) {
    live?.leave();
    throw error;
  }
}

function report(terminal: Terminal, metainfo: Metainfo, verified: VerifiedTorrent): void {
  const { pieceCount, goodPieces, files, ok } = verified;
  terminal.object({
    name: metainfo.name,
    ...hashesObject(metainfo),
    ok,
    pieceCount,
    goodPieces,
    files: files.map(({ path, lengthBytes, badPieces, problem }) => ({
      path,
      lengthBytes,
      ok: badPieces.length === 0 && problem === undefined,
      badPieces,
      ...(problem === undefined ? {} : { problem }),
    })),
  });
  const { red } = terminal.style;
  for (const { path, badPieces, problem } of files) {
    if (badPieces.length === 0 && problem === undefined) continue;
    const pieces = badPieces.length === 0 ? '' : `   bad pieces ${ranges(badPieces)}`;
    const why = problem === undefined ? 'damaged' : visibleText(problem);
    terminal.line(`  ${visibleText(path)}   ${red(why)}${pieces}`);
  }
  const name = visibleText(metainfo.name);
  const counted = `${goodPieces} of ${formatCount(pieceCount, 'piece')}`;
  if (ok) terminal.line(`  ${name}   complete   ${counted} are right`);
  else {
    terminal.line(`  ${name}   ${red('not complete')}   ${counted} are right`);
    terminal.note('  shoal get with the same .torrent and folder fetches what is missing');
  }
}

/** `3, 7-12`, at most a dozen runs of them. */
function ranges(pieces: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const piece of pieces) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === piece - 1) run[1] = piece;
    else runs.push([piece, piece]);
  }
  const shown = runs
    .slice(0, 12)
    .map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  const more = runs.length > shown.length ? `, … (${formatCount(pieces.length, 'piece')})` : '';
  return shown.join(', ') + more;
}

/** `shoal announce`: asks the trackers of a torrent for peers, without joining the swarm. */
import type { Command } from 'commander';
import type { AnnounceReply, TrackerAnswer } from '../../daemon/machine/diagnose-tracker.ts';
import {
  type AskedTorrent,
  failureObject,
  loadAsked,
  printAnswer,
  requireTrackers,
} from '../asked-torrent.ts';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { formatCount, formatDuration } from '../format.ts';
import { catchInterrupt } from '../interrupt.ts';
import { parseTier, repeated } from '../option-values.ts';
import { peerText } from '../torrent-object.ts';
import { visibleText } from '../visible-text.ts';

export interface AnnounceOptions {
  readonly tracker?: string[][];
}

export function addAnnounce(program: Command): void {
  const command = defineCommand(program, {
    usage: 'announce <source>',
    summary: 'ask trackers for the peers of a torrent',
    description:
      'Announces a torrent to each of its trackers, prints what each says and how long it took, and leaves again at once. Exit status 8 when a tracker does not answer.',
    group: 'Trackers:',
    examples: [
      ['announce holiday.torrent', 'all its trackers'],
      ['announce holiday.torrent -a udp://10.0.0.5:6969', 'this tracker only'],
    ],
  });
  valueOption(
    command,
    '-a, --tracker <url>',
    'ask this tracker instead; may be repeated',
    repeated(parseTier),
  );
  addCommonOptions(command);
  runCommand<AnnounceOptions>(command, async (terminal, options, [source = '']) => {
    const { diagnoseAnnounce } = await import('../../daemon/machine/diagnose-tracker.ts');
    const interrupt = catchInterrupt();
    const torrent = await loadAsked(source, interrupt.signal);
    const urls = options.tracker?.flat() ?? torrent.trackers;
    requireTrackers(urls, torrent.name);
    terminal.line(visibleText(torrent.name));
    let exitCode: ExitCode = exitCodes.ok;
    const answers = urls.map((url) => diagnoseAnnounce(url, torrent, interrupt.signal));
    for (const pending of answers) {
      const answer = await pending;
      if (answer.failure !== undefined) exitCode = exitCodes.unreachable;
      terminal.object(answerObject(torrent, answer));
      printAnswer(terminal, answer, replyText(answer.reply));
      for (const peer of answer.reply?.peers ?? []) terminal.line(`      ${peerText(peer)}`);
    }
    interrupt.dispose();
    return exitCode;
  });
}

function answerObject(torrent: AskedTorrent, answer: TrackerAnswer<AnnounceReply>): object {
  const { url, reply, failure } = answer;
  const seconds = Number(answer.seconds.toFixed(3));
  const base = { tracker: url, infoHash: torrent.infoHash };
  if (failure !== undefined) return { ...base, error: failureObject(failure), seconds };
  const { peers = [], intervalMs, minIntervalMs, trackerId: _, ...rest } = reply ?? {};
  return {
    ...base,
    ...rest,
    ...(intervalMs === undefined ? {} : { intervalSeconds: intervalMs / 1000 }),
    ...(minIntervalMs === undefined ? {} : { minIntervalSeconds: minIntervalMs / 1000 }),
    peers: peers.map(peerText),
    seconds,
  };
}

function replyText(reply: AnnounceReply | undefined): string {
  if (reply === undefined) return '';
  const { seeders, leechers, externalIp, warning } = reply;
  return [
    formatCount(reply.peers.length, 'peer'),
    ...(seeders === undefined ? [] : [formatCount(seeders, 'seeder')]),
    ...(leechers === undefined ? [] : [formatCount(leechers, 'leecher')]),
    `again in ${formatDuration(reply.intervalMs / 1000)}`,
    ...(externalIp === undefined ? [] : [`sees us at ${externalIp}`]),
    ...(warning === undefined ? [] : [`warns: ${visibleText(warning)}`]),
  ].join('   ');
}

/** `shoal status`: how the daemon is doing, in a few lines. */
import type { Command } from 'commander';
import { type SessionInfo, torrentStates } from '../../api/contract/torrents.ts';
import { daemonCommand } from '../daemon-command.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatBytes, formatCount, formatDuration, formatRate, groupDigits } from '../format.ts';
import { rateLimitText } from '../limit-text.ts';

export function addStatus(program: Command): void {
  daemonCommand(program, {
    usage: 'status',
    summary: 'how the daemon is doing',
    description:
      'Prints how many torrents the daemon has, in which states, and how fast data comes and goes. Exit status 8 when no daemon answers.',
    options: (command) => void command.alias('stats'),
    examples: [
      ['status', 'for people'],
      ['status --json', 'one JSON object'],
    ],
    work: async ({ terminal, client }) => {
      const session = await client.session();
      const { downRate, upRate, torrents, dir, peerPort, version, pid } = session;
      terminal.object({ url: client.baseUrl, ...session });
      const rates = `↓ ${formatRate(downRate)}   ↑ ${formatRate(upRate)}`;
      terminal.line(`  ${formatCount(torrents, 'torrent')}   ${rates}`);
      if (torrents > 0) terminal.field('states', statesText(session));
      terminal.field('limits', limitsText(session));
      terminal.field('total', totalsText(session));
      const free =
        session.freeBytes === undefined ? '' : `, ${formatBytes(session.freeBytes)} free`;
      terminal.field('folder', `${dir}${free}`);
      terminal.field('peers', `${groupDigits(session.peers)} connected, on port ${peerPort}`);
      terminal.field(
        'daemon',
        `${version} at ${client.baseUrl}, pid ${pid}, up ${uptimeText(session)}`,
      );
      return exitCodes.ok;
    },
  });
}

function limitsText({ downLimit, upLimit, alternativeLimits }: SessionInfo): string {
  const which = alternativeLimits ? '   (the alternative ones)' : '';
  return `down ${rateLimitText(downLimit)}, up ${rateLimitText(upLimit)}${which}`;
}

/** Of all runs. */
function totalsText({ allDownloadedBytes: got, allUploadedBytes: given }: SessionInfo): string {
  const ratio = got === 0 ? '' : `   ratio ${(given / got).toFixed(2)}`;
  return `got ${formatBytes(got)}, given ${formatBytes(given)}${ratio}`;
}

function statesText({ counts }: SessionInfo): string {
  return torrentStates
    .filter((state) => counts[state] > 0)
    .map((state) => `${groupDigits(counts[state])} ${state}`)
    .join(', ');
}

function uptimeText({ startedAt }: SessionInfo): string {
  return formatDuration(Math.max(0, Math.floor((Date.now() - Date.parse(startedAt)) / 1000)));
}

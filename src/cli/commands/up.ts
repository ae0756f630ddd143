/** `shoal up`: tracker, catalog, daemon and page in one process, until Ctrl-C. */
import { once } from 'node:events';
import type { Command } from 'commander';
import { addCommonOptions, defineCommand, runCommand, valueOption } from '../command-shape.ts';
import { watchDaemonConfiguration } from '../config/watch-daemon-configuration.ts';
import {
  addDaemonOptions,
  type DaemonFlags,
  daemonConfiguration,
  daemonOptions,
} from '../daemon-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { catchInterrupt } from '../interrupt.ts';
import type { Up } from '../open-up.ts';
import { parsePort } from '../option-values.ts';
import type { Terminal } from '../terminal.ts';

interface UpFlags extends DaemonFlags {
  readonly trackerPort?: number;
  readonly trackerHost?: string;
  readonly open?: boolean;
}

export function addUp(program: Command): void {
  const command = defineCommand(program, {
    usage: 'up',
    summary: 'run everything: tracker, catalog, daemon and page',
    description:
      'Runs in one process a tracker with its catalog for everybody on the network, and a daemon with a page in the browser for you. What is shared is announced to that tracker. Prints where everything is; goes on until Ctrl-C.',
    group: 'Share and get:',
    examples: [
      ['up', 'tracker on port 6969, page on http://127.0.0.1:6880'],
      ['up --open --dir ~/Downloads', 'and show the page in the browser'],
      ['up --data ./two --port 0 --tracker-port 0', 'a second one beside the first'],
    ],
  });
  addDaemonOptions(command, {
    data: "keeps both states below this folder; default in the user's state folder",
    peerPort: 'TCP port for peers; default 6881, or a free one when that is taken',
  });
  valueOption(
    command,
    '--tracker-port <port>',
    'TCP and UDP port of the tracker, 0 for a free one; default 6969',
    parsePort,
  );
  valueOption(command, '--tracker-host <address>', 'address of the tracker; default all');
  command.option('--open', 'show the page in the browser');
  addCommonOptions(command);
  runCommand<UpFlags>(command, async (terminal, flags) => {
    const { openUp } = await import('../open-up.ts');
    const { tell } = await import('../run-daemon.ts');
    const { data, trackerPort, trackerHost, ...ofDaemon } = flags;
    const interrupt = catchInterrupt();
    const log = (message: string): void => terminal.trouble(message);
    const up = await openUp({
      dataDir: data,
      daemon: {
        ...daemonOptions(ofDaemon),
        configuration: daemonConfiguration(flags),
        watchConfiguration: watchDaemonConfiguration(program, command),
        onExitAsked: () => interrupt.raise(),
        log: (level, message) => tell(terminal, level, message),
      },
      tracker: {
        udpBackend: 'auto',
        ...(trackerPort !== undefined && { port: trackerPort }),
        ...(trackerHost !== undefined && { host: trackerHost }),
        log: { info: () => {}, warn: log, error: log },
      },
      flags: { api: '--port', tracker: '--tracker-port', peers: '--peer-port' },
    });
    try {
      announceItself(terminal, up);
      if (flags.open === true) await showPage(terminal, up.daemon.pageUrl);
      if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort');
      // A terminal has put ^C there.
      terminal.note(`${process.stderr.isTTY === true ? '\r' : ''}  leaving the swarms…`);
    } finally {
      await up.close();
      interrupt.dispose();
    }
    return exitCodes.ok;
  });
}

async function showPage(terminal: Terminal, url: string): Promise<void> {
  const { openUrl } = await import('../open-url.ts');
  if (await openUrl(url)) return;
  terminal.trouble('no browser could be started here; open the page by its address.');
}

function announceItself(terminal: Terminal, { daemon, tracker, homeTrackers }: Up): void {
  const trackerPage = (homeTrackers[0] ?? '').replace(/\/announce$/, '/');
  const { url, pageUrl, dir, peerPort, tokenPath } = daemon;
  terminal.object({
    event: 'listening',
    pid: process.pid,
    url,
    pageUrl,
    peerPort,
    dir,
    tokenPath,
    dataDir: daemon.dataDir,
    trackerDataDir: tracker.dataDir ?? null,
    trackerPort: tracker.httpPort,
    trackerUdpPort: tracker.udpPort,
    announceUrls: homeTrackers,
    catalogUrl: trackerPage,
  });
  terminal.field('page', pageUrl);
  for (const [index, announce] of homeTrackers.entries()) {
    terminal.field(index === 0 ? 'tracker' : '', announce);
  }
  terminal.field('catalog', trackerPage);
  terminal.field('downloads', dir);
  terminal.field('data', daemon.dataDir);
  terminal.field('', tracker.dataDir ?? "the tracker's in memory only");
  terminal.line(`  listening for peers on port ${peerPort}      Ctrl-C to stop`);
}

#!/usr/bin/env node
/** `torrent-leech`: has the daemon download what a .torrent describes, and share it on. */
import './require-node.ts';
import { CliError } from '../cli-error.ts';
import { valueOption } from '../command-shape.ts';
import { exitCodes } from '../exit-codes.ts';
import { addPortOptions, daemonAt, type PortFlags, startProgram } from './start-program.ts';

await startProgram<PortFlags & { readonly torrent?: string }>({
  name: 'torrent-leech',
  description: 'Has the daemon download what a .torrent describes, and share it on.',
  successor: 'add',
  options: (command) => {
    valueOption(command, '--torrent <file>', 'the .torrent; a magnet link does as well');
    addPortOptions(command);
  },
  work: async (terminal, flags) => {
    if (flags.torrent === undefined) {
      throw new CliError('USAGE_NO_TORRENT', 'say what to get: torrent-leech --torrent FILE');
    }
    const { loadSource } = await import('../../daemon/torrent-files/load-source.ts');
    const loaded = await loadSource(flags.torrent);
    const { client } = await daemonAt(flags);
    const info = await (loaded.kind === 'torrent'
      ? client.addFile(loaded.bytes)
      : client.add({ source: loaded.text }));
    terminal.object(info);
    terminal.field('getting', info.name);
    terminal.field('info-hash', info.hash);
    terminal.field('folder', info.dir);
    return exitCodes.ok;
  },
});

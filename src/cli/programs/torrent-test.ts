#!/usr/bin/env node
/** `torrent-test`: whether the daemon is up. */
import './require-node.ts';
import { exitCodes } from '../exit-codes.ts';
import { addPortOptions, daemonAt, type PortFlags, startProgram } from './start-program.ts';

await startProgram<PortFlags>({
  name: 'torrent-test',
  description:
    'Says whether the daemon of this machine is up: exit status 0 when it answers, 8 when not.',
  successor: 'status',
  options: addPortOptions,
  work: async (terminal, flags) => {
    const { client } = await daemonAt(flags);
    const { version, pid, torrents } = await client.session();
    terminal.object({ url: client.baseUrl, version, pid, torrents });
    terminal.line(`  the daemon is up: ${version} at ${client.baseUrl}, pid ${pid}`);
    return exitCodes.ok;
  },
});

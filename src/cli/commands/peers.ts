/** `shoal peers`: with whom one of the daemon's torrents is connected. */
import type { Command } from 'commander';
import { daemonCommand } from '../daemon-command.ts';
import { exitCodes } from '../exit-codes.ts';

/** The letters are those of other clients. */
const legend =
  'D we download, d we want to and it chokes us, U we upload, u it wants to and we choke it, K it unchokes us in vain, ? we unchoke it in vain, I it dialled us';

export function addPeers(program: Command): void {
  daemonCommand(program, {
    usage: 'peers <torrent>',
    summary: "list the peers of one of the daemon's torrents",
    description: `Lists the connected peers with client, progress and rates. Their flags: ${legend}.`,
    examples: [['peers holiday', 'by name, number or info-hash']],
    work: async ({ terminal, client, args }) => {
      const { torrentsNamed } = await import('../named-torrent.ts');
      const { peerTable } = await import('../peer-table.ts');
      for (const { hash } of await torrentsNamed(client, args)) {
        const peers = await client.peers(hash);
        for (const peer of peers) terminal.object(peer);
        if (peers.length === 0) terminal.note('  no peers are connected');
        for (const line of peerTable(peers, terminal.columns)) terminal.line(line);
      }
      return exitCodes.ok;
    },
  });
}

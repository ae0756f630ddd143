/** What a test file starts from: a workspace, its torrents, and the foreign clients; all gone with the file. */
import { after } from 'node:test';
import { aria2 } from './programs/aria2.ts';
import { libtorrent } from './programs/libtorrent.ts';
import { createNamespace } from './programs/network-namespace.ts';
import type { PeerProgram } from './programs/program.ts';
import { rtorrent } from './programs/rtorrent.ts';
import { missingTransmission, transmissionIn } from './programs/transmission.ts';
import { webtorrent } from './programs/webtorrent.ts';
import { TorrentFactory } from './torrent.ts';
import { runTransfer, type Transfer } from './transfer.ts';
import { Workspace } from './workspace.ts';

export interface SwarmGround {
  readonly workspace: Workspace;
  readonly torrents: TorrentFactory;
  /** Every foreign client, installed or not. */
  readonly foreign: readonly PeerProgram[];
  run(transfer: Transfer): Promise<void>;
}

/** Ends with the test file that calls it. */
export async function openGround(): Promise<SwarmGround> {
  const workspace = await Workspace.open();
  const transmission = transmissionOrNot();
  after(async () => {
    await workspace.close();
    transmission.namespace?.remove();
  });
  const torrents = new TorrentFactory(workspace);
  const foreign = [aria2, libtorrent, rtorrent, transmission, webtorrent];
  return {
    workspace,
    torrents,
    foreign,
    run: (transfer) => runTransfer(workspace, torrents, transfer),
  };
}

function transmissionOrNot(): PeerProgram {
  if (missingTransmission === false) return transmissionIn(createNamespace());
  const refuse = () => Promise.reject(new Error(String(missingTransmission)));
  return { name: 'transmission', missing: missingTransmission, seed: refuse, get: refuse };
}

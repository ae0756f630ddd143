/**
 * A client for one transfer in a process of its own, as `seed` and `get` run it: state under the
 * user's state folder, keyed by torrent and folder, so that transfers side by side do not meet.
 */

import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { InfoHash } from '../../base/ids.ts';
import { makeFolders } from '../../node/make-folders.ts';
import { defaultStateFolder } from '../../node/state-folder.ts';
import { folderCause } from '../folder-cause.ts';
import { Client } from './client.ts';
import type { AddOptions, ClientTorrent, TorrentSource } from './client-contract.ts';
import { ClientError } from './client-error.ts';
import { resolvePeers } from './resolve-peers.ts';
import { transferStateDir } from './transfer-state.ts';

export interface TransferSettings {
  readonly source: TorrentSource;
  readonly infoHash: InfoHash;
  /** Holds the content, or will. Created unless the content is seeded in place. */
  readonly dir: string;
  readonly port?: number;
  /** Names or numeric addresses; resolved here. */
  readonly peers: readonly { readonly host: string; readonly port: number }[];
  readonly downLimit?: number;
  readonly upLimit?: number;
  /** Default: the platform's state folder. */
  readonly stateRoot?: string;
  readonly add: Omit<AddOptions, 'dir' | 'peers'>;
}

export interface Transfer {
  readonly torrent: ClientTorrent;
  /** Where peers reach us. */
  readonly port: number;
  /** Announces `stopped`, saves state. Idempotent. */
  close(): Promise<void>;
}

/** Rejects with ClientError or DecodeError; then nothing is left open. */
export async function openTransfer(settings: TransferSettings): Promise<Transfer> {
  const { source, infoHash, port, downLimit, upLimit } = settings;
  const dir = resolve(settings.dir);
  const peers = await resolvePeers(settings.peers);
  if (settings.add.seedInPlace !== true) await makeFolder(dir);
  const stateDir = await stateDirFor(settings.stateRoot ?? defaultStateFolder(), infoHash, dir);
  const client = await Client.open({
    dir,
    stateDir,
    ...(port === undefined ? {} : { port }),
  });
  try {
    const torrent = await client.add(source, {
      ...settings.add,
      dir,
      peers,
      ...(downLimit === undefined ? {} : { downLimit }),
      ...(upLimit === undefined ? {} : { upLimit }),
    });
    return { torrent, port: client.port, close: () => client.close() };
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** Made where it is missing; a folder that cannot be written is refused before anything is fetched. */
async function makeFolder(dir: string): Promise<void> {
  try {
    await makeFolders(dir);
    await access(dir, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new ClientError(
      'DISK_FOLDER',
      `cannot write to the folder ${dir}: ${folderCause(error)}. Choose another with --output.`,
      { cause: error },
    );
  }
}

async function stateDirFor(stateRoot: string, infoHash: InfoHash, dir: string): Promise<string> {
  try {
    return await transferStateDir(stateRoot, infoHash, dir);
  } catch (error) {
    throw new ClientError(
      'DISK_STATE',
      `cannot remember progress in ${stateRoot}: ${folderCause(error)}. Choose another place with --state-dir.`,
      { cause: error },
    );
  }
}

/** The options that `seed` and `get` share: where to listen, whom to dial, how fast, how long. */
import type { Command } from 'commander';
import type { TransferSettings } from '../daemon/client/open-transfer.ts';
import { valueOption } from './command-shape.ts';
import {
  type PeerAddress,
  parsePeer,
  parsePort,
  parseRate,
  parseRatio,
  parseTime,
  repeated,
} from './option-values.ts';

export interface TransferOptions {
  readonly port?: number;
  readonly peer?: PeerAddress[];
  /** Bytes per second. */
  readonly down?: number;
  readonly up?: number;
  readonly seedRatio?: number;
  /** Milliseconds. */
  readonly seedTime?: number;
  readonly stateDir?: string;
}

export function addTransferOptions(command: Command): void {
  valueOption(
    command,
    '--peer <host:port>',
    'a peer to dial at once; may be repeated',
    repeated(parsePeer),
  );
  valueOption(
    command,
    '--port <port>',
    'port for other peers, 0 for a free one (default)',
    parsePort,
  );
  valueOption(command, '--down <rate>', 'download at most this fast, as 2MiB', parseRate);
  valueOption(command, '--up <rate>', 'upload at most this fast', parseRate);
  valueOption(
    command,
    '--seed-ratio <ratio>',
    'leave after sharing this many times the size',
    parseRatio,
  );
  valueOption(command, '--seed-time <time>', 'leave after sharing this long, as 2h', parseTime);
  valueOption(
    command,
    '--state-dir <dir>',
    "where progress is remembered; default the user's state folder",
  );
}

/** Where to listen, whom to dial, how fast, and where state lives, as the client takes them. */
export function transferSettings(
  options: TransferOptions,
): Pick<TransferSettings, 'port' | 'peers' | 'downLimit' | 'upLimit' | 'stateRoot'> {
  const { port, peer, down, up, stateDir } = options;
  return {
    peers: peer ?? [],
    ...(port === undefined ? {} : { port }),
    ...(down === undefined ? {} : { downLimit: down }),
    ...(up === undefined ? {} : { upLimit: up }),
    ...(stateDir === undefined ? {} : { stateRoot: stateDir }),
  };
}

/** When to stop seeding. */
export function goals(options: TransferOptions): { seedRatio?: number; seedTimeMs?: number } {
  const { seedRatio, seedTime } = options;
  return {
    ...(seedRatio === undefined ? {} : { seedRatio }),
    ...(seedTime === undefined ? {} : { seedTimeMs: seedTime }),
  };
}

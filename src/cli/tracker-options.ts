/** The flags of `shoal tracker`, and the options of the tracker that they make. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Publishers, TrackerOptions } from '../tracker-server/tracker-options.ts';
import { CliError } from './cli-error.ts';
import { valueOption } from './command-shape.ts';
import { oneOf, parseBytes, parseCount, parsePort, parseTime, repeated } from './option-values.ts';

const accessWords = ['open', 'allow', 'deny', 'catalog', 'list'] as const;
const publisherWords = ['loopback', 'private', 'all'] as const;
const backendWords = ['auto', 'batch', 'dgram'] as const;
const logWords = ['info', 'warn', 'error', 'silent'] as const;

export interface TrackerFlags {
  readonly host?: string;
  readonly port?: number;
  readonly udpPort?: number;
  /** Milliseconds. */
  readonly interval?: number;
  /** Milliseconds. */
  readonly peerTimeout?: number;
  readonly data?: string;
  /** Bytes. */
  readonly memory?: number;
  readonly keepPeerIds?: boolean;
  readonly swarmStore?: string;
  readonly catalog?: string;
  readonly access?: (typeof accessWords)[number];
  readonly list?: string;
  readonly passkeys?: string;
  readonly tokenFile?: string;
  readonly publishers?: Publishers;
  readonly hostName?: string[];
  readonly trustedProxy?: string[];
  readonly rateLimit?: number;
  readonly maxConnections?: number;
  readonly udpBackend?: (typeof backendWords)[number];
  readonly udpWorkers?: number;
  readonly showAddresses?: boolean;
  readonly logLevel?: (typeof logWords)[number];
}

export function addTrackerOptions(command: Command): void {
  const option = <T = string>(
    flags: string,
    description: string,
    parse?: (text: string, before?: T) => T,
  ): void => void valueOption(command, flags, description, parse);

  option('--host <address>', 'address to listen on; default all');
  option('--port <port>', 'TCP port, 0 for a free one; default 6969', parsePort);
  option('--udp-port <port>', 'UDP port; default the same as --port', parsePort);
  option('--interval <time>', 'between announces of a peer; default 30min', parseTime);
  option(
    '--peer-timeout <time>',
    'forget a peer that stays silent this long; default twice the interval',
    parseTime,
  );
  option(
    '--data <dir>',
    "where swarms and catalog are kept; default in the user's state folder, nowhere with --port 0",
  );
  option('--memory <size>', 'for all swarms; default 512MiB', parseBytes);
  command.option('--keep-peer-ids', 'name whole peer ids in replies that are not compact');
  option('--swarm-store <url>', 'redis://HOST: swarms shared with other trackers');
  option(
    '--catalog <url>',
    'postgres://…: a shared catalog; memory or none; default SQLite in the data folder',
  );
  option(
    '--access <mode>',
    'open (default), allow or deny the torrents of --list, or catalog: only what is in it',
    oneOf(accessWords),
  );
  option('--list <file>', 'info-hashes, one a line; read again when it changes');
  option('--passkeys <file>', 'pass keys for announce URLs, one a line');
  option('--token-file <file>', 'tokens for publishing and deleting; made with one when missing');
  option(
    '--publishers <who>',
    'who publishes without a token: loopback (default), private or all',
    oneOf(publisherWords),
  );
  option(
    '--host-name <name>',
    'a name this tracker is reached by; may be repeated',
    repeated((name) => name),
  );
  option(
    '--trusted-proxy <network>',
    'proxy whose X-Forwarded-For is believed; may be repeated',
    repeated((network) => network),
  );
  option(
    '--rate-limit <number>',
    'requests a second from one /24 or /56; default 1000, 0 for no limit',
    parseCount,
  );
  option('--max-connections <number>', 'open HTTP connections; default 10000', parseCount);
  option(
    '--udp-backend <name>',
    'auto (default), batch (Linux, many datagrams a call) or dgram',
    oneOf(backendWords),
  );
  option(
    '--udp-workers <number>',
    'threads of the batch backend; default by processors',
    parseCount,
  );
  command.option('--show-addresses', 'whole addresses of peers on pages and in the catalog');
  option('--log-level <level>', 'info (default), warn, error or silent', oneOf(logWords));
}

/** Reads the token file; rejects when that cannot be used. */
export async function trackerOptions(flags: TrackerFlags): Promise<TrackerOptions> {
  const dataDir = await dataFolder(flags);
  const tokens = flags.tokenFile === undefined ? undefined : await readTokens(flags.tokenFile);
  return {
    ...given('host', flags.host),
    ...given('port', flags.port),
    ...given('udpPort', flags.udpPort),
    ...given('intervalMs', flags.interval),
    ...given('peerTimeoutMs', flags.peerTimeout),
    ...given('dataDir', dataDir),
    ...given('memoryBytes', flags.memory),
    ...given('keepsPeerIds', flags.keepPeerIds),
    ...given('swarmStore', flags.swarmStore),
    // Without a data folder there is a catalog too, for as long as the tracker runs.
    ...given('catalog', flags.catalog ?? (dataDir === undefined ? 'memory' : undefined)),
    ...given('access', flags.access === 'list' ? 'allow' : flags.access),
    ...given('accessList', flags.list),
    ...given('passkeys', flags.passkeys),
    ...given('tokens', tokens),
    ...given('publishers', flags.publishers),
    ...given('hostNames', flags.hostName),
    ...given('trustedProxies', flags.trustedProxy),
    ...given('rateLimit', flags.rateLimit),
    ...given('maxConnections', flags.maxConnections),
    udpBackend: flags.udpBackend ?? 'auto',
    ...given('udpWorkers', flags.udpWorkers),
    ...given('showAddresses', flags.showAddresses),
  };
}

/** A tracker on any free port is not one to come back to: it keeps nothing unless told where. */
async function dataFolder({ data, port }: TrackerFlags): Promise<string | undefined> {
  if (data !== undefined) return resolve(data);
  if (port === 0) return undefined;
  const { defaultTrackerFolder } = await import('../tracker-server/data-folder.ts');
  const { defaultPort } = await import('../tracker-server/tracker-options.ts');
  return defaultTrackerFolder(port ?? defaultPort);
}

/** Nothing at all for a flag that is absent, so that the tracker's own default holds. */
function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

const shortestToken = 16;

async function readTokens(path: string): Promise<string[]> {
  const { readOrMakeTokens } = await import('../tracker-server/token-file.ts');
  const tokens = await readOrMakeTokens(path);
  const short = tokens.findIndex((token) => token.length < shortestToken);
  if (tokens.length > 0 && short === -1) return tokens;
  const problem =
    short === -1 ? 'it has no token' : `token ${short + 1} is shorter than ${shortestToken}`;
  throw new CliError('CONFIG_BAD_TOKENS', `${path}: ${problem}. One token a line.`);
}

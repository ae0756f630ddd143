/**
 * Settings of Transmission that cannot be changed here: what Shoal has no notion of, and what is set by
 * flag or in config.toml only. Invariant: clients that send back what they read are never refused; what
 * would change who may do what, or what goes over the network, is refused with the reason.
 */
import { DaemonRefusal } from '../service/refusal.ts';

interface FixedSetting {
  readonly value: unknown;
  /** Absent: another value only tunes; it is taken, and does nothing. */
  readonly because?: string;
}

const noCommands =
  "commands that run with a torrent are set by flag or in config.toml on the daemon's machine, never over the network";
const noBlocklist = 'this daemon has no blocklist';
const finalFolder = 'downloads grow in their final folder here';

const fixed: Readonly<Record<string, FixedSetting>> = {
  'blocklist-enabled': { value: false, because: noBlocklist },
  'blocklist-url': { value: '' },
  'cache-size-mb': { value: 4 },
  'default-trackers': { value: '', because: 'trackers are set torrent by torrent here' },
  'dht-enabled': { value: false, because: 'this daemon has no DHT' },
  'incomplete-dir': { value: '' },
  'incomplete-dir-enabled': { value: false, because: finalFolder },
  'lpd-enabled': { value: false, because: 'this daemon has no local peer discovery' },
  'peer-limit-per-torrent': { value: 50 },
  'peer-port-random-on-start': {
    value: false,
    because: 'the port for peers is set with --peer-port',
  },
  'pex-enabled': {
    value: true,
    because: 'peers of public torrents are always exchanged; a private torrent does not',
  },
  'port-forwarding-enabled': { value: false, because: 'this daemon asks no router for a port' },
  'queue-stalled-enabled': { value: true },
  'queue-stalled-minutes': { value: 5 },
  'rename-partial-files': { value: false },
  'script-torrent-added-enabled': { value: false, because: noCommands },
  'script-torrent-added-filename': { value: '', because: noCommands },
  'script-torrent-done-enabled': { value: false, because: noCommands },
  'script-torrent-done-filename': { value: '', because: noCommands },
  'script-torrent-done-seeding-enabled': { value: false, because: noCommands },
  'script-torrent-done-seeding-filename': { value: '', because: noCommands },
  'trash-original-torrent-files': { value: false },
  'utp-enabled': { value: false, because: 'this daemon has no uTP' },
};

export const fixedFields: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(fixed).map(([name, { value }]) => [name, value]),
);

/** Throws DaemonRefusal. */
export function requireUnfixed(args: object, peerPort: number): void {
  for (const [name, asked] of Object.entries(args)) {
    const setting = Object.hasOwn(fixed, name) ? fixed[name] : undefined;
    if (setting?.because === undefined || asked === null) continue;
    const same = typeof setting.value === 'boolean' ? Boolean(asked) : asked;
    if (same !== setting.value) refuse(name, setting.because);
  }
  const { 'peer-port': port, encryption } = args as Record<string, unknown>;
  if (typeof port === 'number' && port !== peerPort) {
    refuse('peer-port', 'the port for peers is set with --peer-port');
  }
  if (encryption === 'required') {
    refuse('encryption', 'connections to peers are not encrypted here');
  }
}

function refuse(name: string, because: string): never {
  throw new DaemonRefusal('BAD_REQUEST', `${name} cannot be set: ${because}`, { field: name });
}

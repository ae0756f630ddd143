/** Why a port cannot be had, with the program that has it, for a command that listens on several. */
import { defaultDaemonPort } from '../../api/contract/torrents.ts';
import { portHolder } from '../../node/port-holder.ts';
import { ListenError } from '../../node/tcp-listener.ts';

export interface WantedPort {
  readonly port: number;
  /** What would listen: `the tracker`. */
  readonly user: string;
  /** The flag that chooses another. */
  readonly flag: string;
}

/** `error` itself unless it says that the port is taken. */
export function explainTakenPort(error: unknown, { port, user, flag }: WantedPort): unknown {
  if (!(error instanceof ListenError) || error.code !== 'EADDRINUSE') return error;
  const holder = portHolder('tcp', port) ?? portHolder('udp', port);
  const who = holder === undefined ? 'another program' : `${holder.name} (process ${holder.pid})`;
  return new ListenError(
    error.code,
    `port ${port} for ${user} is used by ${who}. Stop that, or choose another with ${flag}, or 0 for any.`,
  );
}

/** The same for a daemon, which listens for its clients and for peers. `flags` are what a user calls them. */
export function explainDaemonPort(
  error: unknown,
  ports: { readonly port?: number; readonly peerPort?: number },
  flags: { readonly api: string; readonly peers: string },
): unknown {
  const { port = defaultDaemonPort, peerPort } = ports;
  const isPeers = peerPort !== undefined && String(error).includes(`port ${peerPort}:`);
  return explainTakenPort(
    error,
    isPeers
      ? { port: peerPort, user: 'peers', flag: flags.peers }
      : { port, user: 'the page and the API', flag: flags.api },
  );
}

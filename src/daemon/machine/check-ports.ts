/** Whether a port can be listened on, for all of IPv6 and IPv4, and if not, whose it is. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { portHolder } from '../../node/port-holder.ts';
import { errorCode, socketCause } from '../../node/socket-cause.ts';
import { fine, type MachineCheck, trouble } from './machine-check.ts';

export interface PortQuestion {
  /** Of the check: `trackerPortTcp`. */
  readonly check: string;
  readonly transport: 'tcp' | 'udp';
  readonly port: number;
  /** Who would listen: `a tracker`. */
  readonly user: string;
  /** What to tell the user when it is taken: `run it with --port`. */
  readonly wayOut: string;
  /** The port is that of a tracker which answers: then it is taken for a good reason. */
  readonly trackerRuns: boolean;
}

export async function checkPort(question: PortQuestion): Promise<MachineCheck> {
  const { check, transport, port, user } = question;
  const kind = `${transport.toUpperCase()} port`;
  const what = port === 0 ? `a ${kind}` : `${kind} ${port}`;
  const failure = await tryListening(transport, port);
  if (failure === undefined) return fine(check, `${what} is free for ${user}`, { port });
  if (errorCode(failure) !== 'EADDRINUSE') {
    const message = `${what} cannot be listened on: ${socketCause(failure)}`;
    return trouble(check, message, question.wayOut, { port });
  }
  if (question.trackerRuns) {
    return fine(check, `${what} is used by the tracker of this machine`, { port });
  }
  const holder = portHolder(transport, port);
  if (holder !== undefined && /^shoal\b/.test(holder.name)) {
    const message = `${what} is used by ${holder.name} (process ${holder.pid})`;
    return fine(check, message, { port, pid: holder.pid });
  }
  const who =
    holder === undefined
      ? 'another program, perhaps of another user'
      : `${holder.name} (process ${holder.pid})`;
  return trouble(check, `${what} is used by ${who}`, `Stop that, or ${question.wayOut}`, {
    port,
    ...(holder === undefined ? {} : { pid: holder.pid }),
  });
}

/** Resolves with why not; undefined when it can be had. */
async function tryListening(transport: 'tcp' | 'udp', port: number): Promise<unknown> {
  const listen = transport === 'tcp' ? listenTcp : listenUdp;
  const failure = await listen('::', port);
  const code = errorCode(failure);
  const noIpv6 = code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL';
  return noIpv6 ? listen('0.0.0.0', port) : failure;
}

function listenTcp(host: string, port: number): Promise<unknown> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
}

function listenUdp(host: string, port: number): Promise<unknown> {
  return new Promise((resolve) => {
    const socket = createSocket(host === '::' ? 'udp6' : 'udp4');
    socket.once('error', (error) => {
      socket.close();
      resolve(error);
    });
    socket.bind({ address: host, port, exclusive: true }, () =>
      socket.close(() => resolve(undefined)),
    );
  });
}

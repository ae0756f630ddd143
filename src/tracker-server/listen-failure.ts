/** Why the tracker cannot listen, in a sentence that names the port and the way out. */
import { errorCode, socketCause } from '../node/socket-cause.ts';
import { ListenError } from '../node/tcp-listener.ts';

export function listenFailure(
  error: unknown,
  transport: 'TCP' | 'UDP',
  port: number,
  host: string | undefined,
): ListenError {
  const code = errorCode(error);
  const what = transport === 'TCP' ? `port ${port}` : `UDP port ${port}`;
  const option = transport === 'TCP' ? '--port' : '--udp-port';
  switch (code) {
    case 'EADDRINUSE':
      return new ListenError(
        code,
        `cannot listen on ${what}: another program uses it. Choose another with ${option}, or 0 for any.`,
      );
    case 'EACCES':
    case 'EPERM':
      return new ListenError(
        code,
        `cannot listen on ${what}: permission denied. Choose one above 1023 with ${option}, or 0 for any.`,
      );
    case 'EADDRNOTAVAIL':
      return new ListenError(code, `cannot listen on ${host}: this machine has no such address.`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ListenError(code, `cannot listen on ${host}: no host of that name.`);
    default:
      return new ListenError(code, `cannot listen on ${what}: ${socketCause(error)}.`);
  }
}

/**
 * Operating-system error codes of sockets, in words that finish the sentence "the connection was lost:".
 * Invariant: never empty, never a stack trace, never an address.
 */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by the peer',
  ECONNABORTED: 'connection aborted',
  ETIMEDOUT: 'timed out',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'network unreachable',
  ENETDOWN: 'network is down',
  EPIPE: 'closed by the peer',
  EADDRNOTAVAIL: 'address not available',
  EAFNOSUPPORT: 'address family not available on this machine',
  EMFILE: 'too many open files in this process',
  ENFILE: 'too many open files on this machine',
  ENOBUFS: 'out of network buffers',
  EACCES: 'not permitted by the system',
  EPERM: 'not permitted by the system',
  ERR_SOCKET_BAD_PORT: 'invalid port',
};

export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return 'EUNKNOWN';
}

/** `connection refused`, `timed out`, … */
export function socketCause(error: unknown): string {
  const code = errorCode(error);
  return words[code] ?? `network error ${code}`;
}

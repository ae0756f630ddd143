/**
 * Where a Redis or Valkey is: `redis://[user:password@]host[:port][/database]`, `rediss://` for TLS.
 * Invariant: no message and no name made here carries the user or the password.
 */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly database: number;
  readonly usesTls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** `host:port`, for people. */
  readonly name: string;
}

/** Something about the settings that trying again does not change; the message is for the operator. */
export class RedisSettingsError extends Error {
  override readonly name = 'RedisSettingsError';
}

/** Throws RedisSettingsError. */
export function parseRedisUrl(text: string): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isRedis = url?.protocol === 'redis:' || url?.protocol === 'rediss:';
  if (url === undefined || !isRedis || url.hostname === '') throw notAnAddress();
  if (url.search !== '' || url.hash !== '') throw notAnAddress();
  const database = url.pathname === '' || url.pathname === '/' ? '0' : url.pathname.slice(1);
  if (!/^[0-9]{1,5}$/.test(database)) throw notAnAddress();
  const port = url.port === '' ? 6379 : Number(url.port);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    database: Number(database),
    usesTls: url.protocol === 'rediss:',
    username: decoded(url.username),
    password: decoded(url.password),
    name: `${url.hostname}:${port}`,
  };
}

function decoded(part: string): string | undefined {
  if (part === '') return undefined;
  try {
    return decodeURIComponent(part);
  } catch {
    throw notAnAddress();
  }
}

function notAnAddress(): RedisSettingsError {
  return new RedisSettingsError(
    'that is no address of a Redis: expected redis://[user:password@]host[:port][/database], or rediss:// for TLS, with special characters of the password written as %41 and so on.',
  );
}

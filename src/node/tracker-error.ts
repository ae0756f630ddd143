/**
 * Why a tracker gave no usable answer: a stable code, and words without the URL that finish the
 * sentence "the tracker did not answer:". Every failure of the tracker clients passes through here.
 */
import type { TrackerFailure } from '../engine/ports.ts';
import { errorCode, socketCause } from './socket-cause.ts';

export type TrackerErrorCode =
  | 'TRACKER_BAD_URL'
  | 'TRACKER_FORBIDDEN'
  | 'TRACKER_UNRESOLVED'
  | 'TRACKER_REFUSED'
  | 'TRACKER_NETWORK'
  | 'TRACKER_TIMEOUT'
  | 'TRACKER_TLS'
  | 'TRACKER_HTTP'
  | 'TRACKER_REDIRECTS'
  | 'TRACKER_TOO_BIG'
  | 'TRACKER_BAD_REPLY'
  | 'TRACKER_NO_SCRAPE'
  | 'TRACKER_SAID_NO';

export class TrackerError extends Error {
  override readonly name = 'TrackerError';
  readonly code: TrackerErrorCode;
  readonly retryAfterMs: number | 'never' | undefined;

  constructor(code: TrackerErrorCode, message: string, retryAfterMs?: number | 'never') {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

const unresolvedWords: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no host of that name',
  EAI_AGAIN: 'the name server does not answer',
  ENODATA: 'the name has no address',
};

const certificateWords: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate chain is self-signed',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; is the clock of this machine right?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not signed by a known authority',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is not signed by a known authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not signed by a known authority',
};

/** Any error of resolving, connecting and reading, as a TrackerError. */
export function asTrackerError(error: unknown): TrackerError {
  if (error instanceof TrackerError) return error;
  const code = errorCode(error);
  const unresolved = unresolvedWords[code];
  if (unresolved !== undefined) return new TrackerError('TRACKER_UNRESOLVED', unresolved);
  const certificate = certificateWords[code];
  if (certificate !== undefined) return new TrackerError('TRACKER_TLS', certificate);
  if (code.startsWith('CERT_') || code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_')) {
    return new TrackerError('TRACKER_TLS', `no secure connection (${code})`);
  }
  if (code === 'EPROTO') return new TrackerError('TRACKER_TLS', 'it does not speak TLS here');
  if (code.startsWith('HPE_')) {
    return new TrackerError('TRACKER_BAD_REPLY', 'what answers there does not speak HTTP');
  }
  if (code === 'ECONNREFUSED') return new TrackerError('TRACKER_REFUSED', socketCause(error));
  if (code === 'ETIMEDOUT') return new TrackerError('TRACKER_TIMEOUT', 'timed out');
  return new TrackerError('TRACKER_NETWORK', socketCause(error));
}

export function toFailure(error: unknown): TrackerFailure {
  const { code, message, retryAfterMs } = asTrackerError(error);
  return { code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

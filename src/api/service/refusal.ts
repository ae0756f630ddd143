/** What the daemon refuses: a code that stays the same, and a sentence for people that names the way out. */
import type { DaemonFailureCode } from '../contract/torrents.ts';

/** HTTP status of each. */
export const refusalStatuses: Readonly<Record<DaemonFailureCode, number>> = {
  BAD_REQUEST: 400,
  BAD_TORRENT: 400,
  TOKEN_NEEDED: 401,
  TOKEN_WRONG: 401,
  FORBIDDEN_HOST: 403,
  FORBIDDEN_ORIGIN: 403,
  FORBIDDEN_DIR: 403,
  FORBIDDEN_URL: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  TORRENT_DUPLICATE: 409,
  TORRENT_STOPPED: 409,
  TORRENT_MOVING: 409,
  NO_METADATA: 409,
  CONFLICT: 409,
  NAME_TAKEN: 409,
  TRACKER_ABSENT: 409,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RANGE_NOT_SATISFIABLE: 416,
  DISK_FOLDER: 422,
  TOO_MANY_REQUESTS: 429,
  INTERNAL: 500,
  SOURCE_UNREACHABLE: 502,
  TRACKER_UNREACHABLE: 502,
  SHUTTING_DOWN: 503,
};

export interface RefusalDetails {
  /** Of the body or the query. */
  readonly field?: string;
  readonly retryAfterSeconds?: number;
  /** With TORRENT_DUPLICATE: the torrent that is here. */
  readonly hash?: string;
}

export class DaemonRefusal extends Error {
  override readonly name = 'DaemonRefusal';
  readonly code: DaemonFailureCode;
  readonly details: RefusalDetails;

  constructor(code: DaemonFailureCode, message: string, details: RefusalDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

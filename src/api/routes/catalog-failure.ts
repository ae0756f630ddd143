/**
 * Every refusal of the catalog's API: its code, its HTTP status and the words that go with it.
 * Invariant: what goes wrong inside is told to the log, never to the one who asked.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DecodeError } from '../../base/decode-error.ts';
import { CatalogStoreError } from '../../node/catalog/catalog-store.ts';
import type { ApiFailure, CatalogCandidate, CatalogFailureCode } from '../contract/catalog.ts';

const statuses: Readonly<Record<CatalogFailureCode, number>> = {
  BAD_REQUEST: 400,
  NOT_A_TORRENT: 400,
  TOKEN_NEEDED: 401,
  TOKEN_WRONG: 403,
  PRIVATE_TORRENT: 403,
  FORBIDDEN_HOST: 403,
  FORBIDDEN_ORIGIN: 403,
  NOT_FOUND: 404,
  CATALOG_ABSENT: 404,
  METHOD_NOT_ALLOWED: 405,
  AMBIGUOUS_NAME: 409,
  TOO_LARGE: 413,
  TOO_MANY_FILES: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  TOO_MANY_REQUESTS: 429,
  INTERNAL: 500,
  CATALOG_UNREACHABLE: 503,
  CATALOG_FULL: 507,
};

const retryUnreachableSeconds = 5;

export class CatalogRefusal extends Error {
  override readonly name = 'CatalogRefusal';
  readonly code: CatalogFailureCode;
  readonly retryAfterSeconds: number | undefined;
  readonly candidates: readonly CatalogCandidate[] | undefined;

  constructor(
    code: CatalogFailureCode,
    message: string,
    more: { retryAfterSeconds?: number; candidates?: readonly CatalogCandidate[] } = {},
  ) {
    super(message);
    this.code = code;
    this.retryAfterSeconds = more.retryAfterSeconds;
    this.candidates = more.candidates;
  }
}

/** The error handler of the catalog's routes. `onFailure` is told of what is not the asker's doing. */
export function sendFailure(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  onFailure?: (error: Error, target: string) => void,
): void {
  const refusal = refusalOf(error);
  const isOurs = refusal.code === 'INTERNAL' || refusal.code === 'CATALOG_UNREACHABLE';
  if (isOurs && error instanceof Error) onFailure?.(error, request.url);
  const { code, message, candidates, retryAfterSeconds } = refusal;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
  if (code === 'TOKEN_NEEDED') reply.header('www-authenticate', 'Bearer realm="catalog"');
  const body: ApiFailure = {
    error: { code, message, ...(candidates === undefined ? {} : { candidates }) },
  };
  reply.code(statuses[code]).type('application/json; charset=utf-8').send(body);
}

function refusalOf(error: unknown): CatalogRefusal {
  if (error instanceof CatalogRefusal) return error;
  if (error instanceof CatalogStoreError) return refusalOfStore(error);
  if (error instanceof DecodeError) {
    if (error.code === 'METAINFO_TOO_MANY_FILES') return tooManyFiles(error.message);
    return new CatalogRefusal(
      'NOT_A_TORRENT',
      `This is no torrent that can be listed: ${error.message}`,
    );
  }
  return refusalOfFramework(error);
}

export function tooManyFiles(what: string): CatalogRefusal {
  return new CatalogRefusal(
    'TOO_MANY_FILES',
    `The torrent has too many files: ${what}. Pack them into fewer, or ask the operator of the tracker for a higher limit`,
  );
}

function refusalOfStore(error: CatalogStoreError): CatalogRefusal {
  if (error.code === 'CATALOG_FULL') {
    return new CatalogRefusal(
      'CATALOG_FULL',
      'The catalog is full. Delete torrents that nobody needs, or ask the operator of the tracker for a higher limit',
    );
  }
  return new CatalogRefusal(
    'CATALOG_UNREACHABLE',
    'The catalog cannot be reached at the moment. Try again in a few seconds; the log of the tracker has the cause',
    { retryAfterSeconds: retryUnreachableSeconds },
  );
}

/** What Fastify and Node refuse before a route sees the request. */
function refusalOfFramework(error: unknown): CatalogRefusal {
  const { code, statusCode, message } = error as {
    code?: unknown;
    statusCode?: unknown;
    message?: unknown;
  };
  if (statusCode === 413) {
    return new CatalogRefusal(
      'TOO_LARGE',
      'The torrent is larger than this catalog takes. Make it with a larger piece length, or ask the operator of the tracker for a higher limit',
    );
  }
  if (statusCode === 415) {
    return new CatalogRefusal(
      'UNSUPPORTED_MEDIA_TYPE',
      'Send the .torrent itself as the body, with "Content-Type: application/x-bittorrent"',
    );
  }
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new CatalogRefusal(
      'BAD_REQUEST',
      `The request is malformed: ${String(message ?? code)}`,
    );
  }
  return new CatalogRefusal(
    'INTERNAL',
    'The tracker met an error of its own. It is in its log; please report it',
  );
}

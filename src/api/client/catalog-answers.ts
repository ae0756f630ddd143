/**
 * What a catalog answers, checked against the contract before anybody relies on it. Invariant: a
 * result holds the contract's keys with values of their types, and nothing else the server sent.
 */
import type {
  CatalogCandidate,
  CatalogDetail,
  CatalogEntry,
  CatalogFile,
  CatalogPage,
} from '../contract/catalog.ts';
import { AnswerMismatch, count, fields, hex, list, text, time } from './answer-fields.ts';

export function readPage(value: unknown): CatalogPage {
  const page = fields(value, 'the answer');
  return { entries: list(page, 'entries').map(readEntry), total: count(page, 'total') };
}

export function readEntry(value: unknown): CatalogEntry {
  const entry = fields(value, 'an entry');
  const infoHashV2 =
    entry.infoHashV2 === undefined ? {} : { infoHashV2: hex(entry, 'infoHashV2', 64) };
  return {
    id: count(entry, 'id'),
    infoHash: hex(entry, 'infoHash', 40),
    ...infoHashV2,
    name: text(entry, 'name'),
    lengthBytes: count(entry, 'lengthBytes'),
    fileCount: count(entry, 'fileCount'),
    pieceLength: count(entry, 'pieceLength'),
    publishedAt: time(entry, 'publishedAt'),
    seeders: count(entry, 'seeders'),
    leechers: count(entry, 'leechers'),
    downloads: count(entry, 'downloads'),
  };
}

export function readDetail(value: unknown): CatalogDetail {
  const detail = fields(value, 'the answer');
  const seeders = detail.seederAddresses;
  return {
    ...readEntry(detail),
    ...(detail.comment === undefined ? {} : { comment: text(detail, 'comment') }),
    ...(detail.createdBy === undefined ? {} : { createdBy: text(detail, 'createdBy') }),
    files: list(detail, 'files').map(readFile),
    ...(seeders === undefined
      ? {}
      : { seederAddresses: list(detail, 'seederAddresses').map(readAddress) }),
  };
}

export interface ReadFailure {
  readonly code: string;
  readonly message: string;
  readonly candidates: readonly CatalogCandidate[];
}

/** The body of a refusal; undefined when it is none of a catalog. */
export function readFailure(value: unknown): ReadFailure | undefined {
  try {
    const error = fields(fields(value, 'the answer').error, 'error');
    const code = text(error, 'code');
    if (!/^[A-Z][A-Z_]{1,40}$/.test(code)) return undefined;
    const candidates = error.candidates === undefined ? [] : list(error, 'candidates');
    return { code, message: text(error, 'message'), candidates: candidates.map(readCandidate) };
  } catch {
    return undefined;
  }
}

function readCandidate(value: unknown): CatalogCandidate {
  const candidate = fields(value, 'a candidate');
  return {
    id: count(candidate, 'id'),
    infoHash: hex(candidate, 'infoHash', 40),
    name: text(candidate, 'name'),
    lengthBytes: count(candidate, 'lengthBytes'),
  };
}

function readFile(value: unknown): CatalogFile {
  const file = fields(value, 'a file');
  return { path: text(file, 'path'), lengthBytes: count(file, 'lengthBytes') };
}

function readAddress(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new AnswerMismatch('an entry of "seederAddresses" is no text');
}

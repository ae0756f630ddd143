/** The one error of the catalog's client. */
import type { CatalogCandidate } from '../contract/catalog.ts';

export class CatalogError extends Error {
  override readonly name = 'CatalogError';
  /**
   * `CATALOG_` and the code of the API (`CATALOG_NOT_FOUND`, `CATALOG_TOKEN_NEEDED`, …), and besides:
   * CATALOG_UNREACHABLE (no or no complete answer; also the API's own), CATALOG_ABSENT (the server has
   * no catalog), CATALOG_BAD_ANSWER (it is not as the contract says).
   */
  readonly code: string;
  /** Of the HTTP answer; undefined when there was none. */
  readonly status: number | undefined;
  /** With CATALOG_AMBIGUOUS_NAME: whom the name may mean. */
  readonly candidates: readonly CatalogCandidate[];

  /** `message` names the server, the cause and the way out. Parts of it may be the server's words. */
  constructor(
    code: string,
    message: string,
    status?: number,
    more: { cause?: unknown; candidates?: readonly CatalogCandidate[] } = {},
  ) {
    super(message, more.cause === undefined ? {} : { cause: more.cause });
    this.code = code;
    this.status = status;
    this.candidates = more.candidates ?? [];
  }
}

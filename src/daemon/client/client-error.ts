/**
 * What went wrong around the client, other than a document that cannot be decoded (DecodeError).
 * `code` is stable; `message` names the thing, the cause and the way out.
 */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  /** Upper snake case: `SOURCE_NOT_FOUND`, `DISK_FULL`; or the operating system's code. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

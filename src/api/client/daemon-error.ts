/** The one error of the daemon's client. */
export class DaemonError extends Error {
  override readonly name = 'DaemonError';
  /**
   * `DAEMON_` and the code of the API (`DAEMON_NOT_FOUND`, `DAEMON_TOKEN_WRONG`, …), and besides:
   * DAEMON_UNREACHABLE (no or no complete answer), DAEMON_ABSENT (what answers is no daemon),
   * DAEMON_BAD_ANSWER (it is not as the contract says), DAEMON_TOKEN_UNREADABLE (its file is there, and
   * not for us).
   */
  readonly code: string;
  /** Of the HTTP answer; undefined when there was none. */
  readonly status: number | undefined;

  /** `message` names the thing, the cause and the way out. Parts of it may be the server's words. */
  constructor(code: string, message: string, status?: number, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.status = status;
  }
}

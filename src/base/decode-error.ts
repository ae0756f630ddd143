/**
 * The one error that untrusted documents and packets throw, at the boundary where they are decoded.
 * `code` is stable and documented; `message` names what is wrong and where.
 */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  /** Stable, upper snake case, prefixed by the codec: `BENCODE_DEPTH`, `METAINFO_BAD_PATH`. */
  readonly code: string;
  /** Byte offset in the input at which decoding failed; undefined where no single byte is at fault. */
  readonly offset: number | undefined;

  /** `hint` is a sentence on what the cause may be or what to do, shown after the place. */
  constructor(code: string, message: string, offset?: number, hint?: string) {
    const place = offset === undefined ? message : `${message} at byte ${offset}`;
    super(hint === undefined ? place : `${place}. ${hint}`);
    this.code = code;
    this.offset = offset;
  }
}

/**
 * By what a file is known to be unchanged: its length and the time of its last modification.
 * On disk 16 bytes each, big-endian: the length, then the time as a double, because file systems
 * give fractions of a millisecond and every bit of them counts.
 */
export interface FileStamp {
  readonly lengthBytes: number;
  /** Ms since 1970, with fractions. */
  readonly mtimeMs: number;
}

const stampBytes = 16;
/** In the place of a length: the file did not exist. */
const missing = 0xffff_ffff_ffff_ffffn;

/** Undefined, for a file that does not exist, only equals undefined. */
export function sameStamp(a: FileStamp | undefined, b: FileStamp | undefined): boolean {
  return a?.lengthBytes === b?.lengthBytes && a?.mtimeMs === b?.mtimeMs;
}

export function encodeStamps(stamps: readonly (FileStamp | undefined)[]): Uint8Array {
  const bytes = new Uint8Array(stamps.length * stampBytes);
  const view = new DataView(bytes.buffer);
  stamps.forEach((stamp, i) => {
    view.setBigUint64(i * stampBytes, stamp === undefined ? missing : BigInt(stamp.lengthBytes));
    view.setFloat64(i * stampBytes + 8, stamp?.mtimeMs ?? 0);
  });
  return bytes;
}

/** Undefined when the value is not `count` stamps. */
export function decodeStamps(value: unknown, count: number): (FileStamp | undefined)[] | undefined {
  if (!(value instanceof Uint8Array) || value.length !== count * stampBytes) return undefined;
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  const stamps: (FileStamp | undefined)[] = [];
  for (let i = 0; i < count; i++) {
    const length = view.getBigUint64(i * stampBytes);
    const mtimeMs = view.getFloat64(i * stampBytes + 8);
    if (length === missing) stamps.push(undefined);
    else if (length > BigInt(Number.MAX_SAFE_INTEGER) || !Number.isFinite(mtimeMs))
      return undefined;
    else stamps.push({ lengthBytes: Number(length), mtimeMs });
  }
  return stamps;
}

/**
 * Heads of the tracker's HTTP answers (RFC 9112), made once and copied in front of each answer. The
 * length of the body stands right-aligned in a field of fixed width at the end (spaces in front of a
 * value mean nothing, RFC 9110, 5.5), so that it can be written once the body is.
 */
import { encodeLatin1 } from '../base/text.ts';
import { writeNumberBackwards } from './ascii-bytes.ts';

/** What becomes of the connection; a client of HTTP/1.0 has to be told that it stays. */
export type ConnectionFate = 'stays' | 'stays-for-1.0' | 'closes';

const lengthDigits = 8;
const endOfHead = '\r\n\r\n';

const fateFields: Readonly<Record<ConnectionFate, string>> = {
  stays: '',
  'stays-for-1.0': 'Connection: keep-alive\r\n',
  closes: 'Connection: close\r\n',
};

/** `status` is number and words; `moreFields` are lines with their ends. */
export function makeResponseHead(
  status: string,
  fate: ConnectionFate,
  moreFields = '',
): Uint8Array<ArrayBuffer> {
  return encodeLatin1(
    `HTTP/1.1 ${status}\r\n` +
      'Content-Type: text/plain\r\n' +
      'Cache-Control: no-store\r\n' +
      'X-Content-Type-Options: nosniff\r\n' +
      moreFields +
      fateFields[fate] +
      `Content-Length: ${'0'.padStart(lengthDigits)}${endOfHead}`,
  );
}

/** Sets the length of the body in a copied head that ends at `headEnd`. */
export function setBodyLength(bytes: Uint8Array, headEnd: number, length: number): void {
  writeNumberBackwards(bytes, headEnd - endOfHead.length, length);
}

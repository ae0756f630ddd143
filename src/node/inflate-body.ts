/**
 * Undoes the content encoding of an HTTP body, within a limit on what comes out.
 * Invariant: no more than the limit is ever inflated, however small the input.
 */
import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw } from 'node:zlib';
import { errorCode } from './socket-cause.ts';
import { TrackerError } from './tracker-error.ts';

const decoders = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  rawDeflate: promisify(inflateRaw),
};

/** `encoding` is the value of Content-Encoding. Rejects with TrackerError. */
export async function inflateBody(
  body: Uint8Array,
  encoding: string | undefined,
  limitBytes: number,
): Promise<Uint8Array> {
  const name = (encoding ?? 'identity').trim().toLowerCase();
  if (name === 'identity' || name === '' || body.length === 0) return body;
  const decode = decoderFor(name, body);
  if (decode === undefined) {
    throw new TrackerError('TRACKER_BAD_REPLY', 'the answer has an encoding nobody asked for');
  }
  try {
    return await decode(body, { maxOutputLength: limitBytes });
  } catch (error) {
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE') {
      throw new TrackerError(
        'TRACKER_TOO_BIG',
        `the answer inflates to more than ${Math.round(limitBytes / 1024)} KiB`,
      );
    }
    throw new TrackerError('TRACKER_BAD_REPLY', 'the compressed answer is damaged');
  }
}

function decoderFor(name: string, body: Uint8Array): typeof decoders.gzip | undefined {
  if (name === 'gzip' || name === 'x-gzip') return decoders.gzip;
  if (name !== 'deflate') return undefined;
  // Servers disagree whether "deflate" has the two bytes of a zlib header in front (RFC 9110, 8.4.1.2).
  const hasZlibHeader =
    body.length >= 2 && (body[0]! & 0x0f) === 8 && ((body[0]! << 8) | body[1]!) % 31 === 0;
  return hasZlibHeader ? decoders.deflate : decoders.rawDeflate;
}

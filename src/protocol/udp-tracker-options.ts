/**
 * The options that may follow a UDP announce request (BEP 41): path and query of the tracker's URL.
 * Reading stops at EndOfOptions or at the end of the packet; unknown options are skipped by length.
 */
const endOfOptions = 0x0;
const noOperation = 0x1;
const urlDataOption = 0x2;
const longestChunk = 255;

/** URLData chunks of at most 255 bytes; an empty string becomes one empty option, as BEP 41 allows. */
export function encodeUrlDataOption(urlData: Uint8Array): Uint8Array {
  const chunks = Math.max(1, Math.ceil(urlData.length / longestChunk));
  const encoded = new Uint8Array(urlData.length + 2 * chunks);
  let write = 0;
  for (let chunk = 0; chunk < chunks; chunk++) {
    const part = urlData.subarray(chunk * longestChunk, (chunk + 1) * longestChunk);
    encoded[write] = urlDataOption;
    encoded[write + 1] = part.length;
    encoded.set(part, write + 2);
    write += 2 + part.length;
  }
  return encoded;
}

/**
 * Path and query as the client sent them, all URLData chunks joined; undefined when there is none.
 * A last option that claims more bytes than the packet holds is ignored.
 */
export function decodeUrlDataOption(packet: Uint8Array, offset: number): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let lengthBytes = 0;
  let read = offset;
  while (read < packet.length) {
    const type = packet[read]!;
    if (type === endOfOptions) break;
    if (type === noOperation) {
      read++;
      continue;
    }
    const end = read + 2 + (packet[read + 1] ?? Number.POSITIVE_INFINITY);
    if (end > packet.length) break;
    if (type === urlDataOption) {
      parts.push(packet.subarray(read + 2, end));
      lengthBytes += end - read - 2;
    }
    read = end;
  }
  if (parts.length === 0) return undefined;
  const urlData = new Uint8Array(lengthBytes);
  let write = 0;
  for (const part of parts) {
    urlData.set(part, write);
    write += part.length;
  }
  return urlData;
}

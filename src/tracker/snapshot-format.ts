/**
 * How swarms are written to a file: a head, then chunks, the last of which is an end mark. Each chunk
 * has a number and a checksum, so a torn, cut or reordered file is known at its first bad chunk, and
 * what came before is good. Nothing depends on the memory that it was taken from. Integers big-endian.
 *
 * head: 8 bytes of name, version (2), flags (2; bit 0: whole peer ids), milliseconds a unit of age (4),
 *   CRC-32C of these (4)
 * chunk: type (1), bytes of payload (3), number from 0 (4), payload, CRC-32C of all these (4)
 * payload of swarms: groups of info-hash (20), downloads (4), address length 4 or 16 (1), count (3), rows
 * row: address, port (2), age in units with bit 15 for a seeder and bit 14 for a counted download (2),
 *   client (8) or peer id (20)
 * payload of the end: groups (4), rows (4)
 *
 * Peers of one swarm may be in several groups; a group without rows keeps an empty swarm's downloads.
 */
export const snapshotName = Uint8Array.of(0x53, 0x68, 0x6f, 0x61, 0x6c, 0x53, 0x77, 0x6d);
export const snapshotVersion = 1;
export const headBytes = 20;
export const wholePeerIds = 1;

export const chunkHeadBytes = 8;
export const checksumBytes = 4;
export const swarmsChunk = 1;
export const endChunk = 2;
/** Of a whole chunk. */
export const maxChunkBytes = 64 * 1024;

export const groupHeadBytes = 28;
export const rowSeeder = 0x8000;
export const rowCounted = 0x4000;
export const rowMaxAge = 0x3fff;

/** Of a row, for an address of 4 or 16 bytes. */
export function rowBytes(addressBytes: number, hasPeerIds: boolean): number {
  return addressBytes + 4 + (hasPeerIds ? 20 : 8);
}

/** The two digests BitTorrent uses, as a port: the pure layers compute nothing cryptographic themselves. */
export interface Hashes {
  /** 20 bytes. */
  sha1(bytes: Uint8Array): Uint8Array;
  /** 32 bytes. */
  sha256(bytes: Uint8Array): Uint8Array;
}

/** The id byte of every peer message (BEP 3, 5, 6, 10, 52). */

export const CHOKE = 0;
export const UNCHOKE = 1;
export const INTERESTED = 2;
export const NOT_INTERESTED = 3;
export const HAVE = 4;
export const BITFIELD = 5;
export const REQUEST = 6;
export const PIECE = 7;
export const CANCEL = 8;
/** BEP 5. */
export const PORT = 9;
/** BEP 6, to ALLOWED_FAST. */
export const SUGGEST = 13;
export const HAVE_ALL = 14;
export const HAVE_NONE = 15;
export const REJECT = 16;
export const ALLOWED_FAST = 17;
/** BEP 10. */
export const EXTENDED = 20;
/** BEP 52, to HASH_REJECT. */
export const HASH_REQUEST = 21;
export const HASHES = 22;
export const HASH_REJECT = 23;

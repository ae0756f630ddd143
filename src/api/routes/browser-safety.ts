/**
 * What every answer tells a browser. Invariant: no scripts but those of the daemon's own page, no frames,
 * no guessing of types, nothing told to other sites.
 */
const always = {
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Of what is no page. */
export const apiHeaders = {
  ...always,
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'cache-control': 'no-store',
};

const ownPage =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "font-src 'self'; media-src 'self'; manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; " +
  "base-uri 'none'; form-action 'self'";

/** Pages of others (VueTorrent, Flood) write styles into their elements, and show blobs. */
const foreignPage =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
  "connect-src 'self'; font-src 'self' data:; media-src 'self' blob:; manifest-src 'self'; " +
  "worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

export function pageHeaders(isForeign: boolean): Readonly<Record<string, string>> {
  return { ...always, 'content-security-policy': isForeign ? foreignPage : ownPage };
}

/** A document with one style of its own and nothing else; `styleHash` is base64 of its SHA-256. */
export function documentHeaders(styleHash: string): Readonly<Record<string, string>> {
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;
  return { ...always, 'content-security-policy': policy, 'cache-control': 'no-store' };
}

/** A stranger's file: whatever it is, it is shown or played without scripts and in no origin. */
export const strangerHeaders = {
  ...always,
  'content-security-policy':
    "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'cache-control': 'private, no-cache',
};

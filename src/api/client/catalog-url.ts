/** Where the catalog of a tracker is, told from its announce URL: at the root of the same server. */
import { CatalogError } from './catalog-error.ts';

/** TLS stays TLS; a UDP tracker's pages are, by custom, under the same port number over TCP. */
const httpSchemes: Readonly<Record<string, string>> = {
  'http:': 'http:',
  'https:': 'https:',
  'ws:': 'http:',
  'wss:': 'https:',
  'udp:': 'http:',
};

/** `http://host:port`, without path, user or password. Throws CatalogError. */
export function catalogUrlOf(announceUrl: string): string {
  let url: URL | undefined;
  try {
    // For the parser udp: has no special syntax; read as http: its host is checked like any other.
    url = new URL(announceUrl.trim().replace(/^udp:/i, 'http:'));
  } catch {
    // Told below.
  }
  const scheme = url && httpSchemes[url.protocol];
  if (!url || scheme === undefined) {
    throw new CatalogError(
      'CATALOG_BAD_URL',
      `${announceUrl} is no URL of a tracker. One looks like http://127.0.0.1:6969/announce`,
    );
  }
  return `${scheme}//${url.host}`;
}

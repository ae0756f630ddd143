/**
 * Whether a request means this server by a name that only its owner can give it, and comes from no page
 * of another site: what stands between a browser inside a network and pages from elsewhere (DNS
 * rebinding, forged requests). X-Forwarded-Host counts for nothing.
 */
import { parseIp } from '../../base/ip-address.ts';

/** `host` is a Host header: localhost, an IP address or one of `names`, perhaps with a port. */
export function isOwnHost(host: string | undefined, names: readonly string[]): boolean {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+))(?::[0-9]{1,5})?$/i.exec(host ?? '');
  if (match === null) return false;
  const [, ipv6, name = ''] = match;
  if (ipv6 !== undefined) return parseIp(ipv6)?.length === 16;
  const lower = name.toLowerCase();
  return (
    lower === 'localhost' ||
    parseIp(lower) !== undefined ||
    names.some((known) => known.toLowerCase() === lower)
  );
}

/** What a browser says of the page that asks. */
export interface AskingPage {
  readonly origin: string | undefined;
  /** Of the header Sec-Fetch-Site. */
  readonly fetchSite: string | undefined;
  readonly host: string | undefined;
}

/** True also for programs, which say nothing of a page. */
export function isOwnPage({ origin, fetchSite, host }: AskingPage): boolean {
  const isForeignSite =
    fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none';
  return !isForeignSite && (origin === undefined || isOrigin(origin, host));
}

/** Of a request line that names a whole URL. */
export function authorityOf(url: string): string | undefined {
  return url.startsWith('/') ? undefined : /^https?:\/\/([^/?#]*)/i.exec(url)?.[1];
}

function isOrigin(origin: string, host: string | undefined): boolean {
  const authority = /^https?:\/\/([^/?#@\s]+)$/i.exec(origin)?.[1];
  return authority !== undefined && authority.toLowerCase() === host?.toLowerCase();
}

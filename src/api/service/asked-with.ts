/** What a request says of who asks, out of its head alone, for DaemonAccess to judge. */
import type { IncomingMessage } from 'node:http';
import { parseIp, unmapIpv4 } from '../../base/ip-address.ts';
import type { AskedWith } from './daemon-access.ts';
import { authorityOf } from './own-host.ts';

const unknownAddress = new Uint8Array(4);

export function askedWith({ headers, socket, url = '' }: IncomingMessage): AskedWith {
  const address = parseIp(socket.remoteAddress?.split('%')[0] ?? '') ?? unknownAddress;
  return {
    address: unmapIpv4(address),
    authorization: headers.authorization,
    hosts: [headers.host, authorityOf(url)],
    origin: headers.origin,
    fetchSite: headers['sec-fetch-site']?.toString(),
    session: undefined,
  };
}

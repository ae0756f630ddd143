/** What clients and browsers send to a tracker's HTTP port, for mutation. */
import { encodeLatin1 } from '../../src/base/text.ts';
import { buildAnnounceUrl } from '../../src/protocol/http-tracker-url.ts';
import { announceParameters, queryTokens } from './tracker-targets.ts';

const announce = buildAnnounceUrl('/announce', announceParameters);
const scrape = `/scrape?info_hash=${'%01'.repeat(20)}`;
const get = (target: string, ...headers: readonly string[]) =>
  encodeLatin1(`GET ${target} HTTP/1.1\r\n${['Host: localhost', ...headers].join('\r\n')}\r\n\r\n`);

export const httpSamples: readonly Uint8Array[] = [
  get(announce),
  get(`${announce}&compact=0&ip=10.0.0.1`, 'X-Forwarded-For: 1.2.3.4', 'User-Agent: x'),
  get(announce, 'Connection: close'),
  get(scrape),
  get(scrape, 'Connection: keep-alive', 'Accept: */*'),
  get('/stats.json'),
  get('/stats?q=a&sort=peers'),
  get('/health'),
  get('/metrics'),
  get('/catalog'),
  get('/announce', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'),
  encodeLatin1(`GET ${announce} HTTP/1.0\r\n\r\n`),
  encodeLatin1(`HEAD /stats HTTP/1.1\r\nHost: h\r\n\r\n`),
  encodeLatin1('POST /catalog HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nd1:a'),
  encodeLatin1(
    'POST /catalog HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nd1:a\r\n0\r\n\r\n',
  ),
];

export const httpTokens: readonly string[] = [
  ...queryTokens,
  ...['GET ', 'HEAD ', 'POST ', ' HTTP/1.1\r\n', ' HTTP/1.0\r\n', '\r\n', '\r\n\r\n', '\n\n'],
  ...['Host: ', 'Connection: ', 'Content-Length: ', 'Transfer-Encoding: chunked\r\n', 'close'],
  ...['X-Forwarded-For: ', 'Expect: 100-continue\r\n', 'Upgrade: websocket\r\n', ' ', ':'],
];

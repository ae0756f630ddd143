/** Requests to every route of the daemon's API, for mutation; see live-dialect for the words in capitals. */
import { encodeUtf8 } from '../../src/base/text.ts';
import { message } from './http-message.ts';

const json = (line: string, value: unknown) => message(line, JSON.stringify(value));
const torrents = '/api/v1/torrents';
const one = `${torrents}/HASH0`;

const reads = [
  ...['health', 'session', 'settings', 'events', 'speed?seconds=3600', 'folders', 'tracker'],
  ...['events?since=3&intervalMs=250', 'folders?path=INSIDE', 'folders?path=OUTSIDE', 'catalog'],
  ...['folders?path=%2e%2e%2foutside', 'catalog/HASH0', 'catalog/HASH0/torrent', 'shares/SHARE0'],
  ...[
    'torrents',
    'torrents/HASH0',
    'torrents/HASH9',
    'torrents/HASH0/files',
    'torrents/HASH2/peers',
  ],
  ...['torrents/HASH3/pieces', 'torrents/HASH1/trackers', 'torrents/HASH4/speed?seconds=60'],
  ...[
    'torrents/HASH0/torrent',
    'torrents/HASH9/torrent',
    'torrents/HASH5',
    'torrents/HASH6/files/0',
  ],
].map((path) => `GET /api/v1/${path}\n\n`);

const ranges = ['bytes=0-9', 'bytes=-5', 'bytes=39999-', 'bytes=50000-', 'bytes=0-1,3-4'].map(
  (range, index) => `GET ${torrents}/HASH${index % 4}/files/0\nRange: ${range}\nIf-Range: "x"\n\n`,
);

const actions = ['start', 'force-start', 'stop', 'verify', 'reannounce'].flatMap((word, index) => [
  `POST ${torrents}/HASH${index}/${word}\n\n`,
  json(`POST ${torrents}/actions`, { action: word, hashes: ['HASH0', 'HASH5', 'HASH6', 'HASH9'] }),
]);

const adding = [
  message(
    `POST ${torrents}?paused=true&label=a&skip=0,2-3`,
    'TORRENT0',
    'application/x-bittorrent',
  ),
  message(`POST ${torrents}?dir=ALLOWED`, 'TORRENT3', 'application/x-bittorrent'),
  message(`POST ${torrents}?dir=INSIDE/link`, 'TORRENT6', 'application/x-bittorrent'),
  message(
    `POST ${torrents}?dir=..&tracker=http://127.0.0.1:7/a`,
    'TORRENT1',
    'application/x-bittorrent',
  ),
  json(`POST ${torrents}`, {
    source: 'magnet:?xt=urn:btih:HASH2&dn=x&x.pe=127.0.0.1:9&so=0',
    dir: 'ALLOWED/films',
    paused: false,
    trackers: ['http://127.0.0.1:9/announce'],
    labels: ['a', 'b c'],
    category: 'films/old',
    sequential: true,
    downLimit: 5000,
    upLimit: null,
    skip: [1],
  }),
  json(`POST ${torrents}`, { source: 'http://127.0.0.1:9/x.torrent' }),
  json(`POST ${torrents}`, { source: 'http://10.255.255.1/x.torrent', dir: 'OUTSIDE' }),
  json(`POST ${torrents}`, { source: '0123456789abcdef0123456789abcdef01234567', dir: 'link/x' }),
];

const changing = [
  json(`PATCH ${one}`, {
    labels: ['x', 'y'],
    category: null,
    sequential: true,
    forced: false,
    downLimit: 1000,
    upLimit: null,
    seedRatio: 'unlimited',
    seedTimeSeconds: 10,
  }),
  json(`PATCH ${torrents}/HASH2`, { seedRatio: 1.5, seedTimeSeconds: 'unlimited', category: 'c' }),
  `DELETE ${one}\n\n`,
  `DELETE ${torrents}/HASH3?data=true\n\n`,
  `DELETE ${torrents}/HASH6?data=true\n\n`,
  json(`POST ${torrents}/actions`, { action: 'remove-with-data', hashes: ['HASH5', 'HASH6'] }),
  json(`POST ${torrents}/actions`, { action: 'stop', hashes: 'all' }),
  json(`POST ${one}/move`, { dir: 'ALLOWED/films' }),
  json(`POST ${one}/move`, { dir: 'INSIDE' }),
  json(`POST ${torrents}/HASH4/move`, { dir: 'inner/deeper', data: true }),
  json(`POST ${torrents}/HASH4/move`, { dir: 'OUTSIDE' }),
  json(`POST ${torrents}/HASH1/move`, { dir: 'link', data: false }),
  json(`POST ${torrents}/HASH1/move`, { dir: 'INSIDE', data: false }),
  json(`POST ${one}/rename`, { path: 'alpha', name: 'beta' }),
  json(`POST ${one}/rename`, { path: 'alpha', name: 'link' }),
  json(`POST ${one}/rename`, { path: 'alpha/deep', name: 'shallow' }),
  json(`POST ${torrents}/HASH1/rename`, { path: 'beta.bin', name: 'alpha' }),
  json(`POST ${torrents}/HASH4/queue`, { to: 'top' }),
  json(`POST ${torrents}/HASH4/queue`, { to: 'down' }),
  json(`PATCH ${one}/files`, {
    ranges: [
      { first: 0, last: 1, priority: 'skip' },
      { first: 2, last: 2, priority: 'high' },
    ],
  }),
  json(`POST ${one}/peers`, { peers: ['127.0.0.1:9', '[::1]:6881'] }),
  json(`PUT ${one}/trackers`, {
    tiers: [['http://127.0.0.1:9/announce'], ['http://127.0.0.1:7/a', 'http://127.0.0.1:8/a']],
  }),
];

const settings = [
  json('PATCH /api/v1/settings', {
    dir: 'INSIDE/inner',
    downLimit: 1000,
    upLimit: 1,
    alternative: {
      enabled: true,
      downLimit: 1,
      upLimit: null,
      schedule: { enabled: true, from: '08:00', to: '23:59', days: [0, 6] },
    },
    maxActiveDownloads: 0,
    maxActiveSeeds: 2,
    seedRatio: 0,
    seedTimeSeconds: 1,
    maxPeers: 10,
    startAdded: false,
    tracker: 'http://127.0.0.1:9/announce',
  }),
  json('PATCH /api/v1/settings', {
    fixed: { watchDir: 'OUTSIDE', onComplete: true, allowDirs: ['/'] },
  }),
  json('PATCH /api/v1/settings', { watchDir: 'OUTSIDE', onComplete: ['/bin/sh'], peerPort: 1 }),
  json('POST /api/v1/login', { password: 'not the token of this daemon' }),
  'POST /api/v1/logout\nCookie: shoal_session=0123456789abcdef0123456789abcdef\n\n',
];

const shares = [
  json('POST /api/v1/shares', { path: 'alpha', private: true, pieceLength: 16384, comment: 'x' }),
  json('POST /api/v1/shares', { path: 'OUTSIDE' }),
  json('POST /api/v1/shares', { path: 'link/deep', trackers: [] }),
  json('POST /api/v1/shares', {
    name: 'sent',
    trackers: [],
    files: [
      { path: 'a.txt', lengthBytes: 5 },
      { path: 'b/../c', lengthBytes: 1 },
    ],
  }),
  json('POST /api/v1/shares', {
    name: 'one',
    trackers: [],
    files: [{ path: 'a.txt', lengthBytes: 5 }],
  }),
  json('POST /api/v1/shares', { name: '../up', files: [{ path: '../../x', lengthBytes: 5 }] }),
  message('PUT /api/v1/shares/SHARE0/files/0', 'hello', 'application/octet-stream'),
  message('PUT /api/v1/shares/SHARE0/files/1', 'h', 'text/plain'),
  'DELETE /api/v1/shares/SHARE0\n\n',
];

const pages = [
  ...['/', '/api/openapi.json', '/api/docs', '/metrics', '/assets/..%2f..%2f..%2fpackage.json'],
  ...['/..%2f..%2ftoken', '/%2e%2e/%2e%2e/etc/passwd', '/index.html', '//x', '/api/v1/', '/\xff'],
].map((path) => `GET ${path}\nAccept-Encoding: gzip, br\n\n`);

const elsewhere = [
  `GET ${torrents}\nOrigin: http://evil.example\n\n`,
  `GET ${torrents}\nSec-Fetch-Site: cross-site\n\n`,
  `OPTIONS ${torrents}\nOrigin: null\nAccess-Control-Request-Method: DELETE\n\n`,
  `PUT ${torrents}\n\n`,
  `HEAD ${torrents}/HASH0/files/0\n\n`,
];

export const apiSamples: readonly Uint8Array[] = [
  ...[...reads, ...ranges, ...actions, ...adding, ...changing, ...settings],
  ...[...shares, ...pages, ...elsewhere],
].map(encodeUtf8);

export const apiTokens: readonly string[] = [
  ...['HASH0', 'HASH1', 'HASH2', 'HASH3', 'HASH4', 'HASH5', 'HASH6', 'HASH9', 'SHARE0', 'INSIDE'],
  ...[
    'ALLOWED',
    'OUTSIDE',
    'DATADIR',
    'TORRENT0',
    'TORRENT2',
    '/',
    '?',
    '&',
    '=',
    '%',
    '%00',
    '%2e',
  ],
  ...['%2f', '..', '../', '%ff', '{', '}', '[', ']', '"', ':', ',', 'null', 'true', '1e999', '-1'],
  ...['99999999999999999999', '\\u0000', '\\ud800', 'GET ', 'POST ', 'DELETE ', 'PATCH ', 'PUT '],
  ...[
    '/api/v1/',
    'torrents',
    '/files/',
    '?data=true',
    'Range: bytes=',
    '\n',
    '\n\n',
    'magnet:?xt=',
  ],
  ...[
    'Content-Type: ',
    'application/json',
    'application/x-bittorrent',
    ';charset=utf-16',
    'text/plain',
  ],
];

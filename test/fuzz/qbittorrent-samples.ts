/** Requests of qBittorrent's Web API, every method of it, for mutation; capitals as in live-dialect. */
import { encodeUtf8 } from '../../src/base/text.ts';
import { message } from './http-message.ts';

const formType = 'application/x-www-form-urlencoded';
const get = (path: string) => `GET /api/v2/${path}\n\n`;
const post = (path: string, form = '') => message(`POST /api/v2/${path}`, form, formType);

const multipart = (parts: readonly string[]) =>
  message(
    'POST /api/v2/torrents/add',
    `${parts.map((part) => `--X\r\nContent-Disposition: form-data; ${part}\r\n`).join('')}--X--\r\n`,
    'multipart/form-data; boundary=X',
  );
const field = (name: string, value: string) => `name="${name}"\r\n\r\n${value}`;
const file = (name: string, bytes: string) =>
  `name="torrents"; filename="${name}"\r\nContent-Type: application/x-bittorrent\r\n\r\n${bytes}`;

const reads = [
  ...[
    'app/webapiVersion',
    'app/version',
    'app/buildInfo',
    'app/preferences',
    'app/defaultSavePath',
  ],
  ...[
    'app/getDirectoryContent?dirPath=INSIDE',
    'app/getDirectoryContent?dirPath=OUTSIDE&mode=dirs',
  ],
  ...[
    'transfer/info',
    'transfer/speedLimitsMode',
    'transfer/downloadLimit',
    'log/main?last_known_id=1',
  ],
  ...['log/peers', 'rss/items', 'search/status', 'sync/maindata?rid=0', 'sync/maindata?rid=3'],
  ...['sync/torrentPeers?hash=HASH0&rid=1', 'torrents/count', 'torrents/properties?hash=HASH1'],
  ...['torrents/info?filter=active&sort=name&reverse=true&limit=2&offset=-1&tag=a&category='],
  ...['torrents/info?hashes=HASH0|HASH9', 'torrents/files?hash=HASH0&indexes=0|2'],
  ...[
    'torrents/trackers?hash=HASH0',
    'torrents/webseeds?hash=HASH0',
    'torrents/pieceStates?hash=HASH3',
  ],
  ...[
    'torrents/categories',
    'torrents/tags',
    'torrents/uploadLimit?hashes=all',
    'torrents/export?hash=HASH9',
  ],
  ...['torrents/export?hash=HASH0', 'auth/login', 'torrents/delete?hashes=all', 'no/such'],
].map(get);

const simple = [
  ...['start', 'resume', 'stop', 'pause', 'recheck', 'reannounce', 'topPrio', 'bottomPrio'],
  ...['increasePrio', 'decreasePrio', 'toggleSequentialDownload', 'toggleFirstLastPiecePrio'],
].map((name, index) => post(`torrents/${name}`, `hashes=HASH${index % 7}|HASH${(index + 2) % 7}`));

const writes: readonly (readonly [string, string?])[] = [
  ['delete', 'hashes=HASH0&deleteFiles=true'],
  ['delete', 'hashes=HASH5|HASH6&deleteFiles=true'],
  ['delete', 'hashes=HASH2&deleteFiles=false'],
  ['setForceStart', 'hashes=HASH4&value=true'],
  ['setShareLimits', 'hashes=HASH0&ratioLimit=-2&seedingTimeLimit=5&inactiveSeedingTimeLimit=-1'],
  ['setDownloadLimit', 'hashes=all&limit=1000'],
  ['setUploadLimit', 'hashes=HASH0&limit=-1'],
  ['setLocation', 'hashes=HASH4&location=ALLOWED/films'],
  ['setLocation', 'hashes=HASH4&location=INSIDE'],
  ['setLocation', 'hashes=HASH0&location=OUTSIDE'],
  ['setSavePath', 'id=HASH1&path=INSIDE/link'],
  ['rename', 'hash=HASH0&name=renamed'],
  ['rename', 'hash=HASH0&name=alpha'],
  ['renameFile', 'hash=HASH0&oldPath=alpha/a.bin&newPath=alpha/b.bin'],
  ['renameFolder', 'hash=HASH0&oldPath=alpha/deep&newPath=alpha/../../up'],
  ['filePrio', 'hash=HASH0&id=0|1&priority=7'],
  ['addTrackers', 'hash=HASH0&urls=http://127.0.0.1:9/x%0Ahttp://127.0.0.1:7/a'],
  ['editTracker', 'hash=HASH0&origUrl=http://127.0.0.1:9/announce&newUrl=http://127.0.0.1:9/y'],
  ['removeTrackers', 'hash=HASH0&urls=http://127.0.0.1:9/x|http%3A%2F%2F127.0.0.1%3A7%2Fa'],
  ['addPeers', 'hashes=HASH0|HASH3&peers=127.0.0.1:9|[::1]:9'],
  ['createCategory', 'category=films&savePath=ALLOWED'],
  ['createCategory', 'category=evil&savePath=OUTSIDE'],
  ['editCategory', 'category=films&savePath='],
  ['setCategory', 'hashes=HASH0&category=films'],
  ['removeCategories', 'categories=films%0Aevil'],
  ['createTags', 'tags=a,b'],
  ['addTags', 'hashes=HASH0&tags=a,c'],
  ['setTags', 'hashes=HASH0&tags='],
  ['removeTags', 'hashes=all&tags=a'],
  ['deleteTags', 'tags=a,b,c'],
  ['add', 'urls=magnet:?xt=urn:btih:HASH1%26dn=x%0AHASH2&savepath=ALLOWED&paused=true&tags=q'],
  ['add', 'urls=http://127.0.0.1:9/x.torrent&category=films&rename=evil/../x'],
];

const daemonWrites = [
  post(
    'app/setPreferences',
    `json=${encodeURIComponent('{"dl_limit":1000,"save_path":"ALLOWED"}')}`,
  ),
  post(
    'app/setPreferences',
    'json={"autorun_enabled":true,"autorun_program":"/bin/sh","listen_port":1}',
  ),
  post(
    'app/setPreferences',
    'json={"max_active_downloads":2,"max_ratio":1.5,"max_ratio_enabled":true}',
  ),
  post(
    'app/setPreferences',
    'json={"scheduler_enabled":true,"schedule_from_hour":8,"alt_dl_limit":5}',
  ),
  post(
    'app/setPreferences',
    'json={"scan_dirs":{"OUTSIDE":0},"web_ui_password":"x","save_path":"OUTSIDE"}',
  ),
  post('app/shutdown'),
  post('auth/login', 'username=a&password=not-the-token'),
  post('auth/logout'),
  post('transfer/toggleSpeedLimitsMode'),
  post('transfer/setSpeedLimitsMode', 'mode=0'),
  post('transfer/setDownloadLimit', 'limit=5000'),
  post('transfer/setUploadLimit', 'limit=0'),
];

const forms = [
  multipart([file('a.torrent', 'TORRENT0'), field('savepath', 'INSIDE'), field('paused', 'true')]),
  multipart([file('../../b.torrent', 'TORRENT3'), file('c', 'TORRENT1'), field('tags', 'a,b')]),
  multipart([
    field('urls', 'magnet:?xt=urn:btih:HASH2'),
    field('dlLimit', '5'),
    field('category', 'x'),
  ]),
  multipart([file('link', 'TORRENT6'), field('savepath', 'OUTSIDE'), field('rename', '../x')]),
];

export const qbittorrentSamples: readonly Uint8Array[] = [
  ...[...reads, ...simple, ...writes.map(([name, form]) => post(`torrents/${name}`, form))],
  ...[...daemonWrites, ...forms, ...forms],
  'GET /api/v2/app/version\nOrigin: http://evil.example\n\n',
].map(encodeUtf8);

export const qbittorrentTokens: readonly string[] = [
  ...['HASH0', 'HASH1', 'HASH2', 'HASH3', 'HASH4', 'HASH5', 'HASH6', 'HASH9', 'INSIDE', 'ALLOWED'],
  ...[
    'OUTSIDE',
    'TORRENT0',
    'TORRENT1',
    'TORRENT4',
    '|',
    '&',
    '=',
    '%',
    '%00',
    '%0A',
    '%ff',
    '+',
    ',',
  ],
  ...[
    'hash=',
    'hashes=',
    'all',
    'true',
    '-1',
    '1e999',
    'NaN',
    '..',
    '/',
    '../',
    '--X\r\n',
    '--X--',
  ],
  ...[
    '\r\n',
    '\r\n\r\n',
    'Content-Disposition: form-data; name="',
    'filename="',
    'boundary=',
    'json=',
  ],
  ...[
    '{"',
    '"}',
    'Content-Type: ',
    'multipart/form-data',
    'multipart/mixed',
    '__proto__',
    'charset=',
  ],
];

/** Requests of Transmission's RPC, every method of it, for mutation; capitals as in live-dialect. */
import { encodeUtf8 } from '../../src/base/text.ts';
import { message } from './http-message.ts';

const call = (method: string, args: object = {}, tag: unknown = 7) =>
  message('POST /transmission/rpc', JSON.stringify({ method, arguments: args, tag }));

const fields = [
  ...['id', 'name', 'hashString', 'status', 'error', 'errorString', 'eta', 'files', 'fileStats'],
  ...['peers', 'peersFrom', 'pieces', 'pieceCount', 'trackers', 'trackerStats', 'trackerList'],
  ...['labels', 'wanted', 'priorities', 'magnetLink', 'torrentFile', 'uploadRatio', 'availability'],
  ...['webseeds', 'downloadDir', 'percentDone', 'recheckProgress', 'doneDate', 'no-such-field'],
];

const actions = ['start', 'start-now', 'stop', 'verify', 'reannounce'].flatMap((word, index) => [
  call(`torrent-${word}`, { ids: [index, `HASH${index}`] }),
  call(`torrent-${word}`, index === 0 ? {} : { ids: index }),
]);

const queue = ['top', 'up', 'down', 'bottom'].map((word) =>
  call(`queue-move-${word}`, { ids: ['HASH4', 'HASH0'] }),
);

const torrentSet = call('torrent-set', {
  ids: ['HASH0', 2],
  bandwidthPriority: 1,
  downloadLimit: 100,
  downloadLimited: true,
  uploadLimit: 0,
  uploadLimited: false,
  honorsSessionLimits: true,
  'files-wanted': [0, 1],
  'files-unwanted': [2],
  'priority-high': [0],
  'priority-low': [],
  labels: ['a', 'b'],
  location: 'ALLOWED',
  'peer-limit': 10,
  queuePosition: 1,
  seedIdleLimit: 1,
  seedIdleMode: 2,
  seedRatioLimit: 1.5,
  seedRatioMode: 1,
  sequentialDownload: true,
  trackerAdd: ['http://127.0.0.1:9/a'],
  trackerList: 'http://127.0.0.1:9/a\n\nhttp://127.0.0.1:7/a',
  trackerRemove: [0],
  trackerReplace: [0, 'http://127.0.0.1:9/b'],
});

const sessionSet = call('session-set', {
  'alt-speed-down': 10,
  'alt-speed-enabled': true,
  'alt-speed-time-begin': 60,
  'alt-speed-time-day': 127,
  'alt-speed-time-enabled': true,
  'alt-speed-time-end': 1439,
  'alt-speed-up': 1,
  'download-dir': 'ALLOWED',
  'download-queue-enabled': true,
  'download-queue-size': 3,
  'incomplete-dir': 'OUTSIDE',
  'incomplete-dir-enabled': true,
  'peer-limit-global': 10,
  'peer-port': 1,
  'script-torrent-done-enabled': true,
  'script-torrent-done-filename': '/bin/sh',
  'seed-queue-enabled': false,
  'seed-queue-size': 2,
  seedRatioLimit: 2,
  seedRatioLimited: true,
  'speed-limit-down': 10,
  'speed-limit-down-enabled': true,
  'speed-limit-up': 0,
  'speed-limit-up-enabled': true,
  'start-added-torrents': false,
  'blocklist-url': 'http://127.0.0.1/',
  'watch-dir': 'OUTSIDE',
});

const adding = [
  call('torrent-add', {
    metainfo: 'BASE0',
    paused: true,
    labels: ['x'],
    'download-dir': 'ALLOWED',
  }),
  call('torrent-add', { metainfo: 'BASE6', 'download-dir': 'INSIDE/link' }),
  call('torrent-add', { metainfo: 'BASE3', 'download-dir': 'OUTSIDE', 'files-unwanted': [0] }),
  call('torrent-add', { filename: 'magnet:?xt=urn:btih:HASH1&so=0', 'priority-high': [0] }),
  call('torrent-add', { filename: 'http://127.0.0.1:9/x', cookies: 'a=b', 'peer-limit': 3 }),
  call('torrent-add', { filename: 'OUTSIDE/sentinel.txt' }),
];

export const transmissionSamples: readonly Uint8Array[] = [
  call('torrent-get', { fields }),
  call('torrent-get', { fields, ids: 'recently-active', format: 'table' }),
  call('torrent-get', { fields: ['name'], ids: [1, 'HASH0', -1, 'HASH9'] }),
  torrentSet,
  torrentSet,
  sessionSet,
  sessionSet,
  call('session-get', { fields: ['version', 'download-dir'] }),
  call('session-get'),
  call('session-stats'),
  call('free-space', { path: 'INSIDE' }),
  call('free-space', { path: 'OUTSIDE' }),
  call('port-test'),
  call('blocklist-update'),
  call('group-get'),
  call('group-set', { name: 'x' }),
  call('session-close'),
  call('torrent-remove', { ids: ['HASH0'], 'delete-local-data': true }),
  call('torrent-remove', { ids: ['HASH5', 'HASH6'], 'delete-local-data': true }),
  call('torrent-remove', { ids: 3, 'delete-local-data': false }),
  call('torrent-set-location', { ids: ['HASH4'], location: 'ALLOWED/films', move: true }),
  call('torrent-set-location', { ids: ['HASH4'], location: 'INSIDE', move: true }),
  call('torrent-set-location', { ids: ['HASH1'], location: 'OUTSIDE', move: false }),
  call('torrent-rename-path', { ids: ['HASH0'], path: 'alpha', name: 'renamed' }),
  call('torrent-rename-path', { ids: ['HASH0'], path: 'alpha/deep', name: '../up' }),
  call('torrent-rename-path', { ids: ['HASH0'], path: 'renamed', name: 'alpha' }),
  ...[...actions, ...queue, ...adding],
  'GET /transmission/rpc\n\n',
  'DELETE /transmission/rpc/\n\n',
  'GET /transmission/rpc\nOrigin: http://evil.example\n\n',
].map(encodeUtf8);

export const transmissionTokens: readonly string[] = [
  ...['HASH0', 'HASH1', 'HASH2', 'HASH3', 'HASH4', 'HASH5', 'HASH6', 'HASH9', 'INSIDE', 'ALLOWED'],
  ...['OUTSIDE', '"ids":', '"fields":', '"arguments":', '"method":', '{', '}', '[', ']', '"', ','],
  ...[
    'null',
    'true',
    '-1',
    '1e999',
    '99999999999999999999',
    '"recently-active"',
    '..',
    '/',
    '\\u0000',
  ],
];

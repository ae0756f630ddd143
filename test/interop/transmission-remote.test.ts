/** The command line of Transmission 3.00 against our daemon: its whole set of commands. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestsOf } from '../e2e/stage/content-folder.ts';
import { type RunningDaemon, startDaemon } from '../e2e/stage/daemon-process.ts';
import { Stage } from '../e2e/stage/stage.ts';
import { missingTransmissionRemote, TransmissionRemote } from './programs/transmission-remote.ts';

const skip = missingTransmissionRemote;
const plan = [
  ['a.bin', 900_000],
  ['b.bin', 200_000],
  ['c.txt', 100_000],
] as const;

interface Scene {
  readonly stage: Stage;
  readonly daemon: RunningDaemon;
  readonly remote: TransmissionRemote;
  readonly dir: string;
  readonly announceUrl: string;
  readonly hash: string;
  /** Of the content, which somebody seeds. */
  readonly file: string;
  readonly magnet: string;
}

/** A tracker, somebody who seeds, and a daemon that has nothing yet. */
async function onScene(play: (scene: Scene) => Promise<void>): Promise<void> {
  await Stage.set(async (stage) => {
    const tracker = await stage.tracker();
    const origin = await stage.content('Show', plan);
    const { file, metainfo, bytes } = await stage.torrent(origin, {
      trackers: [[tracker.http]],
      comment: 'as seen',
    });
    const hash = metainfo.infoHash;
    assert.ok(hash !== undefined);
    const seeding = await startDaemon(stage, {
      data: stage.path('seeder'),
      dir: stage.path('origin'),
    });
    await seeding.add(bytes);
    await seeding.until(hash, ({ state }) => state === 'seeding');
    const dir = stage.path('downloads');
    await mkdir(dir);
    const data = stage.path('state');
    const daemon = await startDaemon(stage, { data, dir });
    const token = (await readFile(join(data, 'token'), 'utf8')).trim();
    const magnet = `magnet:?xt=urn:btih:${hash}&tr=${encodeURIComponent(tracker.http)}`;
    const remote = new TransmissionRemote(daemon.url, token);
    const announceUrl = tracker.http;
    await play({ stage, daemon, remote, dir, announceUrl, hash, file, magnet });
  });
}

/** Of one line of --info. */
const line = (name: string, value: string) => new RegExp(`^ {2}${name}: ${value}$`, 'm');
/** Of one file in --info-files. */
const fileRow = (index: number, rest: string) => new RegExp(`^ +${index}: ${rest}`, 'm');

test('what is added is downloaded, and shown in every way', { skip }, () =>
  onScene(async ({ remote, dir, hash, file, stage, announceUrl }) => {
    await remote.says(['--list'], /^Sum: +None/m);
    const wrong = await remote.runAs('anybody:wrong', '--list');
    assert.equal(wrong.code, 1);
    assert.match(wrong.text, /The token is not that of this daemon/);

    // Slow enough to be looked at.
    await remote.done('--downlimit', '150');
    await remote.done('--add', file);
    await remote.done('-a', file);
    await remote.until(['-l'], /^ +1 +[1-9]\d?% .* Downloading +Show$/m);
    await remote.says(
      ['-t1', '--info-peers'],
      /^127\.0\.0\.1 +D\S* +100\.0 +\d+\.\d +0\.0 +[Ss]hoal/m,
    );
    await remote.says(['-t1', '--peer-info'], /^127\.0\.0\.1 /m);
    await remote.says(['-t', 'active', '-l'], / Show$/m);
    await remote.says(['-t', '1', '--info-pieces'], /^ +[01 ]*0[01 ]*$/m);
    await remote.done('--no-downlimit');
    await remote.until(['-l'], /^ +1 +100% +1\.20 MB +Done .* (Idle|Seeding) +Show$/m);
    assert.deepEqual(
      await digestsOf(join(dir, 'Show')),
      await digestsOf(stage.path('origin/Show')),
    );

    await remote.says(
      ['-t', hash, '--info'],
      line('Id', '1'),
      line('Name', 'Show'),
      line('Hash', hash),
      line('Magnet', `magnet:\\?xt=urn:btih:${hash}&.*`),
      line('State', '(Idle|Seeding)'),
      line('Location', dir),
      line('Percent Done', '100%'),
      line('Have', '1\\.20 MB \\(1\\.20 MB verified\\)'),
      line('Availability', '100%'),
      line('Downloaded', '1\\.2\\d MB'),
      line('Public torrent', 'Yes'),
      line('Comment', 'as seen'),
      line('Creator', 'shoal/.*'),
      line('Piece Count', String(Math.ceil(1_200_000 / 16_384))),
      line('Piece Size', '16\\.00 KiB'),
      line('Honors Session Limits', 'Yes'),
      /^ {2}Date finished: +\w/m,
    );
    const rows = [
      /^Show \(3 files\):$/m,
      fileRow(0, '100% Normal +Yes +900\\.0 kB +Show/a\\.bin$'),
      fileRow(2, '100% Normal +Yes +100\\.0 kB +Show/c\\.txt$'),
    ];
    await remote.says(['-t1', '--info-files'], ...rows);
    await remote.says(['-t1', '--files'], ...rows);
    await remote.says(['-t1', '-ic'], /^ {2}(1{8} )+/m);
    const { host } = new URL(announceUrl);
    await remote.says(
      ['-t1', '--info-trackers'],
      new RegExp(`^ {2}Tracker 0: .*${host}$`, 'm'),
      /^ {2}Active in tier 0$/m,
      /^ {2}Got a list of \d+ peers .* ago$/m,
      /^ {2}Asking for more peers in /m,
      /^ {2}Tracker had \d seeders and \d leechers .* ago$/m,
    );
    await remote.done('-t1', '--reannounce');
    await remote.says(['--session-stats'], /Downloaded: 1\.2\d MB/, /Started 1 times/);
    await remote.says(
      ['--session-info'],
      /Daemon version: 4\.0\.6 \(shoal-/,
      /RPC version: 17/,
      new RegExp(`Download directory: ${dir}$`, 'm'),
    );
    await remote.refuses(['--port-test'], /no peer has come in to port \d+/);
    await remote.says(['-t', '99', '-i'], /^$/);
  }),
);

test('torrents are stopped, checked, started, moved, found and removed', { skip }, () =>
  onScene(async ({ remote, dir, file, magnet }) => {
    const state = (name: string) => remote.until(['-t1', '-i'], line('State', name));
    await remote.done('-a', magnet, '-w', join(dir, 'tv'));
    await remote.until(['-l'], / 100% .* (Idle|Seeding) +Show$/m);
    await remote.says(['-t1', '-i'], line('Location', join(dir, 'tv')));
    await remote.done('-t1', '--stop');
    await state('Stopped');

    await rm(join(dir, 'tv', 'Show', 'b.bin'));
    await remote.done('-t1', '--verify');
    await remote.until(['-l'], / +1 +[78]\d% .* Stopped +Show$/m);
    await remote.done('-t', 'all', '--start');
    await remote.until(['-l'], / +1 +100% .* (Idle|Seeding) +Show$/m);

    await remote.done('-t1', '--move', join(dir, 'moved'));
    await remote.until(['-t1', '-i'], line('Location', join(dir, 'moved')));
    await state('(Idle|Seeding)');
    assert.ok(existsSync(join(dir, 'moved', 'Show', 'a.bin')));
    assert.ok(!existsSync(join(dir, 'tv', 'Show')));
    await remote.refuses(['-t1', '--move', '/etc'], /is not below/);

    await remote.done('-t1', '-S');
    await state('Stopped');
    await rename(join(dir, 'moved'), join(dir, 'found'));
    await remote.done('-t1', '--find', join(dir, 'found'));
    await remote.done('-t1', '-v');
    await remote.done('-t1', '-s');
    await remote.until(['-l'], / +1 +100% .* (Idle|Seeding) +Show$/m);
    await remote.says(['-t1', '-i'], line('Location', join(dir, 'found')));

    await remote.done('-t1', '--remove');
    await remote.says(['-l'], /^Sum: +None/m);
    assert.ok(existsSync(join(dir, 'found', 'Show', 'a.bin')));
    await remote.done('-a', file, '-w', join(dir, 'found'));
    await remote.until(['-l'], / +2 +100% .* (Idle|Seeding) +Show$/m);
    await remote.done('-t2', '--remove-and-delete');
    await remote.says(['-l'], /^Sum: +None/m);
    assert.ok(!existsSync(join(dir, 'found', 'Show')));
    await remote.refuses(['-a', 'no-such-file'], /filename is a magnet link/);
  }),
);

test('files, limits, goals, labels and trackers of a torrent are set', { skip }, () =>
  onScene(async ({ remote, file, announceUrl }) => {
    await remote.done('--start-paused');
    await remote.says(['-si'], /Autostart added torrents: No/);
    await remote.done('-a', file);
    await remote.done('--no-start-paused');
    await remote.says(['-l'], /^ +1 +0% .* Stopped +Show$/m);

    await remote.done('-t1', '--no-get', '0');
    await remote.done('-t1', '--priority-high', '2');
    await remote.done('-t1', '-pl', '1');
    await remote.says(
      ['-t1', '-if'],
      fileRow(0, ' *0% Normal +No '),
      fileRow(1, ' *0% Low +Yes '),
      fileRow(2, ' *0% High +Yes '),
    );
    await remote.says(['-t1', '-i'], line('Total size', '1\\.20 MB \\(3\\d\\d\\.\\d kB wanted\\)'));
    await remote.done('-t1', '-s');
    await remote.until(['-l'], /^ +1 +100% .* (Idle|Seeding) +Show$/m);
    await remote.says(['-t1', '-if'], fileRow(1, '100%'), fileRow(2, '100%'));
    await remote.done('-t1', '--priority-normal', 'all');
    await remote.done('-t1', '--get', 'all');
    await remote.until(['-t1', '-if'], fileRow(0, '100% Normal +Yes '));
    await remote.refuses(['-t1', '-g', '7'], /there is no file 7, only 3/);

    await remote.done('-t1', '--labels', 'tv,done');
    await remote.says(['-t1', '-i'], line('Labels', 'tv, done'));
    await remote.done('-t1', '-d', '500');
    await remote.done('-t1', '-u', '600');
    await remote.done('-t1', '--seedratio', '1.5');
    await remote.says(
      ['-t1', '-i'],
      line('Download Limit', '500 kB/s'),
      line('Upload Limit', '600 kB/s'),
      line('Ratio Limit', '1\\.5'),
    );
    await remote.done('-t1', '-D');
    await remote.done('-t1', '-U');
    await remote.done('-t1', '--no-seedratio');
    await remote.says(
      ['-t1', '-i'],
      line('Download Limit', 'Unlimited'),
      line('Upload Limit', 'Unlimited'),
      line('Ratio Limit', 'Unlimited'),
    );
    await remote.done('-t1', '--seedratio-default');
    await remote.says(['-t1', '-i'], line('Ratio Limit', 'Default'));
    for (const harmless of ['-Bh', '-Bn', '-Bl', '-hl']) await remote.done('-t1', harmless);
    await remote.done('-t1', '--peers', '30');
    await remote.refuses(['-t1', '-HL'], /the limits of the session hold for every torrent/);

    const other = announceUrl.replace(/:\d+\//, ':1/');
    await remote.done('-t1', '--tracker-add', other);
    await remote.says(['-t1', '-it'], /Tracker 1: .*:1$/m, /Active in tier 1/);
    await remote.done('-t1', '--tracker-remove', '0');
    await remote.says(['-t1', '-it'], /^\s+Tracker 0: .*:1\n {2}Active in tier 0/);
    await remote.refuses(['-t1', '-td', 'nonsense'], /trackerAdd\.0 is an http/);
  }),
);

test('the session is set, and what cannot be set is refused with the reason', { skip }, () =>
  onScene(async ({ remote, dir, daemon }) => {
    const limits = (direction: string, value: string) =>
      new RegExp(`^ {2}${direction} speed limit: ${value}`, 'm');
    await remote.done('-d', '70', '-u', '80');
    await remote.says(
      ['-si'],
      limits('Upload', '80 kB/s \\(Enabled limit: 80 kB/s; Disabled turtle limit: '),
      limits('Download', '70 kB/s \\(Enabled limit: 70 kB/s; '),
    );
    await remote.done('--alt-speed-downlimit', '5');
    await remote.done('--alt-speed-uplimit', '6');
    await remote.done('--alt-speed');
    await remote.says(
      ['-si'],
      limits('Upload', '6 kB/s .*; Enabled turtle limit: 6 kB/s\\)'),
      limits('Download', '5 kB/s .*; Enabled turtle limit: 5 kB/s\\)'),
    );
    await remote.done('-AS');
    await remote.done('--alt-speed-time-begin', '0830');
    await remote.done('--alt-speed-time-end', '2300');
    await remote.done('--alt-speed-days', '1-5');
    await remote.done('--alt-speed-scheduler');
    await remote.says(['-si'], /Turtle schedule: 08:30 - 23:00 +Mon Tue Wed Thu Fri/);
    await remote.done('-ASC');
    await remote.done('-AS');
    await remote.done('-D');
    await remote.done('-U');
    await remote.says(['-si'], limits('Upload', 'Unlimited'), limits('Download', 'Unlimited'));
    await remote.done('--global-seedratio', '2.5');
    await remote.says(['-si'], /Default seed ratio limit: 2\.5/);
    await remote.done('--no-global-seedratio');
    await remote.says(['-si'], /Default seed ratio limit: Unlimited/);
    await remote.done('--peers', '100');
    await remote.says(['-si'], /Peer limit: 100/);
    await remote.done('-w', join(dir, 'new'));
    await remote.says(['-si'], new RegExp(`Download directory: ${join(dir, 'new')}$`, 'm'));
    await remote.refuses(['-w', '/etc'], /is not below/);

    const fits = ['-O', '-M', '-x', '-Y', '--no-utp', '-C', '-ep', '-et'];
    const more = ['--no-torrent-done-script', '--trash-torrent', '--no-trash-torrent'];
    for (const flag of [...fits, ...more]) await remote.done(flag);
    await remote.done('--cache', '8');
    const refused: [string[], RegExp][] = [
      [['--dht'], /no DHT/],
      [['--portmap'], /asks no router/],
      [['--no-pex'], /always exchanged/],
      [['--lpd'], /no local peer discovery/],
      [['--utp'], /no uTP/],
      [['--encryption-required'], /not encrypted/],
      [['--port', '5000'], /--peer-port/],
      [['--random-port'], /--peer-port/],
      [['--incomplete-dir', dir], /final folder/],
      [['--torrent-done-script', '/bin/true'], /never over the network/],
      [['--blocklist-update'], /no blocklist/],
    ];
    for (const [args, reason] of refused) await remote.refuses(args, reason);

    await remote.done('--exit');
    assert.equal(await daemon.process.ended, 0);
  }),
);
